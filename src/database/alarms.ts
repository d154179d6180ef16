import type { AlarmDefinition, Thresholds } from "../observability/alarm.ts";
import type { DatabaseConfig } from "./schema.ts";

const BYTES_PER_GIB = 1024 ** 3;

/** Free share below which RDS grows a volume that may grow, in percent (RDS user guide, storage autoscaling). */
const AUTOSCALING_STARTS_PERCENT = 10;

/**
 * Free bytes below which someone should look.
 *
 * A volume that may grow is in trouble only when it is fuller than where RDS grows it: the limit stays below that.
 * The share is of the storage in the file, since CloudWatch does not know how far RDS has grown it.
 */
export function freeStorageBytes(
  { storageGiB, maxStorageGiB }: Pick<DatabaseConfig, "storageGiB" | "maxStorageGiB">,
  freePercent: number,
): number {
  const percent =
    maxStorageGiB === undefined ? freePercent : Math.min(freePercent, AUTOSCALING_STARTS_PERCENT - 1);
  return Math.round((storageGiB * BYTES_PER_GIB * percent) / 100);
}

/** What of a database is watched, in every posture. */
export function databaseAlarms(
  identifier: string,
  config: DatabaseConfig,
  thresholds: Thresholds,
): readonly AlarmDefinition[] {
  const common = {
    scope: "data",
    namespace: "AWS/RDS",
    dimensions: { DBInstanceIdentifier: identifier },
    statistic: "Average",
    periodSeconds: 300,
    evaluationPeriods: 3,
  } as const;
  return [
    {
      ...common,
      id: "database-cpu",
      description: "The database is busy or reports nothing at all; look at its status and its top queries",
      metric: "CPUUtilization",
      comparison: "above",
      threshold: thresholds.databaseCpuPercent,
      // A database that runs always reports its CPU.
      missing: "breaching",
    },
    {
      ...common,
      id: "database-free-storage",
      description: "The database runs out of storage; raise database.storageGiB or maxStorageGiB",
      metric: "FreeStorageSpace",
      statistic: "Minimum",
      evaluationPeriods: 2,
      comparison: "below",
      threshold: freeStorageBytes(config, thresholds.databaseFreeStoragePercent),
      missing: "notBreaching",
    },
    {
      ...common,
      id: "database-connections",
      description: "Many connections are open; look for a leak in the service's pool",
      metric: "DatabaseConnections",
      comparison: "above",
      threshold: thresholds.databaseConnections,
      missing: "notBreaching",
    },
  ];
}
