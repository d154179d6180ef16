import { describe, expect, it } from "vitest";
import type { RegionalAws } from "../../../src/aws/port.ts";
import { type FailoverQuestion, preflightOfFailover } from "../../../src/recovery/preflight/failover.ts";
import type { Tools } from "../../../src/recovery/checks/check.ts";
import type { PointChoice } from "../../../src/recovery/steps/choose-recovery-point.ts";
import { activation, type Changes } from "../../support/environments.ts";
import { inquire } from "../../support/inquiry.ts";
import {
  ago,
  healthyObjects,
  HOUR_MS,
  memoryAws,
  point,
  snapshot,
  STANDBY_BUCKET,
  SWITCH_BUCKET,
  terraformState,
} from "../../support/memory-aws.ts";
import { TOOLS } from "../../support/protected-pair.ts";
import { refuses } from "../../support/stage-answers.ts";

const CERTIFICATE = "arn:aws:acm:eu-central-1:111122223333:certificate/1a2b3c4d-0000-0000-0000-000000000000";
const STATE = "shop/dr/terraform.tfstate";
const KIM = "arn:aws:sts::111122223333:assumed-role/on-call/kim";

/** A way to be blocked: by answers, by what lies in the bucket, by the files, or by what was asked for. */
interface Case {
  readonly id: string;
  readonly answers?: Partial<RegionalAws>;
  readonly objects?: Readonly<Record<string, unknown>>;
  readonly point?: PointChoice;
  readonly changes?: Changes;
  readonly tools?: Tools;
  /** Folder of the local journals. */
  readonly folder?: string;
}

const key =
  (suffix: string, state: string): RegionalAws["key"] =>
  async (id) => ({
    arn: `arn:aws:kms:eu-central-1:111122223333:key/${id.replace("alias/", "")}`,
    state: id.endsWith(suffix) ? state : "Enabled",
    deletedAt: undefined,
  });
const lock = (hours: number) => ({
  ID: "1234-lock",
  Who: "ci@runner",
  Operation: "OperationTypePlan",
  Created: ago(hours * HOUR_MS).toISOString(),
});
const refused = refuses("denied", "service:Question", "AccessDenied");

const CERTAIN: Readonly<Record<string, Case>> = {
  "no recovery point": { id: "recovery-point", answers: { recoveryPoints: async () => [] } },
  "expired recovery points only": {
    id: "recovery-point",
    answers: { recoveryPoints: async () => [{ ...point, expiresAt: ago(HOUR_MS) }] },
  },
  "a copy that is not complete": {
    id: "recovery-point",
    answers: { recoveryPoints: async () => [{ ...point, status: "CREATING" }] },
  },
  "a mistyped recovery point": {
    id: "recovery-point",
    answers: { snapshot: async (arn) => (arn === point.arn ? snapshot : undefined) },
    point: { arn: "arn:aws:rds:eu-central-1:111122223333:snapshot:typo" },
  },
  "a moment of a snapshot": {
    id: "recovery-point",
    point: { restoreTime: new Date("2026-03-10T06:00:00Z") },
  },
  "a recovery point of another version": {
    id: "recovery-point",
    answers: { snapshot: async () => ({ ...snapshot, engineVersion: "16.8" }) },
  },
  "a recovery point under another key": {
    id: "recovery-point",
    answers: { snapshot: async () => ({ ...snapshot, keyArn: "arn:aws:kms:eu-central-1:1:key/other" }) },
  },
  "a disabled key of the logs": { id: "keys", answers: { key: key("telemetry", "Disabled") } },
  "a class that is not offered": { id: "engine", answers: { offeredVersions: async () => [] } },
  "no room for an instance": {
    id: "database-quota",
    answers: { databaseInstances: async () => ({ used: 40, quota: 40 }) },
  },
  "no image": { id: "image", answers: { image: async () => undefined } },
  "no room for the tasks": {
    id: "compute-quota",
    answers: { fargateVcpus: async () => ({ used: 0, quota: 1 }) },
  },
  "no load balancer": { id: "load-balancer", answers: { loadBalancer: async () => undefined } },
  "no certificate": {
    id: "certificate",
    answers: { certificate: async () => undefined },
    changes: { dr: { ingress: { certificateArn: CERTIFICATE } } },
  },
  "no Terraform on this machine": { id: "toolchain", tools: { ...TOOLS, version: undefined } },
  "a Terraform that the stacks don't take": { id: "toolchain", tools: { ...TOOLS, version: "1.5.7" } },
  "a provider older than what was applied": {
    id: "toolchain",
    objects: { [STATE]: terraformState(8, { provider_version: "6.99.0" }) },
  },
  "a lock that was forgotten": { id: "state-lock", objects: { [`${STATE}.tflock`]: lock(5) } },
  "a standby that was destroyed": {
    id: "standby-state",
    objects: { [STATE]: { ...terraformState(8), resources: [] } },
  },
  "a database that an earlier failover has restored": {
    id: "standby-state",
    objects: { [STATE]: terraformState(8, { database_identifier: "shop-dr-database-0a1b2c3d" }) },
  },
};

const UNCERTAIN: Readonly<Record<string, Case>> = {
  "a plan of the standby by someone else": {
    id: "state-lock",
    objects: { [`${STATE}.tflock`]: lock(0.1) },
  },
  "a quota that may not be asked": { id: "database-quota", answers: { databaseInstances: refused } },
  "versions that may not be asked": { id: "engine", answers: { offeredVersions: refused } },
  "an image that may not be asked": { id: "image", answers: { image: refused } },
  "a file where the folder of the journals is to be": { id: "journal", folder: "package.json" },
  "a caller who can't turn the switch": {
    id: "caller",
    changes: { traffic: { operators: ["arn:aws:iam::111122223333:role/captain"] } },
  },
  "a switch that is not there": {
    id: "switch",
    answers: {
      list: async (bucket, prefix) => {
        if (bucket === SWITCH_BUCKET) return refused();
        return memoryAws().in("eu-central-1").list(bucket, prefix);
      },
    },
  },
};

const look = (
  { answers = {}, objects = {}, point: choice = {}, changes = {}, tools, folder }: Omit<Case, "id">,
  primaryServes: boolean,
  question: Partial<FailoverQuestion> = {},
) => {
  const inquiry = inquire(changes, {
    standby: answers,
    objects: healthyObjects().put(STANDBY_BUCKET, objects),
  });
  return preflightOfFailover({
    inquiry: {
      ...inquiry,
      tools: tools === undefined ? inquiry.tools : async () => tools,
      place: { ...inquiry.place, folder: folder ?? inquiry.place.folder },
    },
    callerArn: KIM,
    point: choice,
    replaceDatabase: undefined,
    unlockState: undefined,
    primaryServes,
    ...question,
  });
};

const idsOf = (found: readonly { readonly id: string }[]): readonly string[] => found.map(({ id }) => id);

describe("what is known before a failover", () => {
  it("blocks nothing of a healthy pair, and has Terraform tried while the primary serves", async () => {
    expect(await look({}, true)).toMatchObject({
      blockers: [],
      doubts: [],
      point: { arn: point.arn, createdAt: point.createdAt },
      mustPlan: ["dr"],
    });
    expect((await look({}, false)).mustPlan).toEqual([]);
  });

  it("is not blocked by a clock that is off: times are AWS's, and it has answered", async () => {
    const healthy = memoryAws().in("eu-central-1");
    const answers = { caller: async () => ({ ...(await healthy.caller()), localTime: ago(24 * HOUR_MS) }) };
    expect((await look({ answers }, true)).blockers).toEqual([]);
  });

  it.each(Object.entries(CERTAIN))("%s blocks it, whether or not the primary serves", async (_, one) => {
    for (const serves of [true, false]) {
      const { blockers } = await look(one, serves);
      expect([...new Set(idsOf(blockers))]).toEqual([one.id]);
      for (const { remedy } of blockers)
        expect(remedy.join("\n")).toMatch(/^(#|aws|npx|npm|terraform|sudo|skopeo|export) ?/);
    }
  });

  it.each(Object.entries(UNCERTAIN))("%s blocks it only while the primary serves", async (_, one) => {
    const [serving, gone] = [await look(one, true), await look(one, false)];
    expect([idsOf(serving.blockers), idsOf(serving.doubts)]).toEqual([[one.id], []]);
    expect([idsOf(gone.blockers), idsOf(gone.doubts)]).toEqual([[], [one.id]]);
  });

  it("lets a lock pass that the operator gives up, and no other", async () => {
    const one = { objects: { [`${STATE}.tflock`]: lock(5) } };
    expect((await look(one, true, { unlockState: "1234-lock" })).blockers).toEqual([]);
    expect(idsOf((await look(one, true, { unlockState: "another" })).blockers)).toEqual(["state-lock"]);
  });

  it("lets a restored database pass that is given up by its name, or that is what is restored", async () => {
    const identifier = "shop-dr-database-0a1b2c3d";
    const one = { objects: { [STATE]: terraformState(8, { database_identifier: identifier }) } };
    expect((await look(one, true, { replaceDatabase: identifier })).blockers).toEqual([]);
    expect((await look(one, true, { replaceDatabase: "another" })).blockers[0]?.remedy).toEqual([
      "# give it up, with all that was written to it",
      `npm run dr -- failover --environment dr --replace-database ${identifier} --execute`,
    ]);
  });

  it("does not take a standby that a rollback has stopped for one that can't serve", async () => {
    const answers = { targets: async () => [], databaseInstances: async () => ({ used: 1, quota: 40 }) };
    const { blockers } = await look({ answers, changes: activation("restored") }, true);
    expect(idsOf(blockers)).toEqual([]);
  });
});
