import { describe, expect, it } from "vitest";
import type { Snapshot, StoredPoint } from "../../../src/aws/data.ts";
import { find, line } from "../../support/inquiry.ts";
import { ACCOUNT, ago, DAY_MS, HOUR_MS, point, snapshot, type Answers } from "../../support/memory-aws.ts";

const points = (...found: readonly Partial<typeof point>[]): Answers => ({
  standby: {
    recoveryPoints: async () => found.map((changes) => ({ ...point, ...changes })),
    snapshot: async () => ({ ...snapshot, createdAt: found[0]?.createdAt ?? snapshot.createdAt }),
  },
});

describe("recovery-point", () => {
  it.each<[string, Answers]>([
    ["pass: newest is 5 h old (2026-03-10 07:00Z), the RPO is 24 h", {}],
    [
      "warn: newest is 20 h old (2026-03-09 16:00Z); by the schedule it is never older than 16 h, the RPO is 24 h",
      points({ createdAt: ago(20 * HOUR_MS) }),
    ],
    [
      "fail: newest is 3 days old (2026-03-07 12:00Z), the RPO is 24 h",
      points({ createdAt: ago(3 * DAY_MS) }),
    ],
    ["fail: no usable recovery point, got none at all", points()],
    ["fail: no usable recovery point, got 1, all unusable: EXPIRED", points({ expiresAt: ago(HOUR_MS) })],
    [
      "fail: no usable recovery point, got 2, all unusable: CREATING, PARTIAL",
      points({ status: "CREATING" }, { status: "PARTIAL" }),
    ],
    [
      "fail: no usable recovery point, got none at all",
      points({ resourceArn: `arn:aws:rds:eu-west-1:${ACCOUNT}:db:another-database` }),
    ],
    [
      "fail: shop-dr-backup does not exist in eu-central-1",
      { standby: { recoveryPoints: async () => undefined } },
    ],
  ])("%s", async (expected, answers) => {
    expect(line(await find("recovery-point", answers))).toBe(expected);
  });

  it("passes over a newer one that is still being copied", async () => {
    const found = await find("recovery-point", points({}, { status: "CREATING", createdAt: ago(HOUR_MS) }));
    expect(found).toMatchObject({ status: "pass", facts: { ageMinutes: 300, found: 2, arn: point.arn } });
  });

  it("goes by the time of the data, not by that of the copying", async () => {
    const standby = { snapshot: async () => ({ ...snapshot, createdAt: ago(30 * HOUR_MS) }) };
    expect(line(await find("recovery-point", { standby }))).toContain("fail: newest is 30 h old");
  });

  it("says how to make a new one", async () => {
    const { remedy } = await find("recovery-point", points());
    expect(remedy).toContain(
      "aws backup start-backup-job --region eu-west-1 --backup-vault-name shop-prod-backup",
    );
  });

  it("does not speak for a vault of another account", async () => {
    const copyDestinationVaultArn = "arn:aws:backup:eu-central-1:999999999999:backup-vault:central";
    const changes = { prod: { database: { backup: { copyDestinationVaultArn } } } };
    expect(line(await find("recovery-point", {}, changes))).toBe(
      "unknown: the vault belongs to account 999999999999",
    );
  });

  it("looks for snapshots where a person copies them", async () => {
    const recovery = { strategy: "manual-snapshot", reason: "a test of the manual way", vault: undefined };
    const changes = { prod: { database: { backup: undefined } }, dr: { database: { recovery } } };
    expect(line(await find("recovery-point", {}, changes))).toBe(
      "pass: newest is 5 h old (2026-03-10 07:00Z), the RPO is 24 h",
    );
    const creating = { standby: { snapshotsOf: async () => [{ ...snapshot, status: "creating" }] } };
    expect(line(await find("recovery-point", creating, changes))).toBe(
      "fail: no usable recovery point, got 1, all unusable: creating",
    );
  });
});

describe("recovery-point-key", () => {
  /** What the vault lists, and what RDS describes. */
  const described = (listed: Partial<StoredPoint>, known: Partial<Snapshot>): Answers => ({
    standby: {
      recoveryPoints: async () => [{ ...point, ...listed }],
      snapshot: async () => ({ ...snapshot, ...known }),
    },
  });
  const OTHER = `arn:aws:kms:eu-central-1:${ACCOUNT}:key/other`;
  const key = (changes: object): Answers => ({
    standby: { key: async () => ({ arn: point.keyArn, state: "Enabled", deletedAt: undefined, ...changes }) },
  });

  it.each<[string, Answers]>([
    ["pass: encrypted with alias/shop-dr-data, which is enabled", {}],
    [
      `fail: encrypted with arn:aws:kms:eu-central-1:${ACCOUNT}:key/other, while the data key of dr is ${point.keyArn}`,
      described({}, { keyArn: OTHER }),
    ],
    ["fail: the key is Disabled, so that nothing can be restored", key({ state: "Disabled" })],
    ["fail: alias/shop-dr-data does not exist in eu-central-1", { standby: { key: async () => undefined } }],
    [`fail: ${point.arn} is not encrypted`, described({}, { encrypted: false, keyArn: undefined })],
    // The vault's list may leave it out, and RDS decides (T67).
    [
      "pass: encrypted with alias/shop-dr-data, which is enabled",
      described({ encrypted: false, keyArn: undefined }, {}),
    ],
    ["pass: encrypted with alias/shop-dr-data, which is enabled", described({ keyArn: OTHER }, {})],
    ["unknown: there is no usable recovery point", points()],
  ])("%s", async (expected, answers) => {
    expect(line(await find("recovery-point-key", answers))).toBe(expected);
  });

  it("cancels a deletion before it enables the key", async () => {
    const { remedy } = await find("recovery-point-key", key({ state: "PendingDeletion" }));
    expect(remedy).toMatch(/^aws kms cancel-key-deletion .* && aws kms enable-key --region eu-central-1/);
  });
});

describe("recovery-point-engine", () => {
  const version = (engineVersion: string): Answers => ({
    standby: { snapshot: async () => ({ ...snapshot, engineVersion }) },
  });

  it.each<[string, Answers]>([
    ["pass: PostgreSQL 17.4, offered in eu-central-1 on db.m7g.large", {}],
    [
      "warn: holds PostgreSQL 17.1, which eu-central-1 no longer offers on db.m7g.large; RDS upgrades it while it restores, which takes longer",
      version("17.1"),
    ],
    [
      "pass: PostgreSQL 17.4, offered in eu-central-1 on db.m7g.large; 480 GiB are allocated, and maxStorageGiB is 500: the restore sets the maximum to 528 GiB",
      { standby: { snapshot: async () => ({ ...snapshot, storageGiB: 480 }) } },
    ],
    ["fail: holds PostgreSQL 16.8, while environments/dr.ts says 17", version("16.8")],
    [
      `unknown: the snapshot behind ${point.arn} is not there`,
      { standby: { snapshot: async () => undefined } },
    ],
  ])("%s", async (expected, answers) => {
    expect(line(await find("recovery-point-engine", answers))).toBe(expected);
  });
});
