import fc from "fast-check";
import { describe, expect, it } from "vitest";
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
