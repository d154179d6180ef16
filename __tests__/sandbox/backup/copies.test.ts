import {
  DescribeRecoveryPointCommand,
  ListCopyJobsCommand,
  ListRecoveryPointsByBackupVaultCommand,
  ListRecoveryPointsByResourceCommand,
  PutBackupVaultAccessPolicyCommand,
  PutBackupVaultLockConfigurationCommand,
  DeleteBackupVaultLockConfigurationCommand,
  DeleteBackupVaultAccessPolicyCommand,
  StartCopyJobCommand,
  DescribeCopyJobCommand,
} from "@aws-sdk/client-backup";
import { DetachRolePolicyCommand, IAMClient } from "@aws-sdk/client-iam";
import { DisableKeyCommand, EnableKeyCommand } from "@aws-sdk/client-kms";
import { DescribeDBSnapshotsCommand } from "@aws-sdk/client-rds";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import {
  containing,
  hasMoto,
  MINUTE_MS,
  PRIMARY,
  ProtectedDatabase,
  STANDBY,
} from "../support/protected-database.ts";

describe.skipIf(!hasMoto)("copies of recovery points", () => {
  let at: ProtectedDatabase;
  let databaseArn: string;
  let roleArn: string;
  let destinationArn: string;
  let standbyKey: string;
  let primaryKey: string;
  let pointArn: string;

  beforeAll(async () => {
    at = await ProtectedDatabase.start();
    primaryKey = await at.createKey(PRIMARY);
    standbyKey = await at.createKey(STANDBY);
    roleArn = await at.createRole("backup");
    databaseArn = await at.createDatabase("orders", primaryKey);
    await at.createVault(PRIMARY, "main", primaryKey);
    destinationArn = await at.createVault(STANDBY, "dr", standbyKey);
    const job = await at.backUp(databaseArn, "main", roleArn);
    pointArn = job.RecoveryPointArn ?? "";
  });
  afterAll(() => at.sandbox.stop());

  const copy = (retentionDays = 30) =>
    at.copy({
      RecoveryPointArn: pointArn,
      SourceBackupVaultName: "main",
      DestinationBackupVaultArn: destinationArn,
      IamRoleArn: roleArn,
      Lifecycle: { DeleteAfterDays: retentionDays },
    });

  it("keeps the database's key at home and takes the vault's key abroad", async () => {
    const home = await at
      .backup()
      .send(new DescribeRecoveryPointCommand({ BackupVaultName: "main", RecoveryPointArn: pointArn }));
    const job = await copy();
    const abroad = await at.backup(STANDBY).send(
      new DescribeRecoveryPointCommand({
        BackupVaultName: "dr",
        RecoveryPointArn: job.DestinationRecoveryPointArn,
      }),
    );
    expect(home).toMatchObject({ Status: "COMPLETED", EncryptionKeyArn: primaryKey, ResourceType: "RDS" });
    expect(home.BackupSizeInBytes).toBe(40 * 2 ** 30);
    expect(abroad).toMatchObject({
      Status: "COMPLETED",
      EncryptionKeyArn: standbyKey,
      ResourceArn: databaseArn,
      IsEncrypted: true,
    });
    expect(abroad.RecoveryPointArn).toMatch(
      /^arn:aws:rds:eu-central-1:\d{12}:snapshot:awsbackup:copyjob-[0-9a-f-]{36}$/,
    );
    expect(abroad.CreationDate?.getTime()).toBeGreaterThan(home.CreationDate?.getTime() ?? 0);
  });

  it("makes a snapshot that RDS shows under the name of AWS Backup", async () => {
    const { DestinationRecoveryPointArn = "" } = await copy();
    const identifier = DestinationRecoveryPointArn.slice(DestinationRecoveryPointArn.indexOf("awsbackup:"));
    const { DBSnapshots: byName } = await at
      .rds(STANDBY)
      .send(new DescribeDBSnapshotsCommand({ DBSnapshotIdentifier: identifier }));
    const { DBSnapshots: byType = [] } = await at
      .rds(STANDBY)
      .send(new DescribeDBSnapshotsCommand({ SnapshotType: "awsbackup" }));
    const { DBSnapshots: manual } = await at
      .rds(STANDBY)
      .send(new DescribeDBSnapshotsCommand({ SnapshotType: "manual" }));
    expect(byName).toHaveLength(1);
    expect(byName?.[0]).toMatchObject({
      DBSnapshotIdentifier: identifier,
      DBSnapshotArn: DestinationRecoveryPointArn,
      SnapshotType: "awsbackup",
      Encrypted: true,
      KmsKeyId: standbyKey,
      Engine: "postgres",
      EngineVersion: "16.4",
      AllocatedStorage: 40,
    });
    expect(byType.map((snapshot) => snapshot.DBSnapshotIdentifier)).toContain(identifier);
    expect(manual).toEqual([]);
    const { now } = await at.sandbox.client.clock();
    const ageMs = now.getTime() - (byName?.[0]?.SnapshotCreateTime?.getTime() ?? 0);
    expect(ageMs).toBeGreaterThan(0);
    expect(ageMs).toBeLessThan(60 * MINUTE_MS);
  });

  it("goes through its states as time passes, and lists by vault, resource and state", async () => {
    const { CopyJobId } = await at.backup().send(
      new StartCopyJobCommand({
        RecoveryPointArn: pointArn,
        SourceBackupVaultName: "main",
        DestinationBackupVaultArn: destinationArn,
        IamRoleArn: roleArn,
      }),
    );
    const stateAfter = async (minutes: number) => {
      await at.sandbox.client.advance(minutes * MINUTE_MS + 1);
      const { CopyJobs = [] } = await at
        .backup()
        .send(new ListCopyJobsCommand({ ByDestinationVaultArn: destinationArn, ByResourceArn: databaseArn }));
      return CopyJobs.find((job) => job.CopyJobId === CopyJobId)?.State;
    };
    expect([await stateAfter(0), await stateAfter(2), await stateAfter(30)]).toEqual([
      "CREATED",
      "RUNNING",
      "COMPLETED",
    ]);
    const { CopyJob } = await at.backup().send(new DescribeCopyJobCommand({ CopyJobId }));
    expect(CopyJob).toMatchObject({
      CopyJobId,
      State: "COMPLETED",
      ResourceArn: databaseArn,
      DestinationBackupVaultArn: destinationArn,
    });
    const failed = await at.backup().send(new ListCopyJobsCommand({ ByState: "FAILED" }));
    expect(failed.CopyJobs).not.toContainEqual(expect.objectContaining({ CopyJobId }));
    const { RecoveryPoints = [] } = await at
      .backup(STANDBY)
      .send(
        new ListRecoveryPointsByBackupVaultCommand({ BackupVaultName: "dr", ByResourceArn: databaseArn }),
      );
    const byResource = await at
      .backup(STANDBY)
      .send(new ListRecoveryPointsByResourceCommand({ ResourceArn: databaseArn }));
    expect(RecoveryPoints.length).toBeGreaterThan(0);
    expect(byResource.RecoveryPoints?.map((point) => point.RecoveryPointArn)).toEqual(
      RecoveryPoints.map((point) => point.RecoveryPointArn),
    );
  });

  it("fails when the destination's key is disabled", async () => {
    await at.kms(STANDBY).send(new DisableKeyCommand({ KeyId: standbyKey }));
    const job = await copy();
    await at.kms(STANDBY).send(new EnableKeyCommand({ KeyId: standbyKey }));
    expect(job).toMatchObject({ State: "FAILED", StatusMessage: containing(standbyKey) });
    expect(job.DestinationRecoveryPointArn).toBeUndefined();
  });

  it("fails when the destination's policy refuses the role, and only for that role", async () => {
    const other = await at.createRole("other-backup");
    const policy = {
      Version: "2012-10-17",
      Statement: [
        {
          Effect: "Deny",
          Principal: "*",
          Action: "backup:CopyIntoBackupVault",
          Resource: "*",
          Condition: { ArnNotEquals: { "aws:PrincipalArn": other } },
        },
      ],
    };
    await at
      .backup(STANDBY)
      .send(new PutBackupVaultAccessPolicyCommand({ BackupVaultName: "dr", Policy: JSON.stringify(policy) }));
    const refused = await copy();
    const admitted = await at.copy({
      RecoveryPointArn: pointArn,
      SourceBackupVaultName: "main",
      DestinationBackupVaultArn: destinationArn,
      IamRoleArn: other,
    });
    await at.backup(STANDBY).send(new DeleteBackupVaultAccessPolicyCommand({ BackupVaultName: "dr" }));
    expect(refused).toMatchObject({
      State: "FAILED",
      StatusMessage: containing("Access Denied"),
    });
    expect(admitted.State).toBe("COMPLETED");
  });

  it("fails when the source's policy keeps its points from that vault", async () => {
    const keep = (vaultArn: string) => ({
      Version: "2012-10-17",
      Statement: [
        {
          Effect: "Deny",
          Principal: "*",
          Action: "backup:CopyFromBackupVault",
          Resource: "*",
          Condition: { "ForAnyValue:ArnNotEquals": { "backup:CopyTargets": vaultArn } },
        },
      ],
    });
    const put = (vaultArn: string) =>
      at.backup().send(
        new PutBackupVaultAccessPolicyCommand({
          BackupVaultName: "main",
          Policy: JSON.stringify(keep(vaultArn)),
        }),
      );
    await put(`${destinationArn}-2`);
    const refused = await copy();
    await put(destinationArn);
    const admitted = await copy();
    await at.backup().send(new DeleteBackupVaultAccessPolicyCommand({ BackupVaultName: "main" }));
    expect(refused).toMatchObject({ State: "FAILED", StatusMessage: containing("Access Denied") });
    expect(admitted.State).toBe("COMPLETED");
  });

  it("fails when the role may not do what a copy needs", async () => {
    const iam = new IAMClient(at.settings("us-east-1"));
    const weak = await at.createRole("weak");
    await iam.send(
      new DetachRolePolicyCommand({
        RoleName: "weak",
        PolicyArn: "arn:aws:iam::aws:policy/service-role/AWSBackupServiceRolePolicyForBackup",
      }),
    );
    const job = await at.copy({
      RecoveryPointArn: pointArn,
      SourceBackupVaultName: "main",
      DestinationBackupVaultArn: destinationArn,
      IamRoleArn: weak,
    });
    expect(job).toMatchObject({ State: "FAILED", StatusMessage: containing("backup:CopyFromBackupVault") });
  });

  it("fails when the retention lies outside the destination's lock (T20)", async () => {
    await at.backup(STANDBY).send(
      new PutBackupVaultLockConfigurationCommand({
        BackupVaultName: "dr",
        MinRetentionDays: 7,
        MaxRetentionDays: 35,
      }),
    );
    const states = [(await copy(3)).State, (await copy(36)).State, (await copy(7)).State];
    await at.backup(STANDBY).send(new DeleteBackupVaultLockConfigurationCommand({ BackupVaultName: "dr" }));
    expect(states).toEqual(["FAILED", "FAILED", "COMPLETED"]);
  });

  it("fails when the destination vault does not exist", async () => {
    const job = await at.copy({
      RecoveryPointArn: pointArn,
      SourceBackupVaultName: "main",
      DestinationBackupVaultArn: destinationArn.replace(/:dr$/, ":nowhere"),
      IamRoleArn: roleArn,
    });
    expect(job).toMatchObject({ State: "FAILED", StatusMessage: containing("nowhere") });
  });

  it("waits while the destination's region is down, and goes on afterwards (T17)", async () => {
    await at.sandbox.client.setFaults({ regionsDown: [STANDBY] });
    const waiting = await copy();
    await at.sandbox.client.clearFaults();
    await at.sandbox.client.advance(60 * MINUTE_MS);
    const { CopyJobs = [] } = await at.backup().send(new ListCopyJobsCommand({}));
    expect(waiting.State).toBe("CREATED");
    expect(CopyJobs.find((job) => job.CopyJobId === waiting.CopyJobId)?.State).toBe("COMPLETED");
  });

  it("refuses what makes no sense before there is a job", async () => {
    const input = {
      RecoveryPointArn: pointArn,
      SourceBackupVaultName: "main",
      DestinationBackupVaultArn: destinationArn,
      IamRoleArn: roleArn,
    };
    const start = (changes: Partial<typeof input>) =>
      at.backup().send(new StartCopyJobCommand({ ...input, ...changes }));
    await expect(start({ SourceBackupVaultName: "nowhere" })).rejects.toMatchObject({
      name: "ResourceNotFoundException",
    });
    await expect(start({ RecoveryPointArn: `${pointArn}x` })).rejects.toMatchObject({
      name: "ResourceNotFoundException",
    });
    await expect(start({ DestinationBackupVaultArn: "dr" })).rejects.toMatchObject({
      name: "InvalidParameterValueException",
    });
    await expect(start({ IamRoleArn: `${roleArn}-gone` })).rejects.toMatchObject({
      name: "InvalidParameterValueException",
    });
  });
});
