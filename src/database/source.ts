import { createHash } from "node:crypto";
import { majorOf, type RecoveryPoint } from "../activation/schema.ts";
import { plain } from "../config/literal-text.ts";
import type { Names } from "../naming/names.ts";
import type { DatabaseConfig } from "./schema.ts";

/**
 * Identifier of the instance. A restored one gets its own, so that it can be made while the empty one is still there,
 * and the same recovery point always gives the same one.
 */
export function identifierOf(names: Names, recoveryPoint: RecoveryPoint | undefined): string {
  const identifier = names.of("database");
  if (recoveryPoint === undefined) return identifier;
  const origin =
    recoveryPoint.kind === "snapshot"
      ? recoveryPoint.snapshotArn
      : `${recoveryPoint.automatedBackupArn}@${recoveryPoint.restoreTime}`;
  return `${identifier}-${createHash("sha256").update(plain(origin)).digest("hex").slice(0, 8)}`;
}

/**
 * Where the data comes from. Name and user of a restored database are those of its source, and can't be asked for.
 *
 * Nor is asked for its size and its version, or the restore would end with a modification: to a size below what storage
 * autoscaling has reached, which RDS refuses (T21), and to the newest minor version, which costs minutes of the RTO.
 * Another major version than the recovery point's is an upgrade of a database that was restored long ago.
 */
export function sourceOf(config: DatabaseConfig, recoveryPoint: RecoveryPoint | undefined) {
  switch (recoveryPoint?.kind) {
    case undefined:
      return {
        dbName: config.name,
        username: config.username,
        // Compared as a prefix of what runs, so that AWS's minor upgrades plan as nothing (T13).
        engineVersion: config.engineVersion,
        allocatedStorage: config.storageGiB,
      };
    case "snapshot":
      return { snapshotIdentifier: recoveryPoint.snapshotArn, ...upgradeOf(config, recoveryPoint) };
    case "point-in-time":
      return {
        ...upgradeOf(config, recoveryPoint),
        restoreToPointInTime: {
          sourceDbInstanceAutomatedBackupsArn: recoveryPoint.automatedBackupArn,
          restoreTime: recoveryPoint.restoreTime,
        },
      };
  }
}

const upgradeOf = ({ engineVersion }: DatabaseConfig, recoveryPoint: RecoveryPoint) =>
  engineVersion === majorOf(recoveryPoint) ? {} : { engineVersion };
