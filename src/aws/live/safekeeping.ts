import type { SafekeepingAws } from "../safekeeping.ts";
import type { SafekeepingSdk } from "../sdk-safekeeping.ts";
import { ask } from "./ask.ts";

/** RDS's words for a snapshot of this name that is there: an earlier attempt made it. */
const THERE = ["DBSnapshotAlreadyExists", "DBSnapshotAlreadyExistsFault"];

/** What moves data, and what keeps it. */
export function safekeeping(sdk: SafekeepingSdk): SafekeepingAws {
  const { region } = sdk;
  return {
    async database(identifier) {
      const found = await ask("rds:DescribeDBInstances", region, () => sdk.describeDatabase(identifier), [
        "DBInstanceNotFound",
        "DBInstanceNotFoundFault",
      ]);
      const instance = found?.DBInstances?.[0];
      return (
        instance && {
          arn: instance.DBInstanceArn ?? "",
          status: instance.DBInstanceStatus ?? "",
          engineVersion: instance.EngineVersion ?? "",
          storageGiB: instance.AllocatedStorage ?? 0,
          keyArn: instance.KmsKeyId,
          protected: instance.DeletionProtection ?? false,
        }
      );
    },
    async takeSnapshot(instanceIdentifier, name) {
      await ask("rds:CreateDBSnapshot", region, () => sdk.createSnapshot(instanceIdentifier, name), THERE);
    },
    async copySnapshot(sourceArn, name, keyId) {
      await ask("rds:CopyDBSnapshot", region, () => sdk.copySnapshot(sourceArn, name, keyId), THERE);
    },
    async protectDatabase(identifier) {
      await ask("rds:ModifyDBInstance", region, () => sdk.protectDatabase(identifier));
    },
    async startBackup(order) {
      await ask("backup:StartBackupJob", region, () => sdk.startBackup(order));
    },
    async startCopy(order) {
      await ask("backup:StartCopyJob", region, () => sdk.startCopy(order));
    },
  };
}
