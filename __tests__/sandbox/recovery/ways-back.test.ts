import { existsSync } from "node:fs";
import { join } from "node:path";
import { DescribeDBInstancesCommand, RDSClient } from "@aws-sdk/client-rds";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { z } from "zod";
import { planStack } from "../../../sandbox/terraform/project.ts";
import { Attempts } from "../support/attempts.ts";
import { PRIMARY, RecoveredPair, STANDBY } from "../support/recovered-pair.ts";
import { servingOf } from "../support/serving.ts";
import { probe } from "../support.ts";

const capabilities = await probe();

const HOUR_MS = 3_600_000;
const PRIMARY_DATABASE = "shop-prod-database";
const EMPTY_DATABASE = "shop-dr-database";

const SERVES = { desired: 3, isPublic: true };
const FENCED = { desired: 0, isPublic: false, groups: ["default"] };
/** Closed by its own rules, unlike by a fence. */
const STOPPED = { desired: 0, isPublic: false, groups: ["shop-dr-alb"] };

const statusSchema = z.looseObject({ posture: z.string(), lock: z.unknown() });
const planSchema = z.looseObject({ warnings: z.array(z.string()) });

/** One pair that fails over twice; whatever leads back, or stays, begins where another way has ended. */
describe.skipIf(!capabilities.isReady)("the ways back from a failover", () => {
  let pair: RecoveredPair;
  let primaryDoor: string | undefined;
  let restored: string;

  beforeAll(async () => {
    pair = await RecoveredPair.create(capabilities);
    primaryDoor = await pair.served();
  }, 900_000);
  afterAll(() => pair?.remove());

  const ordered = (args: readonly string[], confirm = "dr"): string[] =>
    args.concat("--execute", "--confirm", confirm, "--reason", "a region is left and returned to");

  /** Carries it out, and gives what it said. */
  async function execute(args: readonly string[], confirm?: string): Promise<string> {
    const { exitCode, stdout, stderr } = await pair.dr(ordered(args, confirm));
    expect(`${exitCode}\n${exitCode === 0 ? "" : stdout}${stderr}`).toBe("0\n");
    return stdout;
  }

  async function failOver(): Promise<void> {
    await execute(["failover"]);
    expect(await servingOf(pair, "prod")).toEqual(FENCED);
    expect(await servingOf(pair, "dr")).toMatchObject(SERVES);
    expect(await pair.served()).toMatch(/shop-dr-alb/);
    [restored = ""] = await pair.databases(STANDBY);
    expect(await pair.databases(STANDBY)).toEqual([restored]);
    expect(restored).toMatch(/^shop-dr-database-[0-9a-f]{8}$/);
  }

  async function posture(): Promise<string> {
    const { stdout } = await pair.dr(["status", "--json"]);
    const { posture: is, lock } = statusSchema.parse(JSON.parse(stdout));
    expect(lock).toBeNull();
    return is;
  }

  const hasRecord = (): boolean => existsSync(join(pair.deployment.environments, "dr.activation.json"));

  async function expectEmptyPlans(...stacks: readonly string[]): Promise<void> {
    for (const stack of stacks)
      expect([stack, await planStack(pair.deployment.project, stack)]).toEqual([stack, "empty"]);
  }

  async function expectPrimaryServes(): Promise<void> {
    expect(await pair.served()).toBe(primaryDoor);
    expect(await servingOf(pair, "prod")).toEqual({ ...SERVES, groups: ["shop-prod-alb"] });
    expect(await pair.databases(PRIMARY)).toEqual([PRIMARY_DATABASE]);
  }

  const deletions = async (region: string): Promise<number> =>
    (await pair.sandbox.client.calls({ action: "DeleteDBInstance", region })).length;

  it("fails over with everything there: the primary is fenced", failOver);

  describe("rollback", () => {
    it("lets the primary serve again, closes the standby and keeps its database", async () => {
      await execute(["rollback"]);
      await expectPrimaryServes();
      expect(await servingOf(pair, "dr")).toEqual(STOPPED);
      expect(await pair.databases(STANDBY)).toEqual([restored]);
      expect(await pair.record()).toMatchObject({ posture: "restored" });
      expect(await posture()).toBe("restored");
      await expectEmptyPlans("dr");
    });

    it("has nothing to do a second time", async () => {
      await pair.sandbox.client.clearCalls();
      expect(await execute(["rollback"])).toContain("dr was as its files say already");
      await expectPrimaryServes();
      const calls = await pair.sandbox.client.calls();
      const elsewhere = calls.filter(({ service }) => service !== "s3");
      expect(elsewhere.filter(({ action }) => !/^(Get|List|Describe|Head)/.test(action))).toEqual([]);
    });

    it("deletes no database but the restored one", async () => {
      const { exitCode, stderr } = await pair.dr(ordered(["rollback", "--delete-database", EMPTY_DATABASE]));
      expect([exitCode, stderr.trim()]).toEqual([
        2,
        expect.stringContaining(`is not the restored database, got ${EMPTY_DATABASE}; give ${restored}`),
      ]);
      expect(await pair.databases(STANDBY)).toEqual([restored]);
    });

    it("makes the standby a pilot light when the restored database is named", async () => {
      await execute(["rollback", "--delete-database", restored]);
      await expectPrimaryServes();
      expect(await pair.databases(STANDBY)).toEqual([EMPTY_DATABASE]);
      expect([await deletions(PRIMARY), await deletions(STANDBY)]).toEqual([0, 1]);
      expect(hasRecord()).toBe(false);
      expect(await posture()).toBe("standby");
      await expectEmptyPlans("dr", "prod");
    });
  });

  describe("failback", () => {
    it("is given up after the fence: the standby goes on with the data that it had", async () => {
      await failOver();
      const before = await servingOf(pair, "dr");
      await pair.sandbox.client.clearCalls();
      await pair.sandbox.client.advance(2.5 * HOUR_MS);

      await new Attempts(pair, ordered(["failback"])).killAt(/\d\] fence-both: done in/);
      expect(await servingOf(pair, "dr")).toEqual(FENCED);
      await execute(["failback", "--stay"]);

      expect(await pair.served()).toMatch(/shop-dr-alb/);
      expect(await servingOf(pair, "dr")).toEqual(before);
      expect(await servingOf(pair, "prod")).toEqual(FENCED);
      expect(await posture()).toBe("active");
      expect(await pair.databases(STANDBY)).toEqual([restored]);
      expect(await pair.databases(PRIMARY)).toEqual([PRIMARY_DATABASE]);
      await expectEmptyPlans("dr");
    });

    it("drops the standby's writes for somebody who types how many hours they are", async () => {
      const { stdout } = await pair.dr(["failback", "--discard-writes", "--json"]);
      const { warnings } = planSchema.parse(JSON.parse(stdout));
      const [, hours = "no number"] = /^(\d+) h of writes/.exec(warnings[0] ?? "") ?? [];
      expect(Number(hours)).toBeGreaterThanOrEqual(3);
      await execute(["failback", "--discard-writes"], `discard ${hours} hours`);

      await expectPrimaryServes();
      expect(await servingOf(pair, "dr")).toEqual(STOPPED);
      expect(hasRecord()).toBe(false);
      expect(await posture()).toBe("standby");
    });

    it("has destroyed no database: the one that served is kept, protected, outside of Terraform", async () => {
      expect([await deletions(PRIMARY), await deletions(STANDBY)]).toEqual([0, 0]);
      const { DBInstances: kept = [] } = await new RDSClient(pair.settings(STANDBY)).send(
        new DescribeDBInstancesCommand({}),
      );
      expect(
        Object.fromEntries(kept.map((each) => [each.DBInstanceIdentifier, each.DeletionProtection])),
      ).toEqual({ [EMPTY_DATABASE]: false, [restored]: true });
      await expectEmptyPlans("prod", "dr", "traffic");
    });
  });
});
