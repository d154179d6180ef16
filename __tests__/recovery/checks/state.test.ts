import { describe, expect, it } from "vitest";
import { type Changes } from "../../support/environments.ts";
import { find, line } from "../../support/inquiry.ts";
import {
  ago,
  DAY_MS,
  healthyObjects,
  HOUR_MS,
  NOW,
  PRIMARY_BUCKET,
  silentRegion,
  STANDBY_BUCKET,
  terraformState,
  type Answers,
} from "../../support/memory-aws.ts";
import { MemoryObjects } from "../../support/memory-objects.ts";

const standbyObjects = (objects: Readonly<Record<string, unknown>>, modifiedAt = NOW): Answers => ({
  objects: healthyObjects().put(STANDBY_BUCKET, objects, modifiedAt),
});

describe("state", () => {
  const KEY = "shop/dr/terraform.tfstate";
  const lock = {
    ID: "5c1d",
    Operation: "OperationTypeApply",
    Who: "ci@runner-7",
    Created: ago(HOUR_MS).toISOString(),
  };

  it.each<[string, string, Answers, Changes]>([
    ["standby-state", "pass: standby, 2 resources, serial 7, written 2026-03-10 12:00Z", {}, {}],
    [
      "standby-state",
      `fail: dr was never applied: no state in ${STANDBY_BUCKET}`,
      { objects: healthyObjects().put(STANDBY_BUCKET, {}) },
      {},
    ],
    [
      "standby-state",
      "fail: the state is empty: the standby was destroyed",
      standbyObjects({ [KEY]: { ...terraformState(8), resources: [] } }),
      {},
    ],
    [
      "standby-state",
      "fail: the record says standby with database shop-dr-database, applied is shop-dr-database-0a1b2c3d",
      standbyObjects({ [KEY]: terraformState(8, { database_identifier: "shop-dr-database-0a1b2c3d" }) }),
      {},
    ],
    ["primary-state", "pass: shop-prod-database, serial 21, written 2026-03-10 12:00Z", {}, {}],
    [
      "primary-state",
      "fail: the files name shop-prod-database, applied is shop-prod-database-0a1b2c3d",
      {
        objects: healthyObjects().put(PRIMARY_BUCKET, {
          "shop/prod/terraform.tfstate": terraformState(22, {
            database_identifier: "shop-prod-database-0a1b2c3d",
          }),
        }),
      },
      {},
    ],
    ["state-lock", "pass: not locked", {}, {}],
    [
      "state-lock",
      "warn: ci@runner-7 holds it since 2026-03-10 11:00Z, 1 h ago, for OperationTypeApply",
      standbyObjects({ [`${KEY}.tflock`]: lock }),
      {},
    ],
    [
      "state-lock",
      "fail: ci@runner-7 holds it since 2026-03-06 12:00Z, 4 days ago, for OperationTypeApply",
      standbyObjects({ [`${KEY}.tflock`]: { ...lock, Created: ago(4 * DAY_MS).toISOString() } }),
      {},
    ],
  ])("%s %s", async (id, expected, answers, changes) => {
    if (expected.includes("never applied"))
      await answers.objects?.questions("eu-central-1").remove(STANDBY_BUCKET, KEY);
    expect(line(await find(id, answers, changes))).toBe(expected);
  });

  it("names the id by which a stale lock is opened", async () => {
    const { remedy } = await find("state-lock", standbyObjects({ [`${KEY}.tflock`]: lock }));
    expect(remedy).toContain("terraform -chdir=cdktf.out/stacks/dr force-unlock 5c1d");
  });

  it("of a primary that was never applied is missing", async () => {
    const objects = new MemoryObjects().put(PRIMARY_BUCKET, {});
    expect(line(await find("primary-state", { objects }))).toBe(
      `fail: prod was never applied: no state in ${PRIMARY_BUCKET}`,
    );
  });

  it("is not taken from what is no state", async () => {
    await expect(find("standby-state", standbyObjects({ [KEY]: "half a sta" }))).rejects.toThrow(
      "is no Terraform state",
    );
    await expect(find("state-lock", standbyObjects({ [`${KEY}.tflock`]: {} }))).rejects.toThrow(
      "is no Terraform lock",
    );
  });

  it("warns when it lies in the region that may be gone", async () => {
    const objects = healthyObjects().put(PRIMARY_BUCKET, {
      [KEY]: terraformState(7, { database_identifier: "shop-dr-database" }),
    });
    const found = await find("standby-state", { objects }, { bootstrap: { stateReplication: undefined } });
    expect(line(found)).toContain("the state lies in eu-west-1, which is what may be gone");
  });

  it.each<[string, string, unknown]>([
    ["pass: bootstrap serial 3; prod serial 21", STANDBY_BUCKET, terraformState(21)],
    [
      "warn: bootstrap serial 3; prod serial 19 in eu-central-1, 21 in eu-west-1: the copy is behind",
      STANDBY_BUCKET,
      terraformState(19),
    ],
    [
      "fail: bootstrap serial 3; prod serial 22 in eu-central-1, 21 in eu-west-1: written on both sides",
      STANDBY_BUCKET,
      terraformState(22),
    ],
    [
      "fail: bootstrap serial 3; prod is another state: lineage other in eu-central-1, 3f8d0d1c-lineage in eu-west-1",
      STANDBY_BUCKET,
      { ...terraformState(21), lineage: "other" },
    ],
  ])("state-replica %s", async (expected, bucket, state) => {
    const objects = healthyObjects().put(bucket, { "shop/prod/terraform.tfstate": state });
    expect(line(await find("state-replica", { objects }))).toBe(expected);
  });

  it("says once what would tell more about every state that it could not compare", async () => {
    const { remedy } = await find("state-replica", { primary: silentRegion("eu-west-1", "unreachable") });
    expect(remedy).toBe("# once eu-west-1 answers\nnpm run dr -- readiness --only state-replica");
  });

  it("fails without a copy", async () => {
    const objects = healthyObjects();
    await objects.questions("eu-central-1").remove(STANDBY_BUCKET, "shop/prod/terraform.tfstate");
    expect(line(await find("state-replica", { objects }))).toBe(
      `fail: bootstrap serial 3; prod has no copy in ${STANDBY_BUCKET}`,
    );
  });
});
