import type { OfferedClass, Snapshot, StoredPoint, CopyJob, ReplicatedBackup } from "../data.ts";
import type { RegionalAws } from "../port.ts";
import type {
  CopyJob as SdkCopyJob,
  DBInstanceAutomatedBackup,
  DBSnapshot,
  RecoveryPointByBackupVault,
  Sdk,
} from "../sdk.ts";
import { allOf, ask } from "./ask.ts";

type Questions = Pick<
  RegionalAws,
  "recoveryPoints" | "copyJobs" | "snapshot" | "snapshotsOf" | "replicatedBackup" | "key" | "offeredVersions"
>;

/** What AWS Backup, RDS and KMS know of the data. */
export function dataQuestions(sdk: Sdk): Questions {
  const { region } = sdk;
  return {
    async recoveryPoints(vaultName) {
      const points = await ask(
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
      return points?.map(storedPoint);
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
        .map(replicatedBackup)[0];
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
  status: backup.Status ?? "",
  engineVersion: backup.EngineVersion ?? "",
  keyArn: backup.KmsKeyId,
  storageGiB: backup.AllocatedStorage,
  retentionDays: backup.BackupRetentionPeriod ?? 0,
  restorableFrom: backup.RestoreWindow?.EarliestTime,
  restorableUntil: backup.RestoreWindow?.LatestTime,
});
