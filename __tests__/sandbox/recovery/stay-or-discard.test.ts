import { existsSync } from "node:fs";
import { join } from "node:path";
import { DeleteDBInstanceCommand, DescribeDBInstancesCommand, RDSClient } from "@aws-sdk/client-rds";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { z } from "zod";
import { deployStacks, planStack } from "../../../sandbox/terraform/project.ts";
import { Attempts } from "../support/attempts.ts";
import { executed, PRIMARY, RecoveredPair, STANDBY } from "../support/recovered-pair.ts";
import { FENCED, SERVES, servingOf, STOPPED } from "../support/serving.ts";
import { probe } from "../support.ts";

const capabilities = await probe();

const HOUR_MS = 3_600_000;
const PRIMARY_DATABASE = "shop-prod-database";
const EMPTY_DATABASE = "shop-dr-database";

const statusSchema = z.looseObject({ posture: z.string(), lock: z.unknown() });
const planSchema = z.looseObject({ warnings: z.array(z.string()) });

describe.skipIf(!capabilities.isReady)("a failover with everything there", () => {
  let pair: RecoveredPair;
  let primaryDoor: string | undefined;
  let restored: string;

  beforeAll(async () => {
    pair = await RecoveredPair.create(capabilities);
    primaryDoor = await pair.served();
  }, 1_200_000);
  afterAll(() => pair?.remove());

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

  it("is taken back in the middle of its restore: a pilot light again, and what is left is named", async () => {
    const failover = new Attempts(pair, executed(["failover"]));
    await failover.killAt(/at work: .*aws_db_instance\.database_instance \(create\)/, "dr");
    const said = await pair.carryOut(["rollback"]);
    await expectPrimaryServes();
    expect(await servingOf(pair, "dr")).toEqual(STOPPED);
    expect([hasRecord(), await posture()]).toEqual([false, "standby"]);
    const [, orphan = "none"] = /(shop-dr-database-[0-9a-f]{8}) is left of it/.exec(said) ?? [];
    expect((await pair.databases(STANDBY)).toSorted()).toEqual([EMPTY_DATABASE, orphan]);
    await new RDSClient(pair.settings(STANDBY)).send(
      new DeleteDBInstanceCommand({ DBInstanceIdentifier: orphan, SkipFinalSnapshot: true }),
    );
    // What the killed Terraform changed last is in no state, as was said.
    await deployStacks(pair.deployment.project, ["dr"]);
    await expectEmptyPlans("dr", "prod");
  });

  it("is taken back, and deletes no database but the restored one, when that is named: a pilot light again", async () => {
    await pair.carryOut(["failover"]);
    const [restored = ""] = await pair.databases(STANDBY);
    const { exitCode, stderr } = await pair.dr(executed(["rollback", "--delete-database", EMPTY_DATABASE]));
    expect([exitCode, stderr.trim()]).toEqual([
      2,
      expect.stringContaining(`is not the restored database, got ${EMPTY_DATABASE}; give ${restored}`),
    ]);
    expect(await pair.databases(STANDBY)).toEqual([restored]);
    await pair.sandbox.client.clearCalls();
    await pair.carryOut(["rollback", "--delete-database", restored]);
    await expectPrimaryServes();
    expect(await pair.databases(STANDBY)).toEqual([EMPTY_DATABASE]);
    expect([await deletions(PRIMARY), await deletions(STANDBY)]).toEqual([0, 1]);
    expect([hasRecord(), await posture()]).toEqual([false, "standby"]);
    await expectEmptyPlans("dr", "prod");
  });

  it("fences a primary that could serve, also after another failover was taken back", async () => {
    await pair.carryOut(["failover"]);
    expect(await servingOf(pair, "prod")).toEqual(FENCED);
    expect(await servingOf(pair, "dr")).toMatchObject(SERVES);
    expect(await pair.served()).toMatch(/shop-dr-alb/);
    [restored = ""] = await pair.databases(STANDBY);
    expect(await pair.databases(STANDBY)).toEqual([restored]);
    expect(restored).toMatch(/^shop-dr-database-[0-9a-f]{8}$/);
  });

  describe("a return from it", () => {
    it("is given up after the fence: the standby goes on with the data that it had", async () => {
      const before = await servingOf(pair, "dr");
      await pair.sandbox.client.clearCalls();
      await pair.sandbox.client.advance(2.5 * HOUR_MS);

      await new Attempts(pair, executed(["failback"])).killAt(/\d\] fence-both: done in/);
      expect(await servingOf(pair, "dr")).toEqual(FENCED);
      await pair.carryOut(["failback", "--stay"]);

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
      await pair.carryOut(["failback", "--discard-writes"], `discard ${hours} hours`);

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
