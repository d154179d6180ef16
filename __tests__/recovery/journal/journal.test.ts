import { appendFileSync, mkdtempSync, readFileSync, rmSync, truncateSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import fc from "fast-check";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { AwsFailure, Conflict } from "../../../src/aws/failure.ts";
import type { RegionalAws } from "../../../src/aws/port.ts";
import { achievedBy, stepMinutes } from "../../../src/recovery/journal/achieved.ts";
import { readHistory } from "../../../src/recovery/journal/history.ts";
import { type Event, Journal, newRunId } from "../../../src/recovery/journal/journal.ts";
import { lineOf, mergeEntries, parseLines } from "../../../src/recovery/journal/lines.ts";
import { readLocal as readFile } from "../../../src/recovery/journal/local.ts";
import { journalPlace, type JournalPlace, runKey } from "../../../src/recovery/journal/place.ts";
import { nextStep, runsOf } from "../../../src/recovery/journal/run.ts";
import { MemoryObjects } from "../../support/memory-objects.ts";
import { memoryAws, STANDBY_BUCKET } from "../../support/memory-aws.ts";

const STEPS = ["declare", "restore-database", "cut-over", "validate"] as const;
const START = Date.parse("2026-03-10T12:00:00Z");
const MINUTE_MS = 60_000;

const started = {
  event: "run-started",
  verb: "failover",
  environment: "dr",
  operator: "Åsa",
  host: "laptop",
  reason: "the region is gone — völlig",
  declaredAt: new Date(START - 10 * MINUTE_MS).toISOString(),
} as const;
const chosen: Event = {
  event: "recovery-point-chosen",
  arn: "arn:aws:rds:eu-central-1:1:snapshot:a",
  createdAt: new Date(START - 70 * MINUTE_MS).toISOString(),
};
const steps = (count: number): Event[] =>
  STEPS.slice(0, count).flatMap((step): Event[] => [
    { event: "step-started", step },
    { event: "step-done", step, evidence: "so it is" },
  ]);

let folder: string;
let objects: MemoryObjects;
let place: JournalPlace;
let ticks: number;

/** Every entry a minute after the one before. */
const now = (): Date => new Date(START + (ticks += 1) * MINUTE_MS);
const region = (changes: Partial<RegionalAws> = {}): RegionalAws =>
  memoryAws({ objects, standby: changes }).in("eu-central-1");
const location = { bucket: STANDBY_BUCKET, logBucket: "", keyAlias: "", region: "eu-central-1" };

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "pilot-light-journal-"));
  objects = new MemoryObjects().put(STANDBY_BUCKET, {});
  place = journalPlace({ name: "shop" }, "dr", location, folder);
  ticks = 0;
});
afterEach(() => rmSync(folder, { recursive: true }));

async function journalOf(runId: string, events: readonly Event[], aws = region()): Promise<Journal> {
  const journal = await Journal.open(runId, place, aws, now);
  for (const event of events) await journal.record(event);
  return journal;
}

const elsewhere = (): JournalPlace => ({ ...place, folder: join(folder, "another-machine") });
const readLocal = (...where: Parameters<typeof readFile>) => parseLines(readFile(...where), where[1]);
const fileOf = (runId: string): string => join(place.folder, `${runId}.jsonl`);

describe("a journal", () => {
  it("is the same in the file and in the bucket, line by line", async () => {
    await journalOf("r1", [started, chosen, ...steps(2)]);
    const file = readFileSync(fileOf("r1"), "utf8");
    expect(objects.text(STANDBY_BUCKET, runKey(place, "r1"))).toBe(file);
    expect(parseLines(file, "r1").entries.map(({ event, seq }) => `${seq} ${event}`)).toEqual([
      "0 run-started",
      "1 recovery-point-chosen",
      "2 step-started",
      "3 step-done",
      "4 step-started",
      "5 step-done",
    ]);
  });

  it("goes on while the bucket can't be reached, says so, and brings what is missing later", async () => {
    let isDown = true;
    const working = region();
    const flaky = region({
      write: (...args) =>
        isDown
          ? Promise.reject(new AwsFailure("unreachable", "s3:PutObject", "eu-central-1", "ECONNRESET"))
          : working.write(...args),
    });
    const journal = await Journal.open("r1", place, flaky, now);
    expect(await journal.record(started)).toBe(
      "the journal is on this machine only for now: s3:PutObject in eu-central-1: ECONNRESET",
    );
    expect(objects.text(STANDBY_BUCKET, runKey(place, "r1"))).toBeUndefined();
    isDown = false;
    expect(await journal.record(chosen)).toBeUndefined();
    expect(objects.text(STANDBY_BUCKET, runKey(place, "r1"))).toBe(readFileSync(fileOf("r1"), "utf8"));
  });

  it("is taken up on another machine", async () => {
    await journalOf("r1", [started, chosen, ...steps(2)]);
    const resumed = await Journal.open("r1", elsewhere(), region(), now);
    expect(resumed.run && nextStep(resumed.run, STEPS)).toBe("cut-over");
    await resumed.record({ event: "run-resumed", operator: "kim", host: "another" });
    await resumed.record({ event: "step-started", step: "cut-over" });
    // And back on the first machine, which knows only half of it.
    const back = await Journal.open("r1", place, region(), now);
    expect(back.run?.steps.get("cut-over")).toMatchObject({ state: "running" });
    expect(readLocal(place, "r1").entries).toHaveLength(8);
  });

  it("refuses a second writer", async () => {
    const first = await journalOf("r1", [started]);
    const second = await Journal.open("r1", elsewhere(), region(), now);
    await second.record(chosen);
    await expect(first.record(chosen)).rejects.toThrow(Conflict);
  });

  it("knows its own write again whose answer was lost", async () => {
    const working = region();
    let lost = 0;
    const lossy = region({
      write: async (...args) => {
        const etag = await working.write(...args);
        if ((lost += 1) === 1)
          throw new AwsFailure("unreachable", "s3:PutObject", "eu-central-1", "ECONNRESET");
        return etag;
      },
    });
    const journal = await Journal.open("r1", place, lossy, now);
    expect(await journal.record(started)).toContain("ECONNRESET");
    expect(await journal.record(chosen)).toBeUndefined();
    expect(objects.text(STANDBY_BUCKET, runKey(place, "r1"))).toBe(readFileSync(fileOf("r1"), "utf8"));
  });

  it("cuts off a line that was being written when the machine died, even through a letter", async () => {
    await journalOf("r1", [started, chosen]);
    const whole = readFileSync(fileOf("r1"));
    appendFileSync(fileOf("r1"), whole.subarray(0, whole.indexOf("Å") + 1));
    expect(readLocal(place, "r1")).toMatchObject({ entries: [{ seq: 0 }, { seq: 1 }] });
    expect(readLocal(place, "r1").torn).toContain('"operator":"');
    const journal = await Journal.open("r1", place, region(), now);
    await journal.record({ event: "step-started", step: "declare" });
    expect(readLocal(place, "r1")).toMatchObject({ entries: [{}, {}, { seq: 2 }], torn: undefined });
  });

  it("says which line is damaged, and still reads the others", async () => {
    await journalOf("r1", [started, chosen]);
    const lines = readFileSync(fileOf("r1"), "utf8").split("\n");
    const damaged = parseLines([lines[0]?.slice(0, 40), lines[1], ""].join("\n"), "r1");
    expect(damaged.damage).toMatch(/^line 1: "\{\\"event\\":/);
    expect(damaged.entries).toMatchObject([{ event: "recovery-point-chosen" }]);
  });

  it("gives runs names that sort by time", () => {
    const names = [0, 1, 60_000, 86_400_000].map((ms) => newRunId(new Date(START + ms * 1000)));
    expect(names.toSorted()).toEqual(names);
    expect(names[0]).toMatch(/^20260310T120000Z-[0-9a-f]{8}$/);
  });
});

describe("any prefix of a journal", () => {
  const whole = (): Promise<string> =>
    journalOf("r1", [
      started,
      chosen,
      ...steps(STEPS.length),
      { event: "run-ended", outcome: "done", evidence: "" },
    ]).then(() => readFileSync(fileOf("r1"), "utf8"));

  it("can be read, and is resumed at the first step that was not written down as done", async () => {
    const text = Buffer.from(await whole());
    const all = parseLines(text.toString(), "r1").entries;
    fc.assert(
      fc.property(fc.integer({ min: 0, max: text.length }), (bytes) => {
        const { entries, torn } = parseLines(text.subarray(0, bytes).toString(), "r1");
        const complete = text.subarray(0, bytes).toString("latin1").split("\n").length - 1;
        expect(entries).toEqual(all.slice(0, complete));
        expect(torn === undefined).toBe(bytes === 0 || text[bytes - 1] === 10);
        const [run] = runsOf(entries);
        const done = entries.filter(({ event }) => event === "step-done").length;
        expect(run && nextStep(run, STEPS)).toBe(run === undefined ? undefined : STEPS[done]);
      }),
    );
  });

  it("can be appended to, wherever the file was torn", async () => {
    const text = Buffer.from(await whole());
    await fc.assert(
      fc.asyncProperty(fc.integer({ min: 0, max: text.length }), async (bytes) => {
        truncateSync(fileOf("r1"), 0);
        appendFileSync(fileOf("r1"), text.subarray(0, bytes));
        const before = readLocal(place, "r1").entries;
        objects = new MemoryObjects().put(STANDBY_BUCKET, {});
        const journal = await Journal.open("r1", place, region(), now);
        await journal.record({ event: "step-started", step: "validate" });
        const after = readLocal(place, "r1");
        expect(after.torn).toBeUndefined();
        expect(after.entries.slice(0, -1)).toEqual(before);
      }),
      { numRuns: 40 },
    );
  });

  it("merges with any other prefix into the longer one, in any order", async () => {
    const all = parseLines(await whole(), "r1").entries;
    const length = fc.integer({ min: 0, max: all.length });
    fc.assert(
      fc.property(length, length, (a, b) => {
        const merged = mergeEntries(all.slice(0, a), all.slice(0, b));
        expect(merged).toEqual(all.slice(0, Math.max(a, b)));
      }),
    );
  });

  it("keeps its order when the second machine's clock is behind", async () => {
    await journalOf("r1", [started, ...steps(2)]);
    const late = await Journal.open("r1", elsewhere(), region(), () => new Date(START - 60 * MINUTE_MS));
    await late.record({ event: "step-started", step: "cut-over" });
    await late.record({ event: "step-failed", step: "cut-over", message: "no" });
    const back = await Journal.open("r1", place, region(), now);
    expect(back.run?.steps.get("cut-over")?.state).toBe("failed");
    expect(back.run && nextStep(back.run, STEPS)).toBe("cut-over");
  });
});

describe("a run", () => {
  it("has achieved what its times say, rounded up", async () => {
    const { run } = await journalOf("r1", [started, chosen, ...steps(STEPS.length)]);
    if (run === undefined) throw new Error("no run");
    // Declared 10 minutes before the first tick; validated with the tenth entry.
    expect(achievedBy(run)).toEqual({ rtoMinutes: 20, rpoMinutes: 60 });
    expect([...stepMinutes(run)]).toEqual(STEPS.map((step) => [step, 1]));
  });

  it("has achieved nothing before it is validated", async () => {
    const { run } = await journalOf("r1", [started, ...steps(3)]);
    expect(run && achievedBy(run)).toEqual({ rtoMinutes: undefined, rpoMinutes: undefined });
  });

  it("measures a step that was taken up again from its last beginning", async () => {
    const again: Event = { event: "step-started", step: "declare" };
    const { run } = await journalOf("r1", [
      started,
      again,
      again,
      { event: "step-done", step: "declare", evidence: "" },
    ]);
    expect(run && stepMinutes(run).get("declare")).toBe(1);
  });

  it("is open again once it is resumed", async () => {
    const journal = await journalOf("r1", [
      started,
      { event: "run-ended", outcome: "failed", evidence: "no" },
    ]);
    expect(journal.run?.outcome).toBe("failed");
    await journal.record({ event: "run-resumed", operator: "kim", host: "x" });
    expect(journal.run?.outcome).toBeUndefined();
  });
});

describe("history", () => {
  it("joins what lies in the bucket and what lies here, oldest first", async () => {
    await journalOf("r1", [started]);
    await journalOf("r2", [{ ...started, verb: "drill" }]);
    const other = new MemoryObjects().put(STANDBY_BUCKET, {});
    other.put(STANDBY_BUCKET, {
      [runKey(place, "r0")]: lineOf({
        ...started,
        seq: 0,
        id: "x",
        runId: "r0",
        at: new Date(START - 1).toISOString(),
      }),
    });
    const { runs, problem } = await readHistory(place, memoryAws({ objects: other }).in("eu-central-1"));
    expect(runs.map(({ start }) => `${start.runId} ${start.verb}`)).toEqual([
      "r0 failover",
      "r1 failover",
      "r2 drill",
    ]);
    expect(problem).toBeUndefined();
  });

  it("tells of this machine's runs and of the problem when the bucket does not answer", async () => {
    await journalOf("r1", [started]);
    const list = (): Promise<never> =>
      Promise.reject(new AwsFailure("unreachable", "s3:ListBucket", "eu-central-1", "ECONNRESET"));
    const { runs, problem } = await readHistory(place, region({ list }));
    expect(runs.map(({ start }) => start.runId)).toEqual(["r1"]);
    expect(problem).toBe("s3:ListBucket in eu-central-1: ECONNRESET");
  });
});
