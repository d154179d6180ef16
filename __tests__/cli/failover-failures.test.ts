import { describe, expect, it } from "vitest";
import { readLock } from "../../src/recovery/journal/lock.ts";
import { journalPlace } from "../../src/recovery/journal/place.ts";
import { StepFailed } from "../../src/recovery/steps/step.ts";
import { ago, memoryAws, NOW, point, STANDBY_BUCKET, SWITCH_BUCKET } from "../support/memory-aws.ts";
import { Stage, type StageSettings } from "../support/recovery-stage.ts";
import { refuses } from "../support/stage-answers.ts";

const EXECUTE = [
  "failover",
  "--execute",
  "--confirm",
  "dr",
  "--reason",
  "the primary region does not answer",
];
const RESUME = "    npm run dr -- failover --environment dr --execute --confirm dr";
const SWITCH = "serve-from-standby";

const location = { bucket: STANDBY_BUCKET, logBucket: "", keyAlias: "", region: "eu-central-1" };
const place = journalPlace({ name: "shop" }, "dr", location);
const lockOn = (stage: Stage) => readLock(place, memoryAws({ objects: stage.objects }).in("eu-central-1"));

/** From the line that says how it ended. */
const ending = (output: string): string => output.slice(output.search(/^failover (failed|done)/m));

describe("a failover that can't go on", () => {
  const said = (what: string, next: readonly string[], step = "choose-recovery-point"): string =>
    [`failover failed at ${step}: ${what}`, ...next].join("\n");

  it.each<[string, StageSettings, string]>([
    [
      "throttled calls",
      { answers: { standby: { key: refuses("throttled", "kms:DescribeKey", "ThrottlingException") } } },
      said("kms:DescribeKey in eu-central-1: ThrottlingException", [
        "  state: the step was not finished; what it had done stays, and nothing was undone",
        "  next:",
        "    # AWS refuses for now, also after several attempts; wait a minute",
        RESUME,
      ]),
    ],
    [
      "access denied",
      { answers: { standby: { key: refuses("denied", "kms:DescribeKey", "AccessDeniedException") } } },
      said("kms:DescribeKey in eu-central-1: AccessDeniedException", [
        "  state: the step was not finished; what it had done stays, and nothing was undone",
        "  next:",
        "    # allow kms:DescribeKey in eu-central-1 to this caller, or take break-glass credentials",
        "    aws sts get-caller-identity --region eu-central-1",
        RESUME,
      ]),
    ],
  ])("for %s says what to do, and changes nothing", async (_, settings, expected) => {
    const stage = new Stage();
    // The plan is made before: what is wrong is found out while it is carried out.
    const { exitCode, output } = await stage.dr(EXECUTE, settings);
    expect(exitCode).toBe(1);
    expect(ending(output)).toContain(expected);
    expect([stage.applied, stage.record(), await lockOn(stage)]).toEqual([[], undefined, undefined]);
    // Corrected, the same command goes on.
    expect((await stage.dr(EXECUTE)).exitCode).toBe(0);
    expect(stage.applied).toHaveLength(3);
  });

  it("for an unhealthy target group says why and where to read on, and leaves users where they are", async () => {
    const unhealthy = { id: "10.30.0.5", state: "unhealthy", reason: "Target.ResponseCodeMismatch" };
    const stage = new Stage();
    const { exitCode, output } = await stage.dr(EXECUTE, {
      answers: { standby: { targets: async () => [unhealthy, unhealthy, unhealthy] } },
    });
    expect(exitCode).toBe(1);
    expect(ending(output)).toMatch(
      /gave up waiting for healthy targets of dr after 15 min: 0 of 3 targets are healthy, one is unhealthy: Target\.ResponseCodeMismatch/,
    );
    expect(output).toContain("    aws logs tail --region eu-central-1 /shop/dr/app --since 15m\n");
    expect(stage.objects.text(SWITCH_BUCKET, SWITCH)).toBeUndefined();
    expect(stage.record()?.posture).toBe("restored");
    await stage.dr(EXECUTE);
    expect(stage.applied.map((line) => line.split(" ")[0])).toEqual(["restored", "active", "hardened"]);
  });

  it("is gone on with on another machine, which has neither the record nor the journal", async () => {
    const stage = new Stage();
    await stage.dr(EXECUTE, { answers: { standby: { targets: async () => [] } } });
    const before = stage.record();
    stage.moveElsewhere();
    expect(stage.record()).toBeUndefined();
    const newer = { ...point, arn: `${point.arn}-newer`, createdAt: NOW };
    const { exitCode, output } = await stage.dr(["failover", "--execute", "--confirm", "dr"], {
      answers: { standby: { recoveryPoints: async () => [newer] } },
    });
    expect(exitCode).toBe(0);
    expect(output).toContain("[3/9] restore-database: done before: ");
    expect(stage.record()).toEqual({ ...before, posture: "active", hardened: true });
    expect(stage.applied.map((line) => line.split(" ")[0])).toEqual(["restored", "active", "hardened"]);
  });

  it("for an apply that fails passes on what Terraform said, and goes on with the same recovery point", async () => {
    const stage = new Stage();
    const apply = async (): Promise<never> => {
      throw new StepFailed(
        "terraform apply of dr failed: InsufficientDBInstanceCapacity",
        "what was applied stays",
        ["# name another class"],
      );
    };
    const { output } = await stage.dr(EXECUTE, { apply });
    expect(ending(output)).toContain(
      said(
        "terraform apply of dr failed: InsufficientDBInstanceCapacity",
        ["  state: what was applied stays", "  next:", "    # name another class", RESUME],
        "restore-database",
      ),
    );
    const newer = { ...point, arn: `${point.arn}-newer`, createdAt: NOW };
    await stage.dr(EXECUTE, { answers: { standby: { recoveryPoints: async () => [newer] } } });
    expect(stage.record()?.recoveryPoint).toMatchObject({ snapshotArn: point.arn });
  });

  it("for a database that a return has kept does not take it for what it restores", async () => {
    const stage = new Stage();
    const database = async () => ({
      arn: "arn:aws:rds:eu-central-1:111122223333:db:kept",
      status: "available",
      engineVersion: "17.4",
      storageGiB: 100,
      keyArn: undefined,
      protected: true,
    });
    const { exitCode, output } = await stage.dr(EXECUTE, { answers: { standby: { database } } });
    expect([exitCode, stage.applied]).toEqual([1, []]);
    expect(output).toMatch(
      /shop-dr-database-[0-9a-f]{8} is there already, protected: an earlier return has kept it/,
    );
    expect(output).toContain("# give this run up with npm run dr -- rollback, then restore another point");
  });

  it("for a second operator names the first, since when, and what takes over", async () => {
    const stage = new Stage();
    const holder = {
      runId: "r1",
      verb: "failover",
      operator: "sam",
      host: "tower",
      session: "s1",
      machine: "tower",
      pid: 1,
      takenAt: ago(12 * 60_000).toISOString(),
      aliveAt: ago(60_000).toISOString(),
    };
    stage.objects.put(STANDBY_BUCKET, { [place.lockKey]: holder });
    const { exitCode, output } = await stage.dr(EXECUTE);
    expect(exitCode).toBe(1);
    expect(output.slice(output.lastIndexOf("refused: "))).toBe(
      [
        "refused: sam on tower holds the recovery lock since 2026-03-10 11:48Z, 12 min, for failover, run r1",
        "  state: nothing was changed; the last sign of life of sam's process was 1 min ago",
        "  next:",
        "    # ask the holder, and see how far the run has come",
        "    npm run dr -- status",
        "    # only if the holder's process is gone; it is watched for a sign of life first",
        `${RESUME} --reason "the primary region does not answer" --take-lock`,
      ].join("\n"),
    );
    expect(stage.applied).toEqual([]);
    const taken = await stage.dr([...EXECUTE, "--take-lock"]);
    expect(taken.output).toContain("sam's process 1 on tower gave no sign of life; taking its lock over");
    expect(taken.exitCode).toBe(0);
  });

  it("is not begun with another account's credentials", async () => {
    const caller = async () => ({
      accountId: "999988887777",
      arn: "arn:aws:iam::999988887777:user/kim",
      awsTime: NOW,
      localTime: NOW,
      expiresAt: undefined,
    });
    const { exitCode, errors } = await new Stage().dr(EXECUTE, { answers: { standby: { caller } } });
    expect([exitCode, errors]).toEqual([
      2,
      "credentials: are of another account, got arn:aws:iam::999988887777:user/kim; take some of 111122223333",
    ]);
  });
});
