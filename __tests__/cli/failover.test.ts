import { describe, expect, it } from "vitest";
import { z } from "zod";
import { readLock } from "../../src/recovery/journal/lock.ts";
import { journalPlace } from "../../src/recovery/journal/place.ts";
import type { RegionalAws } from "../../src/aws/port.ts";
import {
  ago,
  type Answers,
  DAY_MS,
  memoryAws,
  NOW,
  point,
  silentRegion,
  STANDBY_BUCKET,
  SWITCH_BUCKET,
} from "../support/memory-aws.ts";
import { MemoryService } from "../support/memory-service.ts";
import { Stage } from "../support/recovery-stage.ts";

const EXECUTE = [
  "failover",
  "--execute",
  "--confirm",
  "dr",
  "--reason",
  "the primary region does not answer",
];
const SWITCH = "serve-from-standby";

const location = { bucket: STANDBY_BUCKET, logBucket: "", keyAlias: "", region: "eu-central-1" };
const place = journalPlace({ name: "shop" }, "dr", location);
const lockOn = (stage: Stage) => readLock(place, memoryAws({ objects: stage.objects }).in("eu-central-1"));

const planSchema = z.looseObject({
  steps: z.array(z.looseObject({ id: z.string(), calls: z.array(z.looseObject({ region: z.string() })) })),
});

const runsSchema = z.looseObject({ runs: z.array(z.looseObject({ verb: z.string() })) });

/** From the line that says how it ended. */
const ending = (output: string): string => output.slice(output.search(/^failover (failed|done)/m));

describe("failover without --execute", () => {
  it("prints steps, regions, time, data loss and the way back, and changes nothing", async () => {
    const stage = new Stage();
    const { exitCode, output } = await stage.dr(["failover", "--actions"]);
    expect(exitCode).toBe(0);
    expect(output).toContain("failover: dr in eu-central-1 takes over prod of eu-west-1\n");
    expect(output).toContain(
      `  data lost:    5 h (300 min), all that prod took since: restores ${point.arn} of 2026-03-10 07:00Z, 5 h old\n`,
    );
    expect(output).toMatch(
      / {2}4\. scale-compute: .* \(about 10 min\)\n {5}after restore-database\n {5}eu-central-1: ecs:DescribeServices\n/,
    );
    expect(output).toContain("  undo: npm run dr -- rollback --environment dr\n");
    expect(output).toContain("Nothing was changed.");
    expect([stage.applied, stage.record(), await lockOn(stage)]).toEqual([[], undefined, undefined]);
  });

  it("is JSON for machines: every step after what it depends on, and only the fence elsewhere", async () => {
    const { output } = await new Stage().dr(["failover", "--json"]);
    const { steps } = planSchema.parse(JSON.parse(output));
    const regions = steps.map(({ id, calls }) => [id, ...new Set(calls.map(({ region }) => region))]);
    expect(regions).toEqual([
      ["declare", "eu-west-1"],
      ["choose-recovery-point", "eu-central-1"],
      ["restore-database", "eu-central-1"],
      ["scale-compute", "eu-central-1"],
      ["await-healthy", "eu-central-1"],
      ["open-ingress", "eu-central-1"],
      // The primary may have come back in the meantime, and is fenced once more.
      ["cut-over", "eu-central-1", "eu-west-1"],
      ["validate", "eu-central-1"],
      ["harden", "eu-central-1"],
    ]);
  });

  it("warns whoever may not turn the switch, before anything is restored", async () => {
    const operators = ["arn:aws:iam::111122223333:role/traffic/captain"];
    const arn = "arn:aws:sts::111122223333:assumed-role/on-call/kim";
    const known = { awsTime: NOW, localTime: NOW, accountId: "111122223333", expiresAt: undefined };
    const { output } = await new Stage({ changes: { traffic: { operators } } }).dr(["failover"], {
      answers: { standby: { caller: async () => ({ ...known, arn }) } },
    });
    expect(output).toMatch(
      / {2}! arn:\S+ can't turn the switch: have one of .*role\/traffic\/captain.* at hand/,
    );
  });

  it("says how the primary is, so that nobody fences by mistake what serves", async () => {
    const primary = new MemoryService({ prefix: "shop-prod" });
    const targets: RegionalAws["targets"] = async () => [
      { id: "10.20.0.5", state: "healthy", reason: undefined },
    ];
    const plan = async (answers: Answers): Promise<string> =>
      (await new Stage().dr(["failover"], { answers })).output;
    expect(await plan({ primary: { ...primary.questions(), targets } })).toContain(
      "  now:          prod SERVES: 3 tasks run, 1 of 1 targets are healthy\n  is closed:    prod: closed to users and stopped, its database stays\n",
    );
    primary.count = 1;
    expect(await plan({ primary: { ...primary.questions(), targets } })).toContain(
      "  now:          prod SERVES, and not as it should: 1 tasks run, 1 of 1 targets are healthy\n",
    );
    expect(await plan({ primary: silentRegion("eu-west-1", "unreachable") })).toMatch(
      / {2}now: {10}whether prod still serves is not known: .* in eu-west-1: /,
    );
  });

  it("does not talk of going on where nobody asked to begin", async () => {
    const standby = silentRegion("eu-central-1", "credentials");
    const { exitCode, output } = await new Stage().dr(["failover"], { answers: { standby } });
    expect(exitCode).toBe(1);
    expect(output).toContain("nothing was changed");
    expect(output).toMatch(/npm run dr -- failover --environment dr$/m);
    expect(output).not.toContain("--execute");
  });

  it("is printed also when nothing could be restored now", async () => {
    const { exitCode, output } = await new Stage().dr(["failover"], {
      answers: { standby: { recoveryPoints: async () => [] } },
    });
    expect(exitCode).toBe(0);
    expect(output).toContain("  BLOCKED by recovery-point: there is no recovery point in eu-central-1\n");
  });
});

describe("failover --execute", () => {
  it("restores, opens, moves users and says what was achieved", async () => {
    const stage = new Stage();
    const { exitCode, output } = await stage.dr(EXECUTE);
    expect(exitCode).toBe(0);
    expect(stage.applied).toEqual([
      // RDS takes minutes to delete the empty one: users do not wait for that.
      expect.stringMatching(/^restored shop-dr-database-[0-9a-f]{8} beside shop-dr-database$/),
      expect.stringMatching(/^active shop-dr-database-[0-9a-f]{8} beside shop-dr-database$/),
      expect.stringMatching(/^hardened shop-dr-database-[0-9a-f]{8}$/),
    ]);
    expect(stage.record()).toMatchObject({
      posture: "active",
      hardened: true,
      operator: "break-glass/kim",
      reason: "the primary region does not answer",
      recoveryPoint: { kind: "snapshot", snapshotArn: point.arn, engineVersion: "17.4", storageGiB: 120 },
    });
    expect(stage.objects.text(SWITCH_BUCKET, SWITCH)).toBe("dr\n");
    expect(await lockOn(stage)).toBeUndefined();
    expect(output).toContain("WARNING: prod is NOT fenced, its compute stays as it is");
    expect(ending(output)).toContain(
      "\n  RTO achieved: 3 min of 4 h, from the declaration to the validation\n  RPO achieved: 5 h of 24 h\n",
    );
    expect(output).toContain("  undo: npm run dr -- rollback --environment dr");
  });

  it("asks for the environment's name, and takes no other and no yes", async () => {
    const execute = EXECUTE.filter((word) => word !== "--confirm" && word !== "dr");
    for (const types of ["yes", "prod", ""]) {
      const { exitCode, errors } = await new Stage({ types }).dr(execute);
      expect([exitCode, errors]).toEqual([
        2,
        `--confirm: is not what confirms it, got "${types}"; nothing was changed; give --confirm dr`,
      ]);
    }
    const nobody = await new Stage().dr(execute);
    expect(nobody.errors).toContain("got nothing, and there is no terminal to ask at");
    expect((await new Stage({ types: "dr" }).dr(execute)).exitCode).toBe(0);
  });

  it("has nothing to do where the standby is active", async () => {
    const stage = new Stage();
    await stage.dr(EXECUTE);
    const again = await stage.dr(EXECUTE);
    expect([again.exitCode, again.output]).toEqual([
      0,
      "dr is active already, declared 2026-03-10 12:00Z: nothing to do",
    ]);
    expect(stage.applied).toHaveLength(3);
  });

  it("restores the point that is named", async () => {
    const older = { ...point, arn: `${point.arn}-older`, createdAt: ago(DAY_MS) };
    const stage = new Stage({ answers: { standby: { recoveryPoints: async () => [point, older] } } });
    await stage.dr([...EXECUTE, "--recovery-point", older.arn]);
    expect(stage.record()?.recoveryPoint).toMatchObject({ snapshotArn: older.arn });
  });

  it("says that DNS is not in the RTO where somebody else changes it", async () => {
    const stage = new Stage({ changes: { traffic: undefined } });
    const { output } = await stage.dr([...EXECUTE, "--dns-moved"]);
    expect(ending(output)).toMatch(
      / {2}RTO achieved: \d+ min of 4 h, from the declaration to the validation, without the change of DNS, which is made elsewhere\n/,
    );
    const { output: status } = await stage.dr(["status"]);
    expect(status).toMatch(/RTO achieved +\d+ min of 4 h, without the change of DNS/);
    const { output: json } = await stage.dr(["status", "--json"]);
    // The drill of some days ago moved nobody either.
    expect(runsSchema.parse(JSON.parse(json)).runs).toMatchObject([
      { verb: "drill", rtoIncludesDns: false },
      { verb: "failover", rtoIncludesDns: false },
    ]);
  });

  it("is one JSON document in the end, with its progress beside it", async () => {
    const { output, errors } = await new Stage().dr([...EXECUTE, "--json"]);
    expect(JSON.parse(output)).toMatchObject({
      outcome: "done",
      rtoMinutes: 3,
      rtoIncludesDns: true,
      rpoMinutes: 300,
    });
    for (const line of errors.split("\n")) expect(JSON.parse(line)).toHaveProperty("line");
  });
});
