import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { callsOf, casesOf, MATRIX_VERBS, tryCase } from "./matrix.ts";
import type { StoryEvent } from "./story.ts";
import { stories } from "./story.ts";
import { printedCommands, tell } from "./tell.ts";

/** Stories that broke a promise once, as the simulation shrank them. */
const ONCE_BROKEN: Readonly<Record<string, readonly StoryEvent[]>> = {
  "a healthy primary was closed by a failover that had nothing to restore": [
    { kind: "points are lost" },
    { kind: "command", verb: "failover", machine: 0, faults: [] },
  ],
};

describe("the simulation", () => {
  it("keeps every promise in 500 stories", async () => {
    await fc.assert(fc.asyncProperty(stories, tell), { numRuns: 500, seed: 1 });
  });

  it.each(Object.entries(ONCE_BROKEN))("keeps a promise that was broken once: %s", async (_, story) => {
    await expect(tell(story)).resolves.toBeUndefined();
  });

  it("has no second writer where a return was killed anywhere and is given up", async () => {
    const givenUp = (at: number): readonly StoryEvent[] => [
      { kind: "command", verb: "failover", machine: 0, faults: [] },
      { kind: "command", verb: "failback", machine: 0, faults: [{ at, kind: "kill-after" }] },
      { kind: "command", verb: "stay", machine: 0, faults: [] },
    ];
    for (let at = 120; at <= 180; at += 1) await expect(tell(givenUp(at))).resolves.toBeUndefined();
  });

  it.each([
    [
      "undo: npm run dr -- rollback --environment dr takes the fence back",
      ["rollback", "--environment", "dr"],
    ],
    [
      '  npm run dr -- fence --environment dr --execute --reason "prod is back"',
      ["fence", "--environment", "dr", "--execute", "--reason", "prod is back"],
    ],
  ])("reads the command in: %s", (line, args) => {
    expect(printedCommands(line)).toEqual([args]);
  });
});

/** So many cases are passed over for each that is tried here; `npm run simulate -- --calls` tries all of them. */
const EVERY = 397;

describe("a call that goes wrong, in each way, once or as long as nobody does anything about it", () => {
  it.each(MATRIX_VERBS)("leaves a %s done and true, or stopped with a remedy", async (verb) => {
    const cases = casesOf(verb, await callsOf(verb));
    expect(cases.length).toBeGreaterThan(1000);
    for (const one of cases.filter((_, index) => index % EVERY === 0))
      await expect(tryCase(one)).resolves.toBeUndefined();
  });

  it("is told as nobody being served while users are led to a side that is closed", async () => {
    const calls = await callsOf("failover");
    const at = calls.findLastIndex(({ name }) => name.startsWith("apply:let in"));
    const opening = calls.slice(0, at).findLastIndex(({ name }) => name.startsWith("apply:let in"));
    expect(opening).toBeGreaterThan(0);
    for (const index of [opening, opening + 1]) {
      const call = calls[index]?.name ?? "";
      const one = { verb: "failover", call, at: index + 1, kind: "denied", stays: false } as const;
      await expect(tryCase(one)).resolves.toBeUndefined();
    }
  });
});
