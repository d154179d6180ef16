import { mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, relative } from "node:path";
import process from "node:process";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { AwsFailure } from "../../../src/aws/failure.ts";
import { readHistory } from "../../../src/recovery/journal/history.ts";
import { Journal } from "../../../src/recovery/journal/journal.ts";
import { parseLines } from "../../../src/recovery/journal/lines.ts";
import { runsOf } from "../../../src/recovery/journal/run.ts";
import { journalPlace, runKey } from "../../../src/recovery/journal/place.ts";
import { damagesOf, OBEYED, oneOfEach } from "../../support/damage.ts";
import { memoryAws, STANDBY_BUCKET } from "../../support/memory-aws.ts";
import { MemoryObjects } from "../../support/memory-objects.ts";
import { Stage } from "../../support/recovery-stage.ts";

const AT = "2026-03-10T11:48:00.000Z";
const REGION = "eu-central-1";
const location = { bucket: STANDBY_BUCKET, logBucket: "", keyAlias: "", region: REGION };
const place = journalPlace({ name: "shop" }, "dr", location);
const EXECUTE = ["--execute", "--confirm", "dr", "--reason", "the primary region does not answer"];

const START = {
  event: "run-started",
  id: "1",
  runId: "r0",
  seq: 0,
  at: AT,
  verb: "failover",
  environment: "dr",
  operator: "sam",
  host: "tower",
  reason: "the region is gone",
  declaredAt: AT,
  format: 1,
};
const POINT = {
  event: "recovery-point-chosen",
  id: "2",
  runId: "r0",
  seq: 1,
  at: AT,
  arn: "arn:aws:rds:eu-central-1:111122223333:snapshot:awsbackup:copyjob-1",
  createdAt: AT,
  engineVersion: "17.4",
};
const keyOf = (runId: string): string => runKey(place, runId);
const linesOf = (...lines: readonly unknown[]): string =>
  lines.map((line) => `${typeof line === "string" ? line : JSON.stringify(line)}\n`).join("");

/** Every file below a folder. */
const filesIn = (folder: string): readonly string[] =>
  readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map(({ parentPath, name }) => relative(folder, join(parentPath, name)))
    .toSorted();

describe("a journal that somebody or something has changed", () => {
  it.each([START, POINT])("is read as far as it can be, and its damage has a line: $event", (note) => {
    const seen = { read: 0, damaged: 0 };
    fc.assert(
      fc.property(damagesOf(note), ({ text }) => {
        const { entries, damage = "" } = parseLines(linesOf(text, { ...POINT, id: "9", seq: 9 }), "r0");
        seen[damage === "" ? "read" : "damaged"] += 1;
        expect(entries.at(-1)).toMatchObject({ id: "9" });
        const [run] = runsOf(entries);
        const { operator = "", host = "", reason = "" } = run?.start ?? {};
        expect(operator + host + reason + damage).not.toMatch(OBEYED);
        expect(damage.length).toBeLessThan(600);
        expect(entries.every(({ runId, seq }) => runId === "r0" && Number.isSafeInteger(seq + 1))).toBe(true);
      }),
      { numRuns: 350, seed: 3 },
    );
    expect(Math.min(seen.read, seen.damaged)).toBeGreaterThan(20);
  });

  it.each(oneOfEach(START))("hides no other run, and is named: $kind", async ({ text }) => {
    const stage = new Stage();
    stage.objects.put(STANDBY_BUCKET, { [keyOf("r0")]: linesOf(text) });
    const r5 = { ...START, runId: "r5", verb: "rollback", at: "2026-03-10T11:50:00.000Z" };
    stage.objects.put(STANDBY_BUCKET, { [keyOf("r5")]: linesOf(r5) });
    for (const verb of [["status"], ["readiness", "--only", "last-drill"]]) {
      const { output, errors } = await stage.dr(verb);
      expect(output + errors).not.toMatch(OBEYED);
    }
    expect((await stage.dr(["status"])).output).toContain("run r5");
    const { exitCode, output } = await stage.dr(["failover", ...EXECUTE]);
    expect(output).not.toMatch(OBEYED);
    expect(exitCode).toBeLessThan(2);
    const root = filesIn(stage.journal);
    expect(root.filter((file) => !file.startsWith("shop/dr/"))).toEqual([]);
  });

  it.each([
    { what: "garbage", text: "garbage\n" },
    { what: "nothing", text: "" },
    { what: "half a line", text: JSON.stringify(START).slice(0, 90) },
    {
      what: "a beginning that only a newer version knows",
      text: linesOf({ ...START, verb: "evacuation", format: 2 }),
    },
    { what: "a path as its run", text: linesOf({ ...START, runId: "../../victim" }) },
    { what: "a line of 20 MB", text: linesOf({ ...START, reason: "x".repeat(20_000_000) }) },
  ])("keeps another run from beginning unseen, until its remedy is followed: $what", async ({ text }) => {
    const stage = new Stage();
    const address = `s3://${STANDBY_BUCKET}/${keyOf("r0")}`;
    stage.objects.put(STANDBY_BUCKET, { [keyOf("r0")]: text });
    expect((await stage.dr(["failover"])).output).toContain(`! ${address} is no whole journal, got `);
    const { exitCode, output } = await stage.dr(["failover", ...EXECUTE]);
    expect([exitCode, stage.applied]).toEqual([1, []]);
    expect(output).toContain(`failed: ${address} is no whole journal, got `);
    const away = `s3://${STANDBY_BUCKET}/shop/dr/recovery/damaged/r0.jsonl`;
    expect(output).toContain(`\n    aws s3 mv --region ${REGION} ${address} ${away}\n`);
    expect(filesIn(stage.journal)).toEqual([]);
    await memoryAws({ objects: stage.objects }).in(REGION).remove(STANDBY_BUCKET, keyOf("r0"));
    expect((await stage.dr(["failover", ...EXECUTE])).exitCode).toBe(0);
  });

  it("with a damaged line in an open run is taken up, and the line stays for whoever can read it", async () => {
    const stage = new Stage();
    const strange = '{"event":"step-started","id":"7","runId":"r0","seq":"seven"}';
    const newer = JSON.stringify({ ...POINT, id: "8", seq: 5, event: "operator-relieved", by: "kim" });
    stage.objects.put(STANDBY_BUCKET, { [keyOf("r0")]: linesOf(START, strange, newer) });
    const { exitCode, output } = await stage.dr(["failover", ...EXECUTE]);
    expect(output).toContain("run r0 of sam, begun 2026-03-10T11:48:00.000Z, goes on");
    expect(exitCode).toBe(0);
    const lines = stage.objects.text(STANDBY_BUCKET, keyOf("r0"))?.split("\n") ?? [];
    expect(lines).toEqual(expect.arrayContaining([strange, newer]));
    expect(runsOf(parseLines(lines.join("\n"), "r0").entries)[0]?.outcome).toBe("done");
  });

  it("with the highest number there is can still be written to, and read", async () => {
    const text = linesOf(
      START,
      { ...POINT, seq: Number.MAX_SAFE_INTEGER },
      { ...POINT, id: "3", seq: 1_000_000_000 },
    );
    const aws = memoryAws({ objects: new MemoryObjects().put(STANDBY_BUCKET, { [keyOf("r0")]: text }) }).in(
      REGION,
    );
    const folder = mkdtempSync(join(tmpdir(), "pilot-light-damage-"));
    const journal = await Journal.open("r0", { ...place, folder }, aws, () => new Date(AT));
    await journal.record({ event: "run-ended", outcome: "done", evidence: "x".repeat(3_000_000) });
    const { runs } = await readHistory({ ...place, folder }, aws);
    expect(runs).toMatchObject([{ outcome: "done" }]);
    rmSync(folder, { recursive: true });
  });

  it("of 10,000 lines is read, taken up and written to in seconds", async () => {
    const many = Array.from({ length: 10_000 }, (_, seq) => ({
      event: "step-started",
      id: `s${seq}`,
      runId: "r0",
      seq: seq + 1,
      at: AT,
      step: "restore-database",
    }));
    const objects = new MemoryObjects().put(STANDBY_BUCKET, { [keyOf("r0")]: linesOf(START, ...many) });
    const aws = memoryAws({ objects }).in(REGION);
    const folder = mkdtempSync(join(tmpdir(), "pilot-light-damage-"));
    const before = process.cpuUsage();
    await readHistory({ ...place, folder }, aws);
    const journal = await Journal.open("r0", { ...place, folder }, aws, () => new Date(AT));
    await journal.record({ event: "step-done", step: "restore-database", evidence: "" });
    const { user, system } = process.cpuUsage(before);
    expect((user + system) / 1_000_000).toBeLessThan(4);
    rmSync(folder, { recursive: true });
  });
});

describe("a folder that takes no journal", () => {
  it.each([
    { what: "a file is in its place", spoil: (folder: string) => writeFileSync(join(folder, "shop"), "") },
    {
      what: "a folder is in the file's place",
      spoil: (folder: string) => mkdirSync(join(folder, "shop", "dr", "r0.jsonl"), { recursive: true }),
    },
  ])("is done without: $what", async ({ spoil }) => {
    const stage = new Stage();
    stage.objects.put(STANDBY_BUCKET, { [keyOf("r0")]: linesOf(START) });
    spoil(stage.journal);
    expect((await stage.dr(["status"])).output).toContain("run r0");
    const { exitCode, output } = await stage.dr(["failover", ...EXECUTE]);
    expect(exitCode).toBe(0);
    expect(output).toContain("run r0 of sam");
    expect(stage.objects.text(STANDBY_BUCKET, keyOf("r0"))).toContain('"outcome":"done"');
  });

  it("and a bucket that takes none neither end a run before anything is done", async () => {
    const stage = new Stage();
    writeFileSync(join(stage.journal, "shop"), "");
    const working = memoryAws({ objects: stage.objects }).in(REGION);
    const { exitCode, errors } = await stage.dr(["failover", ...EXECUTE], {
      answers: {
        standby: {
          write: (bucket, key, ...rest) =>
            key.endsWith(".jsonl")
              ? Promise.reject(new AwsFailure("denied", "s3:PutObject", REGION, "AccessDenied"))
              : working.write(bucket, key, ...rest),
        },
      },
    });
    expect([exitCode, stage.applied]).toEqual([2, []]);
    expect(errors).toMatch(
      /\.jsonl: can't be written, and the copy in the bucket neither, got ENOTDIR.* and .*AccessDenied; set JOURNAL_DIR/,
    );
  });
});
