import { spawnSync } from "node:child_process";
import { existsSync, readFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { DescribeDBSnapshotsCommand, RDSClient } from "@aws-sdk/client-rds";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { z } from "zod";
import { run } from "../../../sandbox/process/run.ts";
import { planStack } from "../../../sandbox/terraform/project.ts";
import { FAILBACK_STEP_IDS } from "../../../src/recovery/failback/step-ids.ts";
import { Attempts } from "../support/attempts.ts";
import { inventory, made } from "../support/inventory.ts";
import { expectReturnedOnce } from "../support/returned-once.ts";
import { PRIMARY, RecoveredPair, STANDBY } from "../support/recovered-pair.ts";
import { print, probe } from "../support.ts";

const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;

const EXECUTE = ["--execute", "--confirm", "dr", "--reason", "the region is back"];

const capabilities = await probe();
const hasAws = spawnSync("aws", ["--version"]).status === 0;

/** The blocks of the runbook that go into one shell, at a time of the sandbox. */
const byHand = (now: Date): string =>
  [...readFileSync("docs/runbook.md", "utf8").matchAll(/^```sh by-hand\n([\s\S]*?)^```$/gm)]
    .map(([, block = ""]) => block)
    .join("\n")
    .replace(/\$\(date [^)]*\)/, `${now.toISOString().slice(0, 19)}Z`);

const planSchema = z.looseObject({
  warnings: z.array(z.string()),
  steps: z.array(z.looseObject({ id: z.string() })),
});
const recordSchema = z.looseObject({
  posture: z.string(),
  recoveryPoint: z.looseObject({ snapshotArn: z.string(), createdAt: z.iso.datetime() }),
});

describe.skipIf(!capabilities.isReady || !hasAws)("failback of a pair that has failed over by hand", () => {
  let pair: RecoveredPair;
  let primaryDoor: string | undefined;
  let standbys: string;
  let byHandSaid: string;
  let attempts: Attempts;

  const failback = (...args: string[]) => pair.dr(["failback", ...args]);

  /** As the runbook has it, for a day on which the command line does not run. */
  async function failOverByHand(): Promise<void> {
    const { now } = await pair.sandbox.client.clock();
    const { stdout, stderr, exitCode } = await run("bash", ["-euo", "pipefail", "-c", byHand(now)], {
      directory: resolve("."),
      env: pair.deployment.project.env,
      onLine: print,
    });
    if (exitCode !== 0) throw new Error(`${stdout}\n${stderr}`);
    byHandSaid = stdout;
    await pair.sandbox.client.advance(5 * MINUTE_MS);
  }

  beforeAll(async () => {
    pair = await RecoveredPair.create(capabilities);
    primaryDoor = await pair.served();
  }, 1_200_000);
  afterAll(() => pair?.remove());

  /** What a drill has left, and what of users and plans is as it was. */
  async function drilled(): Promise<unknown> {
    const before = await inventory(pair.sandbox, [PRIMARY, STANDBY]);
    await pair.carryOut(["drill"]);
    const left = made(before, await inventory(pair.sandbox, [PRIMARY, STANDBY]));
    return { left, door: await pair.served(), plan: await planStack(pair.deployment.project, "dr") };
  }

  it("by hand leads users to the standby, which has one database, without the primary's region", async () => {
    await pair.sandbox.client.setFaults({
      regionsDown: [PRIMARY, "us-east-1"],
      globalControlPlanesDown: true,
    });
    await failOverByHand();
    await pair.sandbox.client.clearFaults();
    [standbys = ""] = await pair.databases(STANDBY);
    expect(byHandSaid).toContain("prod is NOT fenced");
    expect(standbys).toMatch(/^shop-dr-database-[0-9a-f]{8}$/);
    expect(await pair.databases(STANDBY)).toEqual([standbys]);
    expect(await pair.served()).toMatch(/shop-dr-alb/);
    expect(await planStack(pair.deployment.project, "dr")).toBe("empty");
  });

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
    const { exitCode, stderr } = await failback("--discard-writes", ...EXECUTE);
    expect([exitCode, stderr.trim()]).toEqual([
      2,
      expect.stringMatching(/nothing was changed; give --confirm "discard [23] hours"$/),
    ]);
  });

  it("is killed with its Terraform in the middle of the restore, and returns with the standby's data", async () => {
    await pair.sandbox.client.clearCalls();
    // The database is there then, and no state knows of it; `npm run test:faults` kills a return everywhere.
    attempts = new Attempts(pair, ["failback", ...EXECUTE]);
    await attempts.killAt(/at work: .*aws_db_instance\.database_instance \(create\)/, "prod");
    expect(await pair.objects("lock.json")).toHaveLength(1);
    expect(await pair.objects(".tflock", PRIMARY)).toHaveLength(1);
    const { exitCode, stdout } = await attempts.finish();
    expect(`${exitCode}\n${exitCode === 0 ? "" : stdout}`).toBe("0\n");
    expect(attempts.whole).toMatch(/taking shop-prod-database-[0-9a-f]{8} into the state of prod/);
    for (const kept of ["shop-prod-database", standbys])
      expect(attempts.whole).toContain(`${kept} is kept, outside of Terraform, until a person deletes it`);

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
    expect(restored).toBeDefined();
  });

  it("has done nothing twice, and holds no lock", async () => {
    await expectReturnedOnce(pair, attempts);
    expect(await pair.runs()).toHaveLength(1);
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

  it("can be drilled then, which leaves nothing, and neither moves users nor changes a plan", async () => {
    expect(await drilled()).toEqual({ left: [], door: primaryDoor, plan: "empty" });
  });
});
