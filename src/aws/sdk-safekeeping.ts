import { BackupClient, StartBackupJobCommand, StartCopyJobCommand } from "@aws-sdk/client-backup";
import {
  CopyDBSnapshotCommand,
  CreateDBSnapshotCommand,
  DescribeDBInstancesCommand,
  ModifyDBInstanceCommand,
  RDSClient,
} from "@aws-sdk/client-rds";
import type { BackupOrder, CopyOrder } from "./safekeeping.ts";
import { callsOf, once, type Patience } from "./sdk-calls.ts";

/** The calls that move data and keep it, and no others. */
export type SafekeepingSdk = ReturnType<typeof safekeepingSdkOf>;

/** Clients are made when they are first asked. */
export function safekeepingSdkOf(region: string, patience: Patience) {
  const { settings, options } = callsOf(region, patience);
  const backup = once(() => new BackupClient(settings));
  const rds = once(() => new RDSClient(settings));
  return {
    region,

    describeDatabase: (DBInstanceIdentifier: string) =>
      rds().send(new DescribeDBInstancesCommand({ DBInstanceIdentifier }), options),
    createSnapshot: (DBInstanceIdentifier: string, DBSnapshotIdentifier: string) =>
      rds().send(new CreateDBSnapshotCommand({ DBInstanceIdentifier, DBSnapshotIdentifier }), options),
    // Of another region's ARN the SDK adds a request signed for that one, which RDS asks for of an encrypted snapshot.
    copySnapshot: (source: string, TargetDBSnapshotIdentifier: string, KmsKeyId: string) =>
      rds().send(
        new CopyDBSnapshotCommand({
          SourceDBSnapshotIdentifier: source,
          TargetDBSnapshotIdentifier,
          KmsKeyId,
          CopyTags: true,
        }),
        options,
      ),
    protectDatabase: (DBInstanceIdentifier: string) =>
      rds().send(
        new ModifyDBInstanceCommand({
          DBInstanceIdentifier,
          DeletionProtection: true,
          ApplyImmediately: true,
        }),
        options,
      ),
    startBackup: ({ token, roleArn, retentionDays, vaultName, databaseArn }: BackupOrder) =>
      backup().send(
        new StartBackupJobCommand({
          IdempotencyToken: token,
          IamRoleArn: roleArn,
          BackupVaultName: vaultName,
          ResourceArn: databaseArn,
          Lifecycle: { DeleteAfterDays: retentionDays },
        }),
        options,
      ),
    startCopy: ({ token, roleArn, retentionDays, ...order }: CopyOrder) =>
      backup().send(
        new StartCopyJobCommand({
          IdempotencyToken: token,
          IamRoleArn: roleArn,
          RecoveryPointArn: order.recoveryPointArn,
          SourceBackupVaultName: order.fromVaultName,
          DestinationBackupVaultArn: order.toVaultArn,
          Lifecycle: { DeleteAfterDays: retentionDays },
        }),
        options,
      ),
  };
}
