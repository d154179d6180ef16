import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { DamagedLock, readLock } from "../../../src/recovery/journal/lock.ts";
import { journalPlace } from "../../../src/recovery/journal/place.ts";
import { damagesOf, HOSTILE, OBEYED, oneOfEach } from "../../support/damage.ts";
import { memoryAws, STANDBY_BUCKET } from "../../support/memory-aws.ts";
import { MemoryObjects } from "../../support/memory-objects.ts";
import { Stage } from "../../support/recovery-stage.ts";

const AT = "2026-03-10T11:48:00.000Z";
const REGION = "eu-central-1";
const location = { bucket: STANDBY_BUCKET, logBucket: "", keyAlias: "", region: REGION };
const place = journalPlace({ name: "shop" }, "dr", location);
const LOCK = {
  format: 1,
  runId: "r1",
  verb: "failover",
  operator: "sam",
  host: "tower",
  session: "s1",
  machine: "tower",
  pid: 1,
  takenAt: AT,
  aliveAt: AT,
};
const LOCK_ADDRESS = `s3://${STANDBY_BUCKET}/${place.lockKey}`;
const EXECUTE = ["--execute", "--confirm", "dr", "--reason", "the primary region does not answer"];

const lockIn = (text: string) =>
  readLock(
    place,
    memoryAws({ objects: new MemoryObjects().put(STANDBY_BUCKET, { [place.lockKey]: text }) }).in(REGION),
  );

/** What a person would be shown of it, and whether that is all that is needed. */
interface Shown {
  readonly kind: "read" | "named";
  readonly line: string;
  readonly isComplete: boolean;
}

async function lockShown(text: string): Promise<Shown> {
  try {
    const { operator, host, runId, verb } = (await lockIn(text))?.holder ?? LOCK;
    return { kind: "read", line: operator + host + runId + verb, isComplete: /^[\w-]+$/.test(runId + verb) };
  } catch (error) {
    if (!(error instanceof DamagedLock)) throw error;
    const { message, remedy } = error;
    const isNamed = message.startsWith(`${LOCK_ADDRESS} is no recovery lock, got `) && message.length < 1000;
    const isCured = remedy.endsWith(`\naws s3 rm --region ${REGION} ${LOCK_ADDRESS}`);
    return { kind: "named", line: message, isComplete: isNamed && isCured };
  }
}

describe("a lock that somebody or something has changed", () => {
  it("is read as text that a terminal can show, or is named with its address and a remedy", async () => {
    const seen = { read: 0, named: 0 };
    await fc.assert(
      fc.asyncProperty(damagesOf(LOCK), async ({ text }) => {
        const { kind, line, isComplete } = await lockShown(text);
        seen[kind] += 1;
        expect(line).not.toMatch(OBEYED);
        expect(line).not.toContain("\n");
        expect(isComplete).toBe(true);
      }),
      { numRuns: 700, seed: 2 },
    );
    expect(Math.min(seen.read, seen.named)).toBeGreaterThan(50);
  });

  it("of a later version with more keys is understood", async () => {
    const text = JSON.stringify({ ...LOCK, format: 2, since: "the beginning" });
    expect((await lockIn(text))?.holder).toMatchObject({ operator: "sam", pid: 1 });
  });

  it("of a later version that can't be understood says which", async () => {
    await expect(lockIn(JSON.stringify({ format: 2, holders: [LOCK] }))).rejects.toThrow(
      "got format 2, which a newer version of this tool wrote; this version reads 1",
    );
  });

  it.each(oneOfEach(LOCK))("crashes no command, and is taken over on request: $kind", async ({ text }) => {
    const stage = new Stage();
    stage.objects.put(STANDBY_BUCKET, { [place.lockKey]: text });
    for (const verb of [["status"], ["readiness", "--only", "recovery-lock"]]) {
      const { output, errors } = await stage.dr(verb);
      expect(output + errors).not.toMatch(OBEYED);
    }
    const refused = await stage.dr(["failover", ...EXECUTE]);
    expect([refused.exitCode, refused.errors, stage.applied]).toEqual([1, "", []]);
    expect(refused.output).toMatch(/^refused: /m);
    expect(refused.output).not.toMatch(OBEYED);
    expect(refused.output).toMatch(/\n {4}npm run dr -- failover .* --take-lock$/);
    const taken = await stage.dr(["failover", ...EXECUTE, "--take-lock"]);
    expect(taken.output).toContain("watching it for 38 s");
    expect(taken.exitCode).toBe(0);
    expect(stage.objects.text(STANDBY_BUCKET, place.lockKey)).toBeUndefined();
  });

  it("is not taken from whoever puts it right while it is watched", async () => {
    const stage = new Stage();
    stage.objects.put(STANDBY_BUCKET, { [place.lockKey]: "" });
    const { exitCode, output } = await stage.dr(["failover", ...EXECUTE, "--take-lock"], {
      onDelay: () => void stage.objects.put(STANDBY_BUCKET, { [place.lockKey]: LOCK }),
    });
    expect([exitCode, stage.applied]).toEqual([1, []]);
    expect(output).toContain("refused: sam on tower holds the recovery lock");
  });

  it.each(HOSTILE.slice(6, 9))(
    "puts nothing of the holder among the lines that are pasted: %j",
    async (operator) => {
      const stage = new Stage();
      stage.objects.put(STANDBY_BUCKET, { [place.lockKey]: { ...LOCK, operator, host: operator } });
      const { output } = await stage.dr(["failover", ...EXECUTE]);
      const pasted = output.slice(output.lastIndexOf("\n  next:\n")).split("\n").slice(2);
      expect(pasted.length).toBeGreaterThan(2);
      for (const line of pasted) expect(line).toMatch(/^ {4}(#|npm run dr -- |aws )/);
      expect(pasted.join("\n")).not.toContain(operator);
      const { output: checked } = await stage.dr(["readiness", "--only", "recovery-lock"]);
      expect(checked).not.toMatch(OBEYED);
      for (const line of checked.split("\n")) expect(line).not.toMatch(/^\s*curl/);
    },
  );
});
