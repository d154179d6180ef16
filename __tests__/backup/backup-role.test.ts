import { describe, expect, it } from "vitest";
import { accessIn } from "../support/access.ts";
import type { Changes } from "../support/environments.ts";
import { copying, copyingIn } from "./environments.ts";

const ROLE = "aws_iam_role.backup_role_role";
const ACCOUNT = "111122223333";
const database = `arn:aws:rds:eu-west-1:${ACCOUNT}:db:shop-prod-database`;
const snapshot = (region: string): string => `arn:aws:rds:${region}:${ACCOUNT}:snapshot:awsbackup:job-1a2b`;
const point = (region: string): string =>
  `arn:aws:backup:${region}:${ACCOUNT}:recovery-point:continuous:db-1A2B`;
const vaultArn = (region: string, name: string, account = ACCOUNT): string =>
  `arn:aws:backup:${region}:${account}:backup-vault:${name}`;

const automatedBackup = `arn:aws:rds:eu-west-1:${ACCOUNT}:auto-backup:ab-1a2b3c`;

const prod = copying("prod");
const dr = copying("dr");
const access = accessIn(prod, dr);
/** The data key of the member of the pair that lives there. */
const keyArn = (region: "eu-west-1" | "eu-central-1"): string =>
  accessIn(region === "eu-west-1" ? prod : dr).arnOf("aws_kms_key.keys_data_key");
const may = (action: string, resource: string, context = {}): Promise<boolean> =>
  access.roleMay(ROLE, action, resource, context);

const dataKey = (region: string, alias: string) => ({
  "kms:ResourceAliases": [`alias/${alias}`],
  "kms:ViaService": `rds.${region}.amazonaws.com`,
  "kms:GrantIsForAWSResource": "true",
  "kms:CallerAccount": ACCOUNT,
});

describe("the role of AWS Backup", () => {
  it.each([
    ["rds:DescribeDBInstances", database],
    ["rds:ListTagsForResource", database],
    ["rds:CreateDBSnapshot", database],
    ["rds:CreateDBSnapshot", snapshot("eu-west-1")],
    ["rds:AddTagsToResource", snapshot("eu-west-1")],
    ["rds:DescribeDBSnapshots", snapshot("eu-west-1")],
    ["rds:CopyDBSnapshot", snapshot("eu-west-1")],
    ["rds:CopyDBSnapshot", snapshot("eu-central-1")],
    ["rds:AddTagsToResource", snapshot("eu-central-1")],
    ["rds:DescribeDBSnapshots", snapshot("eu-central-1")],
    ["backup:DescribeBackupVault", vaultArn("eu-central-1", "shop-dr-backup")],
    ["backup:CopyIntoBackupVault", vaultArn("eu-central-1", "shop-dr-backup")],
    ["rds:DeleteDBSnapshot", snapshot("eu-west-1")],
    ["tag:GetResources", "*"],
    ["backup:TagResource", point("eu-west-1")],
    ["backup:TagResource", point("eu-central-1")],
  ])("may %s on %s", async (action, resource) => {
    expect(await may(action, resource)).toBe(true);
  });

  it("copies from its vault into the other member's, and nowhere else", async () => {
    const to = (target: string) => ({ "backup:CopyTargets": [target] });
    const standby = vaultArn("eu-central-1", "shop-dr-backup");
    for (const source of [snapshot("eu-west-1"), point("eu-west-1")]) {
      expect(await may("backup:CopyFromBackupVault", source, to(standby))).toBe(true);
      const elsewhere = to(vaultArn("eu-central-1", "somebody-elses"));
      expect(await may("backup:CopyFromBackupVault", source, elsewhere)).toBe(false);
    }
  });

  it.each([
    ["eu-west-1", "shop-prod-data"],
    ["eu-central-1", "shop-dr-data"],
  ] as const)("may use the key in %s through RDS, which keeps a grant on it", async (region, alias) => {
    for (const action of [
      "kms:DescribeKey",
      "kms:Decrypt",
      "kms:GenerateDataKeyWithoutPlaintext",
      "kms:CreateGrant",
    ]) {
      expect(await may(action, keyArn(region), dataKey(region, alias))).toBe(true);
    }
  });

  it("can't decrypt by itself, nor through another service, nor with another key", async () => {
    const { "kms:ViaService": _, ...directly } = dataKey("eu-central-1", "shop-dr-data");
    expect(await may("kms:Decrypt", keyArn("eu-central-1"), directly)).toBe(false);
    const elsewhere = { ...directly, "kms:ViaService": "s3.eu-central-1.amazonaws.com" };
    expect(await may("kms:Decrypt", keyArn("eu-central-1"), elsewhere)).toBe(false);
    const other = { "kms:ResourceAliases": ["alias/payroll-data"] };
    expect(await may("kms:DescribeKey", keyArn("eu-central-1"), other)).toBe(false);
    const grant = { ...dataKey("eu-central-1", "shop-dr-data"), "kms:GrantIsForAWSResource": "false" };
    expect(await may("kms:CreateGrant", keyArn("eu-central-1"), grant)).toBe(false);
  });

  it.each([
    ["backup:DeleteRecoveryPoint", `arn:aws:backup:eu-west-1:${ACCOUNT}:recovery-point:1EB3B5E7`],
    ["backup:DeleteRecoveryPoint", `arn:aws:backup:eu-central-1:${ACCOUNT}:recovery-point:1EB3B5E7`],
    ["backup:UpdateRecoveryPointLifecycle", `arn:aws:backup:eu-central-1:${ACCOUNT}:recovery-point:1EB3B5E7`],
    ["backup:DeleteBackupVaultAccessPolicy", vaultArn("eu-central-1", "shop-dr-backup")],
    ["backup:CopyIntoBackupVault", vaultArn("eu-central-1", "somebody-elses")],
    ["rds:DeleteDBSnapshot", `arn:aws:rds:eu-west-1:${ACCOUNT}:snapshot:before-the-migration`],
    ["rds:DeleteDBInstance", database],
    ["rds:ModifyDBInstance", database],
    ["rds:CreateDBSnapshot", `arn:aws:rds:eu-west-1:${ACCOUNT}:db:payroll`],
    ["rds:ModifyDBSnapshotAttribute", snapshot("eu-west-1")],
    ["rds:DeleteDBInstanceAutomatedBackup", automatedBackup],
  ])("can't %s on %s", async (action, resource) => {
    expect(await may(action, resource)).toBe(false);
  });

  it("is assumed by AWS Backup of this account alone", async () => {
    const mine = { "aws:SourceAccount": ACCOUNT };
    expect(await access.serviceMayAssume("backup.amazonaws.com", ROLE, mine)).toBe(true);
    const theirs = { "aws:SourceAccount": "444455556666" };
    expect(await access.serviceMayAssume("backup.amazonaws.com", ROLE, theirs)).toBe(false);
    expect(await access.serviceMayAssume("rds.amazonaws.com", ROLE, mine)).toBe(false);
  });

  it("may set the window and retention of a database with continuous backups, and expire those", async () => {
    const continuous = accessIn(copying("prod", { prod: { database: { backup: { continuous: true } } } }));
    expect(await continuous.roleMay(ROLE, "rds:ModifyDBInstance", database)).toBe(true);
    expect(await continuous.roleMay(ROLE, "rds:DeleteDBInstanceAutomatedBackup", automatedBackup)).toBe(true);
    expect(await continuous.roleMay(ROLE, "rds:DeleteDBInstance", database)).toBe(false);
  });
});

describe("the role in a standby", () => {
  const active = accessIn(copyingIn("hardened"), prod);

  it("may back up the restored database, and copy back", async () => {
    const restored = `arn:aws:rds:eu-central-1:${ACCOUNT}:db:shop-dr-database-1a2b3c4d`;
    expect(await active.roleMay(ROLE, "rds:CreateDBSnapshot", restored)).toBe(true);
    expect(
      await active.roleMay(ROLE, "backup:CopyIntoBackupVault", vaultArn("eu-west-1", "shop-prod-backup")),
    ).toBe(true);
    const key = dataKey("eu-west-1", "shop-prod-data");
    expect(await active.roleMay(ROLE, "kms:CreateGrant", keyArn("eu-west-1"), key)).toBe(true);
  });
});

describe("copies into a vault of another account", () => {
  const OWNER = "999988887777";
  const foreign: Changes = {
    // The copy has to come back before it can be restored.
    dr: { objectives: { rtoHours: 5 } },
    prod: { database: { backup: { copyDestinationVaultArn: vaultArn("eu-central-1", "safe", OWNER) } } },
  };
  const abroad = accessIn(copying("prod", foreign));
  const key = abroad.arnOf("aws_kms_key.keys_data_key");
  const owner = `arn:aws:iam::${OWNER}:role/aws-service-role/backup.amazonaws.com/AWSServiceRoleForBackup`;

  it("are made by the role, which shares its snapshots", async () => {
    expect(await abroad.roleMay(ROLE, "rds:ModifyDBSnapshotAttribute", snapshot("eu-west-1"))).toBe(true);
    const standby = vaultArn("eu-central-1", "shop-dr-backup");
    expect(await abroad.roleMay(ROLE, "backup:CopyIntoBackupVault", standby)).toBe(false);
  });

  it("can be decrypted by the vault's owner, and by no third account", async () => {
    const context = { "kms:GrantIsForAWSResource": "true" };
    expect(await abroad.administratorMay(owner, "kms:CreateGrant", key, { context })).toBe(true);
    expect(await abroad.administratorMay(owner, "kms:DescribeKey", key)).toBe(true);
    expect(await abroad.administratorMay(owner, "kms:ScheduleKeyDeletion", key)).toBe(false);
    const third = "arn:aws:iam::444455556666:role/stranger";
    expect(await abroad.administratorMay(third, "kms:DescribeKey", key)).toBe(false);
    const usual = access.arnOf("aws_kms_key.keys_data_key");
    expect(await access.administratorMay(owner, "kms:DescribeKey", usual)).toBe(false);
  });
});

describe("copies into a vault that no file describes", () => {
  const elsewhere: Changes = {
    prod: { database: { backup: { copyDestinationVaultArn: vaultArn("eu-central-1", "safe") } } },
  };
  const unknown = accessIn(copying("prod", elsewhere), dr);

  it("are encrypted with whatever key it has, by RDS of its region alone", async () => {
    const describes = (region: "eu-west-1" | "eu-central-1"): Promise<boolean> =>
      unknown.roleMay(ROLE, "kms:DescribeKey", keyArn(region), { "kms:ResourceAliases": ["alias/safe"] });
    expect([await describes("eu-central-1"), await describes("eu-west-1")]).toEqual([true, false]);
  });
});
