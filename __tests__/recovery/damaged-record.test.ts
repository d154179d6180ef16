/* eslint-disable vitest/no-conditional-expect -- what is read is asserted in one way, what is refused in another */
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { activationSchema } from "../../src/activation/schema.ts";
import { parseFiles } from "../../src/config/parse-files.ts";
import { journalPlace } from "../../src/recovery/journal/place.ts";
import { DamagedRecord, enforceRecord, readRecordInForce } from "../../src/recovery/record-in-force.ts";
import { damagesOf, HOSTILE, OBEYED, oneOfEach } from "../support/damage.ts";
import { activation } from "../support/environments.ts";
import { memoryAws, STANDBY_BUCKET } from "../support/memory-aws.ts";
import { MemoryObjects } from "../support/memory-objects.ts";
import { Stage } from "../support/recovery-stage.ts";

const REGION = "eu-central-1";
const location = { bucket: STANDBY_BUCKET, logBucket: "", keyAlias: "", region: REGION };
const place = journalPlace({ name: "shop" }, "dr", location);
const ADDRESS = `s3://${STANDBY_BUCKET}/${place.recordKey}`;
const EXECUTE = ["--execute", "--confirm", "dr", "--reason", "the primary region does not answer"];
const CHANGES = activation("active");
const RECORD = activationSchema.parse({ ...Object(CHANGES["dr.activation"]), format: 1 });

const readIn = (text: string) =>
  readRecordInForce(
    place,
    memoryAws({ objects: new MemoryObjects().put(STANDBY_BUCKET, { [place.recordKey]: text }) }).in(REGION),
  );

describe("a record in force that somebody or something has changed", () => {
  it("is read whole, or is named with its address on one line that a terminal can show", async () => {
    const seen = { read: 0, named: 0 };
    await fc.assert(
      fc.asyncProperty(damagesOf(RECORD), async ({ text }) => {
        try {
          expect(await readIn(text)).toMatchObject({ recoveryPoint: RECORD.recoveryPoint });
          seen.read += 1;
        } catch (error) {
          if (!(error instanceof DamagedRecord)) throw error;
          seen.named += 1;
          expect(error.message).toMatch(new RegExp(`^${ADDRESS} is no activation record, got .`));
          expect(error.message).not.toMatch(OBEYED);
          expect(error.message).not.toContain("\n");
          expect(error.message.length).toBeLessThan(1000);
        }
      }),
      { numRuns: 400, seed: 4 },
    );
    expect(seen.read).toBeGreaterThan(10);
    expect(seen.named).toBeGreaterThan(200);
  });

  it.each(oneOfEach(RECORD))(
    "crashes no command, and nothing is begun on a guess: $kind",
    async ({ text }) => {
      const stage = new Stage();
      stage.objects.put(STANDBY_BUCKET, { [place.recordKey]: text });
      for (const verb of ["status", "readiness", "failover", "failback", "rollback", "fence", "drill"]) {
        const { output, errors, exitCode } = await stage.dr([
          verb,
          ...(/status|readiness/.test(verb) ? [] : EXECUTE),
        ]);
        expect(output + errors).not.toMatch(OBEYED);
        expect(output + errors).not.toContain("a defect of this program");
        const isRefused = errors.includes(`${ADDRESS}: is no activation record, got `);
        if (exitCode === 2) expect([verb, isRefused, errors.includes("; ")]).toEqual([verb, true, true]);
      }
      const { output } = await stage.dr(["readiness", "--only", "activation-record"]);
      expect(output).toMatch(/aws s3 (cp|rm) --region|bring this checkout up to date|^ready: 1 passed/m);
    },
  );

  it("of a newer version is neither removed nor replaced on advice of this one", async () => {
    const stage = new Stage();
    const newer = JSON.stringify({ ...RECORD, format: 2, posture: "half-way" });
    stage.objects.put(STANDBY_BUCKET, { [place.recordKey]: newer });
    const { errors, exitCode } = await stage.dr(["failover", ...EXECUTE]);
    expect([exitCode, errors]).toEqual([
      2,
      `${ADDRESS}: is no activation record, got format 2, which a newer version of this tool wrote; this version reads 1; bring this checkout up to date, its tool included`,
    ]);
    const { output } = await stage.dr(["readiness", "--only", "activation-record"]);
    expect(output).toContain("bring this checkout up to date");
    expect(output).not.toMatch(/aws s3 (rm|cp)/);
  });
});

describe("a record in a folder", () => {
  it("is refused with its file, a key and a remedy for each kind of damage", () => {
    let refused = 0;
    fc.assert(
      fc.property(damagesOf(RECORD), ({ text }) => {
        let value: unknown;
        try {
          value = JSON.parse(text);
        } catch {
          return;
        }
        const file = "environments/dr.activation.json";
        const { problems, activations } = parseFiles(
          { files: [], activations: [{ name: "dr", file, value }], problems: [] },
          "environments",
        );
        const own = problems.filter((one) => one.file === file);
        if (own.length === 0) {
          expect(activations).toMatchObject([{ activation: { recoveryPoint: RECORD.recoveryPoint } }]);
          return;
        }
        refused += 1;
        for (const { message } of own) expect(message).toMatch(/; /);
      }),
      { numRuns: 400, seed: 5 },
    );
    expect(refused).toBeGreaterThan(150);
  });

  it("of a newer version says which, and nothing of what only that version knows", () => {
    const file = "environments/dr.activation.json";
    const value = { ...RECORD, format: 3, posture: "half-way", since: "the beginning" };
    const { problems } = parseFiles(
      { files: [], activations: [{ name: "dr", file, value }], problems: [] },
      "environments",
    );
    expect(problems.filter((one) => one.file === file)).toEqual([
      {
        file,
        key: "format",
        message:
          "a newer version of this tool wrote it, got 3, and this one reads 1; bring this checkout up to date",
      },
    ]);
  });

  it("and one in force bear the format of the version that wrote them", async () => {
    const stage = new Stage();
    expect((await stage.dr(["failover", ...EXECUTE])).exitCode).toBe(0);
    const texts = [
      readFileSync(join(stage.environments, "dr.activation.json"), "utf8"),
      stage.objects.text(STANDBY_BUCKET, place.recordKey) ?? "",
    ];
    for (const text of texts) expect(JSON.parse(text)).toMatchObject({ format: 1, posture: "active" });
    const aws = memoryAws({ objects: stage.objects }).in(REGION);
    await enforceRecord(place, aws, { ...RECORD, format: undefined });
    expect(await readRecordInForce(place, aws)).toMatchObject({ format: 1 });
  });
});

describe("what lies among the journals under a name that is no run id", () => {
  it.each(["notes.txt", "a b.jsonl", "-rf.jsonl", ".hidden.jsonl", "old/r1.jsonl", ...HOSTILE.slice(6, 12)])(
    "is named, and keeps nobody from recovering: %j",
    async (name) => {
      const stage = new Stage();
      stage.objects.put(STANDBY_BUCKET, { [`${place.prefix}${name}`]: "whatever" });
      const { output } = await stage.dr(["readiness", "--only", "last-drill"]);
      expect(output).toContain(`s3://${STANDBY_BUCKET}/${place.prefix}`);
      expect(output).toContain("a name that is no run id");
      expect(output).not.toMatch(OBEYED);
      for (const line of output.split("\n")) expect(line).not.toMatch(/^\s*curl/);
      const begun = await stage.dr(["failover", ...EXECUTE]);
      expect(begun.exitCode).toBe(0);
      expect(begun.output).toContain("a name that is no run id");
    },
  );

  it("is named on this machine too", async () => {
    const stage = new Stage();
    await stage.dr(["failover", ...EXECUTE]);
    writeFileSync(join(stage.journal, "shop", "dr", "copy of r1.jsonl"), "whatever");
    const { output } = await stage.dr(["readiness", "--only", "last-drill"]);
    expect(output).toContain('rm "');
    expect(output).toContain("copy of r1.jsonl is no whole journal, got a name that is no run id");
  });
});
