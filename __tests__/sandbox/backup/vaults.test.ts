import {
  CreateBackupVaultCommand,
  DeleteBackupVaultAccessPolicyCommand,
  DeleteBackupVaultCommand,
  DeleteBackupVaultLockConfigurationCommand,
  DeleteBackupVaultNotificationsCommand,
  DeleteRecoveryPointCommand,
  DescribeBackupVaultCommand,
  DescribeGlobalSettingsCommand,
  DescribeRecoveryPointCommand,
  DescribeRegionSettingsCommand,
  GetBackupVaultAccessPolicyCommand,
  GetBackupVaultNotificationsCommand,
  ListBackupVaultsCommand,
  ListTagsCommand,
  PutBackupVaultAccessPolicyCommand,
  PutBackupVaultLockConfigurationCommand,
  PutBackupVaultNotificationsCommand,
  TagResourceCommand,
  UntagResourceCommand,
  UpdateGlobalSettingsCommand,
  UpdateRecoveryPointLifecycleCommand,
  UpdateRegionSettingsCommand,
} from "@aws-sdk/client-backup";
import { DescribeDBSnapshotsCommand } from "@aws-sdk/client-rds";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { hasMoto, DAY_MS, PRIMARY, ProtectedDatabase, STANDBY } from "../support/protected-database.ts";

describe.skipIf(!hasMoto)("backup vaults", () => {
  let at: ProtectedDatabase;
  let databaseArn: string;
  let roleArn: string;
  let keyArn: string;

  beforeAll(async () => {
    at = await ProtectedDatabase.start();
    keyArn = await at.createKey(PRIMARY);
    roleArn = await at.createRole("backup");
    databaseArn = await at.createDatabase("orders", keyArn);
  });
  afterAll(() => at.sandbox.stop());

  it("are regional, named once, and empty at first", async () => {
    const arn = await at.createVault(PRIMARY, "first", keyArn);
    const described = await at.backup().send(new DescribeBackupVaultCommand({ BackupVaultName: "first" }));
    expect(described).toMatchObject({
      BackupVaultArn: arn,
      EncryptionKeyArn: keyArn,
      NumberOfRecoveryPoints: 0,
      Locked: false,
      VaultType: "BACKUP_VAULT",
    });
    expect(described.CreationDate).toBeInstanceOf(Date);
    await expect(at.createVault(PRIMARY, "first", keyArn)).rejects.toMatchObject({
      name: "AlreadyExistsException",
    });
    await expect(at.createVault(STANDBY, "second", keyArn)).rejects.toMatchObject({
      name: "InvalidParameterValueException",
    });
    await expect(
      at.backup(STANDBY).send(new DescribeBackupVaultCommand({ BackupVaultName: "first" })),
    ).rejects.toMatchObject({ name: "ResourceNotFoundException" });
  });

  it("have a key of AWS's when none is given, the same for all of a region", async () => {
    const create = (name: string) =>
      at.backup(STANDBY).send(new CreateBackupVaultCommand({ BackupVaultName: name }));
    await create("plain-one");
    await create("plain-two");
    const { BackupVaultList = [] } = await at.backup(STANDBY).send(new ListBackupVaultsCommand({}));
    const keys = BackupVaultList.map((vault) => vault.EncryptionKeyArn);
    expect(keys[0]).toMatch(/^arn:aws:kms:eu-central-1:/);
    expect(new Set(keys).size).toBe(1);
    const firstPage = await at.backup(STANDBY).send(new ListBackupVaultsCommand({ MaxResults: 1 }));
    const secondPage = await at
      .backup(STANDBY)
      .send(new ListBackupVaultsCommand({ MaxResults: 1, NextToken: firstPage.NextToken }));
    expect([...(firstPage.BackupVaultList ?? []), ...(secondPage.BackupVaultList ?? [])]).toEqual(
      BackupVaultList,
    );
    expect(secondPage.NextToken).toBeUndefined();
  });

  it("cannot be deleted while they hold recovery points", async () => {
    await at.createVault(PRIMARY, "full", keyArn);
    const { RecoveryPointArn } = await at.backUp(databaseArn, "full", roleArn);
    const remove = () => at.backup().send(new DeleteBackupVaultCommand({ BackupVaultName: "full" }));
    await expect(remove()).rejects.toMatchObject({ name: "InvalidRequestException" });
    await at.backup().send(new DeleteRecoveryPointCommand({ BackupVaultName: "full", RecoveryPointArn }));
    const { DBSnapshots } = await at
      .rds()
      .send(new DescribeDBSnapshotsCommand({ SnapshotType: "awsbackup" }));
    expect(DBSnapshots).toEqual([]);
    await remove();
    await expect(
      at.backup().send(new DescribeBackupVaultCommand({ BackupVaultName: "full" })),
    ).rejects.toMatchObject({ name: "ResourceNotFoundException" });
  });

  it("let only those delete recovery points whom the access policy spares (T20)", async () => {
    await at.createVault(PRIMARY, "guarded", keyArn);
    const { RecoveryPointArn } = await at.backUp(databaseArn, "guarded", roleArn);
    const policy = (principal: string) =>
      JSON.stringify({
        Version: "2012-10-17",
        Statement: [
          {
            Effect: "Deny",
            Principal: { AWS: "*" },
            Action: ["backup:DeleteRecoveryPoint", "backup:UpdateRecoveryPointLifecycle"],
            Resource: "*",
            Condition: { ArnNotLike: { "aws:PrincipalArn": principal } },
          },
        ],
      });
    const put = (document: string) =>
      at
        .backup()
        .send(new PutBackupVaultAccessPolicyCommand({ BackupVaultName: "guarded", Policy: document }));
    const remove = () =>
      at.backup().send(new DeleteRecoveryPointCommand({ BackupVaultName: "guarded", RecoveryPointArn }));
    await put(policy("arn:aws:iam::123456789012:role/break-glass"));
    const read = await at
      .backup()
      .send(new GetBackupVaultAccessPolicyCommand({ BackupVaultName: "guarded" }));
    expect(JSON.parse(read.Policy ?? "")).toEqual(
      JSON.parse(policy("arn:aws:iam::123456789012:role/break-glass")),
    );
    await expect(remove()).rejects.toMatchObject({ name: "AccessDeniedException" });
    await at
      .backup()
      .send(new DescribeRecoveryPointCommand({ BackupVaultName: "guarded", RecoveryPointArn }));
    await put(policy("arn:aws:iam::123456789012:user/*"));
    await remove();
    await at.backup().send(new DeleteBackupVaultAccessPolicyCommand({ BackupVaultName: "guarded" }));
    await expect(
      at.backup().send(new GetBackupVaultAccessPolicyCommand({ BackupVaultName: "guarded" })),
    ).rejects.toMatchObject({ name: "ResourceNotFoundException" });
    await expect(put("not a policy")).rejects.toMatchObject({ name: "InvalidParameterValueException" });
  });

  it("locked in governance mode keep recovery points until the lock is removed", async () => {
    await at.createVault(PRIMARY, "governed", keyArn);
    await at.backup().send(
      new PutBackupVaultLockConfigurationCommand({
        BackupVaultName: "governed",
        MinRetentionDays: 7,
        MaxRetentionDays: 35,
      }),
    );
    const tooShort = await at.backUp(databaseArn, "governed", roleArn, 6);
    const { RecoveryPointArn, State } = await at.backUp(databaseArn, "governed", roleArn, 7);
    const described = await at.backup().send(new DescribeBackupVaultCommand({ BackupVaultName: "governed" }));
    const remove = () =>
      at.backup().send(new DeleteRecoveryPointCommand({ BackupVaultName: "governed", RecoveryPointArn }));
    expect(tooShort.State).toBe("FAILED");
    expect(State).toBe("COMPLETED");
    expect(described).toMatchObject({
      Locked: true,
      MinRetentionDays: 7,
      MaxRetentionDays: 35,
      NumberOfRecoveryPoints: 1,
    });
    expect(described.LockDate).toBeUndefined();
    await expect(remove()).rejects.toMatchObject({ name: "InvalidRequestException" });
    await expect(
      at.backup().send(
        new UpdateRecoveryPointLifecycleCommand({
          BackupVaultName: "governed",
          RecoveryPointArn,
          Lifecycle: { DeleteAfterDays: 1 },
        }),
      ),
    ).rejects.toMatchObject({ name: "InvalidParameterValueException" });
    await at.backup().send(new DeleteBackupVaultLockConfigurationCommand({ BackupVaultName: "governed" }));
    await remove();
  });

  it("locked in compliance mode can be unlocked until the lock date, and never afterwards", async () => {
    await at.createVault(PRIMARY, "compliant", keyArn);
    const put = (changeableForDays: number) =>
      at.backup().send(
        new PutBackupVaultLockConfigurationCommand({
          BackupVaultName: "compliant",
          MinRetentionDays: 1,
          ChangeableForDays: changeableForDays,
        }),
      );
    const unlock = () =>
      at.backup().send(new DeleteBackupVaultLockConfigurationCommand({ BackupVaultName: "compliant" }));
    await expect(put(2)).rejects.toMatchObject({ name: "InvalidParameterValueException" });
    await put(3);
    await at.sandbox.client.advance(2 * DAY_MS);
    await unlock();
    await put(3);
    const { LockDate } = await at
      .backup()
      .send(new DescribeBackupVaultCommand({ BackupVaultName: "compliant" }));
    const { now } = await at.sandbox.client.advance(3 * DAY_MS);
    expect(LockDate?.getTime()).toBeLessThanOrEqual(now.getTime());
    await expect(unlock()).rejects.toMatchObject({ name: "InvalidRequestException" });
    await expect(put(5)).rejects.toMatchObject({ name: "InvalidRequestException" });
  });

  it("let recovery points expire at the end of their retention, snapshot and all", async () => {
    await at.createVault(PRIMARY, "expiring", keyArn);
    const { RecoveryPointArn = "" } = await at.backUp(databaseArn, "expiring", roleArn, 2);
    const describePoint = () =>
      at.backup().send(new DescribeRecoveryPointCommand({ BackupVaultName: "expiring", RecoveryPointArn }));
    const point = await describePoint();
    expect(point.CalculatedLifecycle?.DeleteAt?.getTime()).toBe(
      (point.CreationDate?.getTime() ?? 0) + 2 * DAY_MS,
    );
    const { Lifecycle } = await at.backup().send(
      new UpdateRecoveryPointLifecycleCommand({
        BackupVaultName: "expiring",
        RecoveryPointArn,
        Lifecycle: { DeleteAfterDays: 4 },
      }),
    );
    expect(Lifecycle?.DeleteAfterDays).toBe(4);
    await at.sandbox.client.advance(3 * DAY_MS);
    await describePoint();
    await at.sandbox.client.advance(DAY_MS);
    await expect(describePoint()).rejects.toMatchObject({ name: "ResourceNotFoundException" });
    await expect(
      at.rds().send(
        new DescribeDBSnapshotsCommand({
          DBSnapshotIdentifier: RecoveryPointArn.slice(RecoveryPointArn.indexOf("awsbackup:")),
        }),
      ),
    ).rejects.toMatchObject({ name: "DBSnapshotNotFoundFault" });
  });

  it("remember notifications and tags", async () => {
    const arn = await at.createVault(PRIMARY, "noted", keyArn);
    const topic = "arn:aws:sns:eu-west-1:123456789012:alerts";
    const vault = { BackupVaultName: "noted" };
    await expect(at.backup().send(new GetBackupVaultNotificationsCommand(vault))).rejects.toMatchObject({
      name: "ResourceNotFoundException",
    });
    await at.backup().send(
      new PutBackupVaultNotificationsCommand({
        ...vault,
        SNSTopicArn: topic,
        BackupVaultEvents: ["COPY_JOB_FAILED"],
      }),
    );
    const read = await at.backup().send(new GetBackupVaultNotificationsCommand(vault));
    expect(read).toMatchObject({ SNSTopicArn: topic, BackupVaultEvents: ["COPY_JOB_FAILED"] });
    await at.backup().send(new DeleteBackupVaultNotificationsCommand(vault));
    await expect(at.backup().send(new GetBackupVaultNotificationsCommand(vault))).rejects.toThrow(
      /notifications/,
    );
    await at.backup().send(new TagResourceCommand({ ResourceArn: arn, Tags: { a: "1", b: "2" } }));
    await at.backup().send(new UntagResourceCommand({ ResourceArn: arn, TagKeyList: ["a"] }));
    const { Tags } = await at.backup().send(new ListTagsCommand({ ResourceArn: arn }));
    expect(Tags).toEqual({ b: "2" });
  });

  it("follow settings of the region and of the account", async () => {
    await at
      .backup()
      .send(new UpdateRegionSettingsCommand({ ResourceTypeOptInPreference: { DynamoDB: false } }));
    const here = await at.backup().send(new DescribeRegionSettingsCommand({}));
    const there = await at.backup(STANDBY).send(new DescribeRegionSettingsCommand({}));
    expect(here.ResourceTypeOptInPreference).toMatchObject({ RDS: true, DynamoDB: false });
    expect(there.ResourceTypeOptInPreference).toMatchObject({ RDS: true, DynamoDB: true });
    await at
      .backup()
      .send(new UpdateGlobalSettingsCommand({ GlobalSettings: { isCrossAccountBackupEnabled: "true" } }));
    const { GlobalSettings, LastUpdateTime } = await at
      .backup(STANDBY)
      .send(new DescribeGlobalSettingsCommand({}));
    expect(GlobalSettings).toMatchObject({ isCrossAccountBackupEnabled: "true" });
    expect(LastUpdateTime).toBeInstanceOf(Date);
  });
});
