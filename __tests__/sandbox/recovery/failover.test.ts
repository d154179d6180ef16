import { readFile, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { z } from "zod";
import { deployStacks, planStack } from "../../../sandbox/terraform/project.ts";
import { Attempts } from "../support/attempts.ts";
import { executed, PRIMARY, RecoveredPair, STANDBY } from "../support/recovered-pair.ts";
import { FENCED, SERVES, servingOf, STOPPED } from "../support/serving.ts";
import { probe } from "../support.ts";

const capabilities = await probe();

const planSchema = z.looseObject({
  stakes: z.looseObject({ lost: z.string() }),
  steps: z.array(z.looseObject({ id: z.string(), calls: z.array(z.looseObject({ region: z.string() })) })),
});
const statusSchema = z.looseObject({
  posture: z.string(),
  lock: z.unknown(),
  runs: z.array(
    z.looseObject({
      verb: z.string(),
      outcome: z.string().nullable(),
      rtoMinutes: z.number().nullable(),
      rpoMinutes: z.number().nullable(),
    }),
  ),
});

const readinessSchema = z.looseObject({
  posture: z.string(),
  checks: z.array(z.looseObject({ id: z.string(), status: z.string() })),
});

const recordSchema = z.looseObject({ recoveryPoint: z.looseObject({ snapshotArn: z.string() }) });

const EXECUTE = executed(["failover"]);
const STEPS = [
  "declare",
  "choose-recovery-point",
  "restore-database",
  "scale-compute",
  "await-healthy",
  "open-ingress",
  "cut-over",
  "validate",
  "harden",
];

describe.skipIf(!capabilities.isReady)("failover of a pair that is really deployed", () => {
  let pair: RecoveredPair;
  let primaryDoor: string | undefined;
  let callsOfFailover: Awaited<ReturnType<RecoveredPair["sandbox"]["client"]["calls"]>> = [];

  beforeAll(async () => {
    pair = await RecoveredPair.create(capabilities);
    primaryDoor = await pair.served();
  }, 1_200_000);
  afterAll(() => pair?.remove());

  it("shows its plan and changes nothing, also with the primary region and all global control planes off", async () => {
    await pair.sandbox.client.setFaults({
      regionsDown: [PRIMARY, "us-east-1"],
      globalControlPlanesDown: true,
    });
    await pair.sandbox.client.clearCalls();
    const { exitCode, stdout } = await pair.dr(["failover", "--json"]);
    expect(exitCode).toBe(0);
    const plan = planSchema.parse(JSON.parse(stdout));
    expect(plan.steps.map(({ id }) => id)).toEqual(STEPS);
    expect(plan.steps.flatMap(({ calls }) => calls.map(({ region }) => region))).toEqual([
      PRIMARY,
      ...plan.steps.slice(1).flatMap(({ id, calls }) =>
        // Fenced once more, in case that it has come back.
        calls.map((_, index) => (id === "cut-over" && index === 1 ? PRIMARY : STANDBY)),
      ),
    ]);
    expect(plan.stakes.lost).toMatch(
      /^\d+ (h|min).*, all that prod took since: restores arn:aws:rds:eu-central-1:/,
    );
    const calls = await pair.sandbox.client.calls();
    expect(calls.filter(({ action }) => !/^(Get|List|Describe|Head)/.test(action))).toEqual([]);
  });

  it("is refused without the environment's name", async () => {
    const { exitCode, stderr } = await pair.dr(executed(["failover"], "prod"));
    expect([exitCode, stderr.trim()]).toEqual([
      2,
      '--confirm: is not what confirms it, got "prod"; nothing was changed; give --confirm dr',
    ]);
    expect(await pair.objects("lock.json")).toEqual([]);
  });

  it("succeeds without the primary region and every global control plane", async () => {
    await pair.sandbox.client.clearCalls();
    await pair.sandbox.client.setDatabaseDurations({ deletionMinutes: 8, multiAzMinutes: 30 });
    // Killed in the middle of the restore, and run again; `npm run test:faults` kills it everywhere.
    const failover = new Attempts(pair, EXECUTE);
    await failover.killAt(/at work: .*aws_db_instance/);
    const { exitCode } = await failover.finish({ onLine: letDatabasesChange });
    // Before anything else is asked: status looks at both regions.
    callsOfFailover = await pair.sandbox.client.calls();
    expect(exitCode).toBe(0);
    const { whole: stdout } = failover;
    expect(stdout).toMatch(/Terraform of an earlier attempt \(process \d+\) still works on dr/);
    expect(stdout).toContain("WARNING: prod is NOT fenced");
    const [, rto] = /RTO achieved: (.+) of 4 h, from the declaration to the validation$/m.exec(stdout) ?? [];
    const [, rpo] = /RPO achieved: (.+) of 24 h$/m.exec(stdout) ?? [];
    expect([rto, rpo]).toEqual([expect.any(String), expect.any(String)]);

    const { stdout: text } = await pair.dr(["status", "--json"]);
    const status = statusSchema.parse(JSON.parse(text));
    expect(status).toMatchObject({ posture: "active", lock: null });
    const run = status.runs.find(({ verb }) => verb === "failover");
    expect(run?.outcome).toBe("done");
    const minutes = (said: string | undefined): number =>
      [...(said ?? "").matchAll(/(\d+) (h|min)/g)].reduce(
        (sum, [, count, unit]) => sum + Number(count) * (unit === "h" ? 60 : 1),
        0,
      );
    expect([minutes(rto), minutes(rpo)]).toEqual([run?.rtoMinutes, run?.rpoMinutes]);
  });

  it("has called nothing but the standby's region since the declaration, save for attempts to fence", async () => {
    const calls = callsOfFailover;
    const declared = calls.findIndex(({ action, resource }) => {
      return action === "PutObject" && resource?.includes("/recovery/runs/") === true;
    });
    expect(declared).toBeGreaterThan(0);
    const elsewhere = calls.slice(declared).filter(({ region }) => region !== STANDBY);
    expect(new Set(elsewhere.map(({ region, service }) => `${region} ${service}`))).toEqual(
      new Set([`${PRIMARY} elasticloadbalancing`, `${PRIMARY} ecs`]),
    );
    expect(elsewhere.every(({ fault }) => fault === `${PRIMARY} is down`)).toBe(true);
    const services = new Set(calls.slice(declared).map(({ service }) => service));
    // It tells the topic that was there in peace.
    expect(services.has("sns")).toBe(true);
    expect(services.has("iam") || services.has("route53") || services.has("budgets")).toBe(false);
  });

  it("has waited for no deletion and no second zone before users were moved, with AWS's time for both", async () => {
    const changes = await pair.sandbox.client.databaseChanges();
    expect(changes.map(({ region, change }) => `${region} ${change}`).toSorted()).toEqual([
      `${STANDBY} conversion to Multi-AZ`,
      `${STANDBY} deletion`,
    ]);
    const at = (wanted: (call: (typeof callsOfFailover)[number]) => boolean): Date =>
      new Date(callsOfFailover.find(wanted)?.time ?? Number.NaN);
    const restored = at(({ action }) => action === "RestoreDBInstanceFromDBSnapshot");
    const moved = at(
      ({ action, resource }) => action === "PutObject" && resource?.endsWith("/serve-from-standby") === true,
    );
    expect(restored.getTime()).toBeLessThan(moved.getTime());
    for (const { from } of changes) expect(moved.getTime()).toBeLessThan(from.getTime());
    // The run ended with both done.
    const last = new Date(callsOfFailover.at(-1)?.time ?? Number.NaN);
    for (const { until } of changes) expect(until.getTime()).toBeLessThan(last.getTime());
    await pair.sandbox.client.setDatabaseDurations({});
  });

  it("leads users to the standby, which has one database, and leaves no lock", async () => {
    expect(await pair.served()).not.toBe(primaryDoor);
    expect(await pair.served()).toMatch(/shop-dr-alb/);
    expect(await pair.databases(STANDBY)).toEqual([expect.stringMatching(/^shop-dr-database-[0-9a-f]{8}$/)]);
    expect(await pair.objects("lock.json")).toEqual([]);
    expect(await pair.objects(".tflock")).toEqual([]);
    expect(await pair.record()).toMatchObject({ posture: "active", reason: EXECUTE.at(-1) });
  });

  it("has nothing to do a second time", async () => {
    const { exitCode, stdout } = await pair.dr(EXECUTE);
    expect([exitCode, stdout]).toEqual([0, expect.stringContaining("dr is active already")]);
  });

  it("leaves an empty plan, and traffic where it is, when the primary comes back", async () => {
    await pair.sandbox.client.clearFaults();
    expect(await planStack(pair.deployment.project, "dr")).toBe("empty");
    await pair.sandbox.client.advance(3_600_000);
    expect(await pair.served()).toMatch(/shop-dr-alb/);
    expect(await failing()).toEqual(["primary-fence"]);
  });

  it("lets no pipeline start what has come back beside the standby, and fences it (T43)", async () => {
    await expect(deployStacks(pair.deployment.project, ["prod"])).rejects.toThrow(/prod must not be applied/);
    await pair.carryOut(["fence"]);
    expect(await servingOf(pair, "prod")).toEqual(FENCED);
    expect(await failing()).toEqual([]);
    expect(await pair.served()).toMatch(/shop-dr-alb/);
  });

  it("is an active standby also to a checkout without its record, where nobody can make a pilot light of it", async () => {
    const record = await pair.record();
    await rm(join(pair.deployment.environments, "dr.activation.json"));
    // cdktf can end before it has printed what Terraform said.
    await expect(deployStacks(pair.deployment.project, ["dr"])).rejects.toThrow(/ended with 1/);
    await expect(planStack(pair.deployment.project, "dr")).rejects.toThrow(/dr is no pilot light/);
    expect(await failing()).toEqual(["activation-record"]);
    const { exitCode } = await pair.dr(EXECUTE);
    expect([exitCode, await pair.record()]).toEqual([0, record]);
  });

  it("keeps its database from a record with another recovery point (T24)", async () => {
    const file = join(pair.deployment.environments, "dr.activation.json");
    const text = await readFile(file, "utf8");
    const { recoveryPoint } = recordSchema.parse(JSON.parse(text));
    await writeFile(file, text.replaceAll(recoveryPoint.snapshotArn, `${recoveryPoint.snapshotArn}-2`));
    const before = await pair.databases(STANDBY);
    await expect(deployStacks(pair.deployment.project, ["dr"])).rejects.toThrow(/ended with 1/);
    await expect(planStack(pair.deployment.project, "dr")).rejects.toThrow(/prevent_destroy/);
    expect(await pair.databases(STANDBY)).toEqual(before);
    await writeFile(file, text);
  });

  describe("rolled back", () => {
    async function expectPrimaryServes(): Promise<void> {
      expect(await pair.served()).toBe(primaryDoor);
      expect(await servingOf(pair, "prod")).toEqual({ ...SERVES, groups: ["shop-prod-alb"] });
      expect(await pair.databases(PRIMARY)).toEqual(["shop-prod-database"]);
    }

    it("lets the primary serve again, closes the standby and keeps its database", async () => {
      const restored = await pair.databases(STANDBY);
      await pair.carryOut(["rollback"]);
      await expectPrimaryServes();
      expect(await servingOf(pair, "dr")).toEqual(STOPPED);
      expect(await pair.databases(STANDBY)).toEqual(restored);
      expect(await pair.record()).toMatchObject({ posture: "restored" });
      expect(await planStack(pair.deployment.project, "dr")).toBe("empty");
    });

    it("has nothing to do a second time", async () => {
      await pair.sandbox.client.clearCalls();
      expect(await pair.carryOut(["rollback"])).toContain("dr was as its files say already");
      await expectPrimaryServes();
      const calls = await pair.sandbox.client.calls();
      // It writes its journal, and tells the topic that it runs.
      const elsewhere = calls.filter(({ service }) => service !== "s3" && service !== "sns");
      expect(elsewhere.filter(({ action }) => !/^(Get|List|Describe|Head)/.test(action))).toEqual([]);
    });
  });

  /** Nobody waits for AWS here: Terraform says each half minute that it does. */
  function letDatabasesChange(line: string): void {
    if (/at work: .*aws_db_instance/.test(line)) void pair.sandbox.client.advance(5 * 60_000);
  }

  /** Checks that fail, but for the clock: this machine's is a day behind the sandbox's. */
  async function failing(): Promise<readonly string[]> {
    const { stdout } = await pair.dr(["readiness", "--json"]);
    const report = readinessSchema.parse(JSON.parse(stdout));
    expect(report.posture).toBe("active");
    return report.checks.flatMap(({ id, status }) => (status === "fail" && id !== "clock" ? [id] : []));
  }
});
