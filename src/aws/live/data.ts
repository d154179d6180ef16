import {
  type BackupJob,
  type CopyJob,
  isReplicating,
  type OfferedClass,
  type ReplicatedBackup,
  type Snapshot,
  type StoredPoint,
} from "../data.ts";
import { AwsFailure } from "../failure.ts";
import type { RegionalAws } from "../port.ts";
import type {
  BackupJob as SdkBackupJob,
  CopyJob as SdkCopyJob,
  DBInstanceAutomatedBackup,
  DBSnapshot,
  RecoveryPointByBackupVault,
  Sdk,
} from "../sdk.ts";
import { allOf, ask } from "./ask.ts";

type Questions = Pick<
  RegionalAws,
  | "recoveryPoints"
  | "backupJobs"
  | "copyJobs"
  | "snapshot"
  | "snapshotsOf"
  | "replicatedBackup"
  | "key"
  | "offeredVersions"
>;

/** The calls that these questions make. */
export type DataSdk = Pick<
  Sdk,
  | "region"
  | "listRecoveryPoints"
  | "listVaults"
  | "listBackupJobs"
  | "listCopyJobs"
  | "describeSnapshots"
  | "describeAutomatedBackups"
  | "describeKey"
  | "describeOrderable"
>;

/** What AWS Backup, RDS and KMS know of the data. */
export function dataQuestions(sdk: DataSdk): Questions {
  const { region } = sdk;
  const vaultNames = async (): Promise<readonly string[]> => {
    const vaults = await ask("backup:ListBackupVaults", region, () =>
      allOf(
        (token) => sdk.listVaults(token),
        (page) => page.BackupVaultList,
        (page) => page.NextToken,
      ),
    );
    return vaults.map(({ BackupVaultName = "" }) => BackupVaultName);
  };
  return {
    async recoveryPoints(vaultName) {
      const listed = (): Promise<RecoveryPointByBackupVault[] | undefined> =>
        ask(
          "backup:ListRecoveryPointsByBackupVault",
          region,
          () =>
            allOf(
              (token) => sdk.listRecoveryPoints(vaultName, token),
              (page) => page.RecoveryPoints,
              (page) => page.NextToken,
            ),
          ["ResourceNotFoundException"],
        );
      const points = await listed().catch(async (error: unknown) => {
        if (!(error instanceof AwsFailure) || error.kind !== "denied") throw error;
        // Of a vault that does not exist AWS Backup says that access is denied, as of one that is closed (T67).
        const names = await vaultNames().catch(() => undefined);
        if (names === undefined || names.includes(vaultName)) throw error;
        return undefined;
      });
      return points?.map(storedPoint);
    },
    async backupJobs(ByResourceArn, ByCreatedAfter) {
      const jobs = await ask("backup:ListBackupJobs", region, () =>
        allOf(
          (NextToken) => sdk.listBackupJobs({ ByResourceArn, ByCreatedAfter, NextToken }),
          (page) => page.BackupJobs,
          (page) => page.NextToken,
        ),
      );
      return jobs.map(backupJob);
    },
    async copyJobs(ByDestinationVaultArn, ByCreatedAfter) {
      const jobs = await ask("backup:ListCopyJobs", region, () =>
        allOf(
          (NextToken) => sdk.listCopyJobs({ ByDestinationVaultArn, ByCreatedAfter, NextToken }),
          (page) => page.CopyJobs,
          (page) => page.NextToken,
        ),
      );
      return jobs.map(copyJob);
    },
    async snapshot(DBSnapshotIdentifier) {
      const found = await ask(
        "rds:DescribeDBSnapshots",
        region,
        () => sdk.describeSnapshots({ DBSnapshotIdentifier }),
        ["DBSnapshotNotFound", "DBSnapshotNotFoundFault"],
      );
      return found?.DBSnapshots?.map(snapshot)[0];
    },
    async snapshotsOf(instanceIdentifier) {
      // Of a snapshot that was copied here RDS does not list the instance's snapshots by name: there is no such instance.
      const found = await ask("rds:DescribeDBSnapshots", region, () =>
        allOf(
          (Marker) => sdk.describeSnapshots({ SnapshotType: "manual", Marker }),
          (page) => page.DBSnapshots,
          (page) => page.Marker,
        ),
      );
      return found.map(snapshot).filter((one) => one.instanceIdentifier === instanceIdentifier);
    },
    async replicatedBackup(sourceInstanceArn) {
      const found = await ask("rds:DescribeDBInstanceAutomatedBackups", region, () =>
        allOf(
          (token) => sdk.describeAutomatedBackups(token),
          (page) => page.DBInstanceAutomatedBackups,
          (page) => page.Marker,
        ),
      );
      return found
        .filter(({ DBInstanceArn }) => DBInstanceArn === sourceInstanceArn)
        .map(replicatedBackup)
        .toSorted(liveFirst)[0];
    },
    async key(id) {
      const found = await ask("kms:DescribeKey", region, () => sdk.describeKey(id), ["NotFoundException"]);
      const { Arn, KeyState, DeletionDate } = found?.KeyMetadata ?? {};
      return Arn === undefined ? undefined : { arn: Arn, state: KeyState ?? "", deletedAt: DeletionDate };
    },
    async offeredVersions(instanceClass) {
      const found = await ask("rds:DescribeOrderableDBInstanceOptions", region, () =>
        allOf(
          (token) => sdk.describeOrderable(instanceClass, token),
          (page) => page.OrderableDBInstanceOptions,
          (page) => page.Marker,
        ),
      );
      return found.map(({ EngineVersion = "", MultiAZCapable = false }): OfferedClass => ({
        engineVersion: EngineVersion,
        multiAz: MultiAZCapable,
      }));
    },
  };
}

const EPOCH = new Date(0);

const storedPoint = (point: RecoveryPointByBackupVault): StoredPoint => ({
  arn: point.RecoveryPointArn ?? "",
  resourceArn: point.ResourceArn ?? "",
  status: point.Status ?? "",
  statusMessage: point.StatusMessage,
  createdAt: point.CreationDate ?? EPOCH,
  expiresAt: point.CalculatedLifecycle?.DeleteAt,
  encrypted: point.IsEncrypted ?? false,
  keyArn: point.EncryptionKeyArn,
});

const backupJob = (job: SdkBackupJob): BackupJob => ({
  id: job.BackupJobId ?? "",
  state: job.State ?? "",
  createdAt: job.CreationDate ?? EPOCH,
  message: job.StatusMessage,
});

const copyJob = (job: SdkCopyJob): CopyJob => ({
  id: job.CopyJobId ?? "",
  state: job.State ?? "",
  createdAt: job.CreationDate ?? EPOCH,
  completedAt: job.CompletionDate,
  message: job.StatusMessage,
  resourceArn: job.ResourceArn ?? "",
});

const snapshot = (one: DBSnapshot): Snapshot => ({
  arn: one.DBSnapshotArn ?? "",
  instanceIdentifier: one.DBInstanceIdentifier ?? "",
  status: one.Status ?? "",
  engine: one.Engine ?? "",
  engineVersion: one.EngineVersion ?? "",
  storageGiB: one.AllocatedStorage ?? 0,
  encrypted: one.Encrypted ?? false,
  keyArn: one.KmsKeyId,
  // A copy is as old as what it was copied from.
  createdAt: one.OriginalSnapshotCreateTime ?? one.SnapshotCreateTime ?? EPOCH,
});

const replicatedBackup = (backup: DBInstanceAutomatedBackup): ReplicatedBackup => ({
  arn: backup.DBInstanceAutomatedBackupsArn ?? "",
  // RDS changes its capitals (T66).
  status: (backup.Status ?? "").toLowerCase(),
  engineVersion: backup.EngineVersion ?? "",
  keyArn: backup.KmsKeyId,
  storageGiB: backup.AllocatedStorage,
  retentionDays: backup.BackupRetentionPeriod ?? 0,
  restorableFrom: backup.RestoreWindow?.EarliestTime,
  restorableUntil: backup.RestoreWindow?.LatestTime,
});

/**
 * RDS lists the backups of deleted instances too, under the same ARN where a name was used again, in no order that it
 * promises (T66).
 */
const liveFirst = (a: ReplicatedBackup, b: ReplicatedBackup): number =>
  Number(isReplicating(b)) - Number(isReplicating(a)) ||
  (b.restorableUntil?.getTime() ?? 0) - (a.restorableUntil?.getTime() ?? 0);
