import type { DescribeRecoveryPointOutput } from "@aws-sdk/client-backup";
import { nameOf } from "../rds/snapshots.ts";
import { invalidValue } from "./errors.ts";

/** How AWS Backup would restore a database again: what GetRecoveryPointRestoreMetadata returns. */
export const restoreMetadata = (point: DescribeRecoveryPointOutput): Record<string, string> => ({
  DBInstanceIdentifier: point.ResourceName ?? "",
  DBSnapshotIdentifier: nameOf(point.RecoveryPointArn ?? ""),
  MultiAZ: "false",
  PubliclyAccessible: "false",
  AutoMinorVersionUpgrade: "true",
  CopyTagsToSnapshot: "false",
  DeletionProtection: "false",
});

/** Settings of a restore that are lists, and RDS's name for their members. */
const LISTS: Readonly<Record<string, string>> = {
  VpcSecurityGroupIds: "VpcSecurityGroupIds.VpcSecurityGroupId",
  EnableCloudwatchLogsExports: "EnableCloudwatchLogsExports.member",
};

const PLAIN = new Set([
  "DBInstanceIdentifier",
  "DBInstanceClass",
  "DBSubnetGroupName",
  "DBParameterGroupName",
  "OptionGroupName",
  "AvailabilityZone",
  "MultiAZ",
  "Port",
  "Iops",
  "StorageType",
  "LicenseModel",
  "PubliclyAccessible",
  "AutoMinorVersionUpgrade",
  "CopyTagsToSnapshot",
  "DeletionProtection",
  "EnableIAMDatabaseAuthentication",
]);

/** What describes the source and is not the restore's to choose. */
const IGNORED = new Set(["DBSnapshotIdentifier", "Engine", "EngineVersion", "AllocatedStorage", "Encrypted"]);

/** The restore of RDS that a restore of AWS Backup asks for. Restore testing writes the keys in camel case. */
export function toRdsRestore(
  snapshotArn: string,
  metadata: Readonly<Record<string, string>>,
): URLSearchParams {
  const form = new URLSearchParams({
    Action: "RestoreDBInstanceFromDBSnapshot",
    Version: "2014-10-31",
    DBSnapshotIdentifier: snapshotArn,
  });
  for (const [given, value] of Object.entries(metadata)) {
    const name = canonical(given);
    const list = LISTS[name];
    if (list !== undefined) {
      readList(given, value).forEach((item, index) => form.set(`${list}.${index + 1}`, item));
    } else if (PLAIN.has(name)) {
      form.set(name, value);
    } else if (!IGNORED.has(name)) {
      throw invalidValue(`Invalid restore metadata: ${given} is not a setting of an RDS restore`);
    }
  }
  return form;
}

const canonical = (name: string): string =>
  [...PLAIN, ...IGNORED, ...Object.keys(LISTS)].find((known) => known.toLowerCase() === name.toLowerCase()) ??
  name;

function readList(name: string, value: string): string[] {
  try {
    const parsed: unknown = JSON.parse(value);
    if (Array.isArray(parsed) && parsed.every((item): item is string => typeof item === "string")) {
      return parsed;
    }
  } catch {
    // Falls through to the same refusal as JSON of another kind.
  }
  throw invalidValue(`Invalid restore metadata: ${name} must be a JSON list of strings, got ${value}`);
}
