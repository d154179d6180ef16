import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { planStack } from "../../../sandbox/terraform/project.ts";
import { Attempts } from "../support/attempts.ts";
import { expectReturnedOnce } from "../support/returned-once.ts";
import { executed, PRIMARY, RecoveredPair, STANDBY } from "../support/recovered-pair.ts";
import { probe } from "../support.ts";

const capabilities = await probe();

const STEPS = [
  "declare",
  "choose-recovery-point",
  "restore-database",
  "scale-compute",
  "await-healthy",
  "open-ingress",
  "cut-over",
];

const CREATING = /at work: .*aws_db_instance\.database_instance \(create\)/;

/** One run, killed at every one of these moments in turn, and taken up again each time. */
describe.skipIf(!capabilities.isReady)("a failover that is killed again and again", () => {
  let pair: RecoveredPair;
  let failover: Attempts;

  beforeAll(async () => {
    pair = await RecoveredPair.create(capabilities);
    failover = new Attempts(pair, executed(["failover"]));
    await pair.sandbox.client.setFaults({
      regionsDown: [PRIMARY, "us-east-1"],
      globalControlPlanesDown: true,
    });
    await pair.sandbox.client.clearCalls();
  }, 1_200_000);
  afterAll(() => pair?.remove());

  it("after a step is done, before the next", async () => {
    for (const id of STEPS.slice(0, 2)) await failover.killAt(new RegExp(`\\d\\] ${id}: done in`));
    expect(await pair.objects("lock.json")).toHaveLength(1);
  });

  it("with its Terraform, in the middle of the restore: the database is adopted", async () => {
    await failover.killAt(CREATING, "dr");
    expect(await pair.objects(".tflock")).toHaveLength(1);
  });

  it("alone, in the middle of the next apply: Terraform goes on, and is waited for", async () => {
    await failover.killAt(/at work: /);
    await failover.killAt(/\d\] restore-database: done in/);
    expect(failover.whole).toMatch(/Terraform of an earlier attempt \(process \d+\) still works on dr/);
  });

  it("after each step that waits, and in the middle of the second apply", async () => {
    await failover.killAt(/\d\] scale-compute: done in/);
    await failover.killAt(/\d\] await-healthy: done in/);
    // One moment of each apply: Terraform goes on alone, and can be done with it when the next attempt looks.
    await failover.killAt(/at work: /);
    await failover.killAt(/\d\] open-ingress: done in/);
    await failover.killAt(/the switch is on; users follow/);
    await failover.killAt(/\d\] cut-over: done in/);
    expect(await pair.objects("lock.json")).toHaveLength(1);
  });

  it("while it is hardened, with users served", async () => {
    await failover.killAt(/\d\] validate: done in/);
    await failover.killAt(/the guard lets \d+ changes? of dr through/);
    expect(await pair.databases(STANDBY)).toContainEqual(
      expect.stringMatching(/^shop-dr-database-[0-9a-f]{8}$/),
    );
  });

  it("ends as one that was left alone: no step twice, one database, no lock", async () => {
    const { exitCode } = await failover.finish();
    expect(exitCode).toBe(0);
    for (const id of [...STEPS, "validate", "harden"]) expect([id, failover.timesDone(id)]).toEqual([id, 1]);
    expect(await pair.databases(STANDBY)).toEqual([expect.stringMatching(/^shop-dr-database-[0-9a-f]{8}$/)]);
    const restores = await pair.sandbox.client.calls({ action: "RestoreDBInstanceFromDBSnapshot" });
    expect(restores).toHaveLength(1);
    expect([await pair.objects("lock.json"), await pair.objects(".tflock")]).toEqual([[], []]);
    expect(await pair.record()).toMatchObject({ posture: "active", hardened: true });
    // The switch bears the real time, which is a day behind: the run that found it on had nothing to wait for.
    await pair.sandbox.client.advance(300_000);
    expect(await pair.served()).toMatch(/shop-dr-alb/);
    expect(await pair.runs()).toHaveLength(1);
    await pair.sandbox.client.clearFaults();
    expect(await planStack(pair.deployment.project, "dr")).toBe("empty");
  });

  describe("the return from it, killed again and again", () => {
    let failback: Attempts;

    it("after a step is done, and with its Terraform in the middle of the restore", async () => {
      await pair.sandbox.client.clearCalls();
      failback = new Attempts(pair, executed(["failback"]));
      for (const id of ["fence-both", "take-recovery-point", "copy-recovery-point", "release-database"])
        await failback.killAt(new RegExp(`\\d\\] ${id}: done in`));
      expect(await pair.objects("lock.json")).toHaveLength(1);
      await failback.killAt(CREATING, "prod");
      expect(await pair.objects(".tflock", PRIMARY)).toHaveLength(1);
      await failback.killAt(/\d\] return-database: done in/);
      expect(failback.whole).toMatch(/taking shop-prod-database-[0-9a-f]{8} into the state of prod/);
    });

    it("after users were led back, and while the standby becomes a pilot light, with and without its Terraform", async () => {
      await failback.killAt(/the guard lets \d+ changes? of prod through/);
      await failback.killAt(/\d\] cut-back: done in/);
      await failback.killAt(CREATING, "dr");
      await failback.killAt(/at work: /);
      await failback.killAt(/\d\] return-standby: done in/);
      expect(failback.whole).toContain("taking shop-dr-database into the state of dr");
    });

    it("ends as one that was left alone", async () => {
      const { exitCode, stdout } = await failback.finish();
      expect(`${exitCode}\n${exitCode === 0 ? "" : stdout}`).toBe("0\n");
      await expectReturnedOnce(pair, failback);
      expect(await pair.runs()).toHaveLength(2);
      expect(await pair.served()).toMatch(/shop-prod-alb/);
      for (const stack of ["prod", "dr", "traffic"])
        expect([stack, await planStack(pair.deployment.project, stack)]).toEqual([stack, "empty"]);
    });
  });
});
