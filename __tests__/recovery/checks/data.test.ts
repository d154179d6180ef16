import { describe, expect, it } from "vitest";
import { find, line } from "../../support/inquiry.ts";
import {
  ACCOUNT,
  ago,
  copyJob,
  DAY_MS,
  HOUR_MS,
  replicatedBackup,
  type Answers,
} from "../../support/memory-aws.ts";

const jobs = (...found: readonly Partial<Omit<typeof copyJob, "message">>[]): Answers => ({
  primary: { copyJobs: async () => found.map((changes) => ({ ...copyJob, ...changes })) },
});

describe("copy-jobs", () => {
  const running = (milliseconds: number) => ({
    id: "copy-2",
    state: "RUNNING",
    createdAt: ago(milliseconds),
  });

  it.each<[string, Answers]>([
    ["pass: 1 in the last days, the last one completed 2026-03-10 07:00Z", {}],
    [
      "pass: copy-2 runs for 30 min, the last one completed 2026-03-10 07:00Z",
      jobs({}, running(HOUR_MS / 2)),
    ],
    [
      "warn: copy-2 runs for 3 h, allowed are 1 h; the last one completed 2026-03-10 07:00Z",
      jobs({}, running(3 * HOUR_MS)),
    ],
    [
      "fail: copy-2 runs for 30 h, allowed are 1 h; the last one completed 2026-03-10 07:00Z",
      jobs({}, running(30 * HOUR_MS)),
    ],
    ["fail: no copy was started since 2026-03-08 12:00Z", jobs()],
    [
      "fail: the last one that ended, copy-1 of 2026-03-10 06:00Z, is FAILED: no reason given",
      jobs({ state: "FAILED" }),
    ],
    [
      "fail: no copy was started since 2026-03-08 12:00Z",
      jobs({ resourceArn: `arn:aws:rds:eu-west-1:${ACCOUNT}:db:another` }),
    ],
  ])("%s", async (expected, answers) => {
    expect(line(await find("copy-jobs", answers))).toBe(expected);
  });

  it("forgives a failure that a later copy has made good", async () => {
    const found = await find("copy-jobs", jobs({}, { state: "FAILED", createdAt: ago(20 * HOUR_MS) }));
    expect(found).toMatchObject({ status: "pass", facts: { jobs: 2, failed: 1 } });
  });
});

describe("automated-backups", () => {
  const recovery = { strategy: "automated-backups" };
  const changes = { dr: { database: { recovery } } };
  const backup = (different: object): Answers => ({
    standby: { replicatedBackup: async () => ({ ...replicatedBackup, ...different }) },
  });

  it.each<[string, Answers]>([
    ["pass: replicating, restorable until 2026-03-10 11:50Z, 10 min ago", {}],
    [
      "warn: restorable until 2026-03-10 09:00Z, 3 h ago; allowed are 30 min",
      backup({ restorableUntil: ago(3 * HOUR_MS) }),
    ],
    [
      "fail: restorable until 2026-03-07 12:00Z, 3 days ago; the RPO is 24 h",
      backup({ restorableUntil: ago(3 * DAY_MS) }),
    ],
    ["fail: the replication is retained", backup({ status: "retained" })],
    [
      "fail: the first snapshot has not arrived yet, so that nothing can be restored",
      backup({ restorableUntil: undefined }),
    ],
    [
      `fail: eu-central-1 receives nothing of arn:aws:rds:eu-west-1:${ACCOUNT}:db:shop-prod-database`,
      { standby: { replicatedBackup: async () => undefined } },
    ],
  ])("%s", async (expected, answers) => {
    expect(line(await find("automated-backups", answers, changes))).toBe(expected);
  });

  it("counts as the recovery point, its key included", async () => {
    expect(line(await find("recovery-point", {}, changes))).toBe(
      "pass: newest is 10 min old (2026-03-10 11:49Z), the RPO is 24 h",
    );
    expect(
      (await find("recovery-point-key", backup({ keyArn: "arn:aws:kms:eu-central-1:1:key/x" }), changes))
        .status,
    ).toBe("fail");
  });
});

describe("keys", () => {
  it.each<[string, Answers]>([
    ["pass: 3 enabled: alias/shop-dr-data, alias/shop-dr-telemetry, alias/shop-tfstate", {}],
    [
      "fail: alias/shop-tfstate is Disabled",
      {
        standby: {
          key: async (id) => ({
            arn: id,
            state: id.endsWith("tfstate") ? "Disabled" : "Enabled",
            deletedAt: undefined,
          }),
        },
      },
    ],
    [
      "fail: alias/shop-dr-data is PendingDeletion, gone on 2026-04-01; alias/shop-dr-telemetry does not exist",
      {
        standby: {
          key: async (id) =>
            id.endsWith("telemetry")
              ? undefined
              : {
                  arn: id,
                  state: id.endsWith("data") ? "PendingDeletion" : "Enabled",
                  deletedAt: new Date("2026-04-01"),
                },
        },
      },
    ],
  ])("%s", async (expected, answers) => {
    expect(line(await find("keys", answers))).toBe(expected);
  });
});
