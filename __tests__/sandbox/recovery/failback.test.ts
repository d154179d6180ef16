import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { DescribeDBSnapshotsCommand, RDSClient } from "@aws-sdk/client-rds";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { z } from "zod";
import { planStack } from "../../../sandbox/terraform/project.ts";
import { FAILBACK_STEP_IDS } from "../../../src/recovery/failback/step-ids.ts";
import { PRIMARY, RecoveredPair, STANDBY } from "../support/recovered-pair.ts";
import { probe } from "../support.ts";

const HOUR_MS = 3_600_000;

/** Backups and copies take an hour of AWS's time, which nobody waits for here. */
const COPYING = /first recovery point/;

const capabilities = await probe();

const planSchema = z.looseObject({
  warnings: z.array(z.string()),
  steps: z.array(z.looseObject({ id: z.string() })),
});
const recordSchema = z.looseObject({
  posture: z.string(),
  recoveryPoint: z.looseObject({ snapshotArn: z.string(), createdAt: z.iso.datetime() }),
});

describe.skipIf(!capabilities.isReady)("failback of a pair that has failed over", () => {
  let pair: RecoveredPair;
  let primaryDoor: string | undefined;
  let standbys: string;

  const failback = (...args: string[]) =>
    pair.dr(["failback", ...args], {
      onLine: (line) => {
        if (COPYING.test(line)) void pair.sandbox.client.advance(HOUR_MS);
      },
    });

  beforeAll(async () => {
    pair = await RecoveredPair.create(capabilities);
    primaryDoor = await pair.served();
    await pair.sandbox.client.setFaults({
      regionsDown: [PRIMARY, "us-east-1"],
      globalControlPlanesDown: true,
    });
    const { exitCode, stdout } = await pair.dr(["failover", "--execute", "--confirm", "dr"]);
    if (exitCode !== 0) throw new Error(stdout);
    await pair.sandbox.client.clearFaults();
    [standbys = ""] = await pair.databases(STANDBY);
  }, 900_000);
  afterAll(() => pair?.remove());

  it("waits to be asked: nothing flaps when the primary is back (T42)", async () => {
    await pair.sandbox.client.advance(HOUR_MS);
    expect(await pair.served()).toMatch(/shop-dr-alb/);
  });

  it("shows its plan, and how many hours of writes are at stake", async () => {
    await pair.sandbox.client.clearCalls();
    const { exitCode, stdout } = await failback("--json");
    expect(exitCode).toBe(0);
    const plan = planSchema.parse(JSON.parse(stdout));
    expect(plan.steps.map(({ id }) => id)).toEqual(FAILBACK_STEP_IDS);
    expect(plan.warnings[0]).toMatch(/[23] h of writes, since .*come along/);
    const calls = await pair.sandbox.client.calls();
    expect(calls.filter(({ action }) => !/^(Get|List|Describe|Head)/.test(action))).toEqual([]);
  });

  it("drops the standby's writes for nobody who does not type how many hours they are", async () => {
    const { exitCode, stderr } = await failback("--discard-writes", "--execute", "--confirm", "dr");
    expect([exitCode, stderr.trim()]).toEqual([
      2,
      expect.stringMatching(/nothing was changed; give --confirm "discard [23] hours"$/),
    ]);
  });

  it("returns with the standby's data", async () => {
    await pair.sandbox.client.clearCalls();
    const { exitCode, stdout } = await failback(
      "--execute",
      "--confirm",
      "dr",
      "--reason",
      "the region is back",
    );
    expect(`${exitCode}\n${exitCode === 0 ? "" : stdout}`).toBe("0\n");
    expect(stdout).toContain("delete-db-instance");

    expect(await pair.served()).toBe(primaryDoor);
    const [, restored] = await pair.databases(PRIMARY);
    expect(await pair.databases(PRIMARY)).toEqual([
      "shop-prod-database",
      expect.stringMatching(/^shop-prod-database-[0-9a-f]{8}$/),
    ]);
    expect((await pair.databases(STANDBY)).toSorted()).toEqual(["shop-dr-database", standbys]);

    const file = join(pair.deployment.environments, "prod.activation.json");
    const record = recordSchema.parse(JSON.parse(readFileSync(file, "utf8")));
    expect(record.posture).toBe("active");
    const rds = new RDSClient(pair.settings(PRIMARY));
    const { DBSnapshots: [snapshot] = [] } = await rds.send(
      new DescribeDBSnapshotsCommand({ DBSnapshotIdentifier: record.recoveryPoint.snapshotArn }),
    );
    // The chain from the standby's database to the primary's.
    expect(snapshot).toMatchObject({ DBInstanceIdentifier: standbys, Status: "available", Encrypted: true });
    const restores = await pair.sandbox.client.calls({ action: "RestoreDBInstanceFromDBSnapshot" });
    expect(restores.map(({ region }) => region)).toEqual([PRIMARY]);
    expect(restored).toBeDefined();
  });

  it("has destroyed no database, and fenced before the last recovery point was taken", async () => {
    const calls = await pair.sandbox.client.calls();
    const at = (action: string, region: string): number =>
      calls.findIndex((call) => call.action === action && call.region === region);
    expect(at("DeleteDBInstance", STANDBY)).toBe(-1);
    expect(at("DeleteDBInstance", PRIMARY)).toBe(-1);
    expect(at("UpdateService", STANDBY)).toBeGreaterThan(-1);
    expect(at("CreateDBSnapshot", STANDBY)).toBeGreaterThan(at("UpdateService", STANDBY));
    expect(at("CopyDBSnapshot", PRIMARY)).toBeGreaterThan(at("CreateDBSnapshot", STANDBY));
  });

  it("leaves a pair in peace: empty plans, a pilot light, and a first copy of the new database", async () => {
    for (const stack of ["prod", "dr", "traffic"])
      expect([stack, await planStack(pair.deployment.project, stack)]).toEqual([stack, "empty"]);
    expect(existsSync(join(pair.deployment.environments, "dr.activation.json"))).toBe(false);
    const { exitCode, stdout } = await pair.dr([
      "readiness",
      "--only",
      "recovery-point,copy-jobs,standby-state,switch,service,state-lock,recovery-lock",
    ]);
    expect(`${exitCode}\n${exitCode === 0 ? "" : stdout}`).toBe("0\n");
  });
});
