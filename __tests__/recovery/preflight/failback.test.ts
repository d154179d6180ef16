import { describe, expect, it } from "vitest";
import type { RegionalAws } from "../../../src/aws/port.ts";
import { identifierOf } from "../../../src/database/source.ts";
import { type FailbackQuestion, preflightOfFailback } from "../../../src/recovery/preflight/failback.ts";
import { activation, type Changes } from "../../support/environments.ts";
import { inquire } from "../../support/inquiry.ts";
import {
  ago,
  healthyObjects,
  HOUR_MS,
  PRIMARY_BUCKET,
  silentRegion,
  SWITCH_BUCKET,
  terraformState,
} from "../../support/memory-aws.ts";
import { MemoryDatabases } from "../../support/memory-databases.ts";
import { refuses } from "../../support/stage-answers.ts";

const STATE = "shop/prod/terraform.tfstate";
const KIM = "arn:aws:sts::111122223333:assumed-role/on-call/kim";
const DATABASE = (() => {
  const { standby } = inquire(activation("active")).subject;
  return identifierOf(standby.names, standby.recoveryPoint);
})();
const there = (status: string): Partial<RegionalAws> =>
  new MemoryDatabases("eu-central-1").put(DATABASE, { status }).questions();

/** A way to be blocked: at home, where the data is, in the primary's bucket, or by the files. */
interface Case {
  readonly id: string;
  readonly primary?: Partial<RegionalAws>;
  readonly standby?: Partial<RegionalAws>;
  readonly objects?: Readonly<Record<string, unknown>>;
  readonly changes?: Changes;
  readonly way?: FailbackQuestion["way"];
}

const look = (
  { primary = {}, standby = {}, objects = {}, changes = {}, way = "with-data" }: Omit<Case, "id">,
  standbyServes: boolean,
) =>
  preflightOfFailback({
    inquiry: inquire(
      { ...activation("active"), ...changes },
      {
        primary,
        standby: { ...there("available"), ...standby },
        objects: healthyObjects().put(PRIMARY_BUCKET, objects),
      },
    ),
    callerArn: KIM,
    way,
    unlockState: undefined,
    standbyServes,
  });

const key =
  (suffix: string): RegionalAws["key"] =>
  async (id) => ({ arn: id, state: id.endsWith(suffix) ? "Disabled" : "Enabled", deletedAt: undefined });
const lock = (hours: number) => ({
  ID: "1234-lock",
  Who: "ci@runner",
  Operation: "OperationTypePlan",
  Created: ago(hours * HOUR_MS).toISOString(),
});
const denied = refuses("denied", "service:Question", "AccessDenied");

const CERTAIN: Readonly<Record<string, Case>> = {
  "a primary that was never applied": {
    id: "primary-state",
    objects: { [STATE]: { ...terraformState(8), resources: [] } },
  },
  "a primary whose own database was released": {
    id: "primary-state",
    objects: { [STATE]: terraformState(8) },
    way: "discard-writes",
  },
  "no database to take along": { id: "database", standby: { database: async () => undefined } },
  "a database that can't be saved": { id: "database", standby: there("storage-full") },
  "a disabled key of the standby": { id: "keys", standby: { key: key("dr-data") } },
  "a disabled key of the primary": { id: "keys", primary: { key: key("prod-data") } },
  "a class that the primary's region has no more": {
    id: "engine",
    primary: { offeredVersions: async () => [] },
  },
  "no room for one more instance": {
    id: "database-quota",
    primary: { databaseInstances: async () => ({ used: 40, quota: 40 }) },
  },
  "no image at home": { id: "image", primary: { image: async () => undefined } },
  "no load balancer at home": { id: "load-balancer", primary: { loadBalancer: async () => undefined } },
  "a lock of the primary's state that was forgotten": {
    id: "state-lock",
    objects: { [`${STATE}.tflock`]: lock(5) },
  },
};

const UNCERTAIN: Readonly<Record<string, Case>> = {
  "someone who plans the primary": { id: "state-lock", objects: { [`${STATE}.tflock`]: lock(0.1) } },
  "a quota that may not be asked": { id: "database-quota", primary: { databaseInstances: denied } },
  "a caller who can't turn the switch": {
    id: "caller",
    changes: { traffic: { operators: ["arn:aws:iam::111122223333:role/captain"] } },
  },
  "a switch that is not there": {
    id: "switch",
    standby: {
      list: async (bucket, prefix) =>
        bucket === SWITCH_BUCKET ? denied() : healthyObjects().questions("eu-central-1").list(bucket, prefix),
    },
  },
};

const idsOf = (found: readonly { readonly id: string }[]): readonly string[] => found.map(({ id }) => id);

describe("what is known before a return", () => {
  it("blocks nothing of a healthy pair, and has Terraform tried on both sides while the standby serves", async () => {
    expect(await look({}, true)).toMatchObject({ blockers: [], doubts: [], mustPlan: ["prod", "dr"] });
    expect((await look({}, false)).mustPlan).toEqual([]);
  });

  it.each(Object.entries(CERTAIN))("%s blocks it", async (_, one) => {
    for (const serves of [true, false]) expect(idsOf((await look(one, serves)).blockers)).toEqual([one.id]);
  });

  it.each(Object.entries(UNCERTAIN))("%s blocks it while the standby serves", async (_, one) => {
    const [serving, closed] = [await look(one, true), await look(one, false)];
    expect([idsOf(serving.blockers), idsOf(serving.doubts)]).toEqual([[one.id], []]);
    expect([idsOf(closed.blockers), idsOf(closed.doubts)]).toEqual([[], [one.id]]);
  });

  it("is not begun from a standby that serves while the primary's region does not answer", async () => {
    const { blockers } = await look({ primary: silentRegion("eu-west-1", "unreachable") }, true);
    expect(idsOf(blockers)).toContain("primary");
  });

  it("asks for no database, and for no room for one, where nothing is taken along", async () => {
    const standby = { database: async () => undefined };
    const primary = { databaseInstances: async () => ({ used: 40, quota: 40 }) };
    expect((await look({ standby, primary, way: "discard-writes" }, true)).blockers).toEqual([]);
  });
});
