import type { DBInstance } from "@aws-sdk/client-rds";
import type { World } from "../../gateway/emulation.ts";
import { AwsError } from "../../gateway/reply.ts";
import { describeInstances, type AutomatedBackups } from "./automated-backups.ts";
import type { Instances } from "./instances.ts";
import type { ReplicatedBackup } from "./replicated-backup.ts";
import { inner, structure } from "./xml.ts";

/** DescribeDBInstanceAutomatedBackups: the region's own backups and those that are replicated into it, as markup. */
export async function describeAutomatedBackups(
  world: World,
  region: string,
  form: URLSearchParams,
  backups: AutomatedBackups,
  instances: Instances,
): Promise<string> {
  const own = (await describeInstances(world, region))
    .filter(({ BackupRetentionPeriod = 0 }) => BackupRetentionPeriod > 0)
    .map((instance) => ofInstance(region, instance, backups, instances));
  const all = [...own, ...backups.in(region).map(ofReplica)];
  const found = all.filter((markup) =>
    asked(form).every(([name, values]) => values.includes(inner(markup, name) ?? "")),
  );
  const arn = form.get("DBInstanceAutomatedBackupsArn");
  if (found.length === 0 && arn !== null) {
    throw new AwsError("DBInstanceAutomatedBackupNotFound", `No automated backup for ${arn} was found.`, 404);
  }
  return found.map((markup) => `<DBInstanceAutomatedBackup>${markup}</DBInstanceAutomatedBackup>`).join("");
}

export const ofReplica = (backup: ReplicatedBackup): string => {
  const { props } = backup;
  return (
    structure({
      ...common(props.source),
      DBInstanceAutomatedBackupsArn: props.arn,
      DbiResourceId: props.sourceResourceId,
      Region: props.sourceRegion,
      Status: backup.status,
      InstanceCreateTime: props.sourceCreatedAt,
      Encrypted: props.kmsKeyArn !== undefined,
      KmsKeyId: props.kmsKeyArn,
      BackupRetentionPeriod: props.retentionDays,
    }) + restoreWindow(backup.restoreWindow())
  );
};

function ofInstance(
  region: string,
  instance: DBInstance,
  backups: AutomatedBackups,
  instances: Instances,
): string {
  const identifier = instance.DBInstanceIdentifier ?? "";
  const { resourceId, createdAt } = instances.record(region, identifier);
  const replicas = backups
    .replicasOf(region, resourceId)
    .map((arn) => structure({ DBInstanceAutomatedBackupsArn: arn }));
  return (
    structure({
      ...common(instance),
      DBInstanceAutomatedBackupsArn: backups.arn(region, resourceId),
      DbiResourceId: resourceId,
      Region: region,
      Status: "active",
      InstanceCreateTime: createdAt,
      Encrypted: instance.StorageEncrypted,
      KmsKeyId: instance.KmsKeyId,
      BackupRetentionPeriod: instance.BackupRetentionPeriod,
    }) +
    restoreWindow({ earliest: createdAt, latest: instances.latestRestorableTime(region, identifier) }) +
    replications(replicas)
  );
}

export const replications = (replicas: readonly string[]): string =>
  `<DBInstanceAutomatedBackupsReplications>${replicas
    .map(
      (markup) => `<DBInstanceAutomatedBackupsReplication>${markup}</DBInstanceAutomatedBackupsReplication>`,
    )
    .join("")}</DBInstanceAutomatedBackupsReplications>`;

const common = (instance: DBInstance) => ({
  DBInstanceArn: instance.DBInstanceArn,
  DBInstanceIdentifier: instance.DBInstanceIdentifier,
  AllocatedStorage: instance.AllocatedStorage,
  Port: instance.DbInstancePort,
  AvailabilityZone: instance.AvailabilityZone,
  VpcId: instance.DBSubnetGroup?.VpcId,
  MasterUsername: instance.MasterUsername,
  Engine: instance.Engine,
  EngineVersion: instance.EngineVersion,
  LicenseModel: instance.LicenseModel,
  Iops: instance.Iops,
  StorageType: instance.StorageType,
  IAMDatabaseAuthenticationEnabled: instance.IAMDatabaseAuthenticationEnabled,
  OptionGroupName: instance.OptionGroupMemberships?.[0]?.OptionGroupName,
  BackupTarget: "region",
});

const restoreWindow = (window: { readonly earliest: Date; readonly latest: Date } | undefined): string =>
  window === undefined
    ? ""
    : `<RestoreWindow>${structure({ EarliestTime: window.earliest, LatestTime: window.latest })}</RestoreWindow>`;

const FILTERS: Readonly<Record<string, string>> = {
  status: "Status",
  "db-instance-id": "DBInstanceIdentifier",
  "dbi-resource-id": "DbiResourceId",
};

/** What the caller wants to see: elements, and the values that they may have. */
function asked(form: URLSearchParams): [string, string[]][] {
  const named = ["DBInstanceAutomatedBackupsArn", "DBInstanceIdentifier", "DbiResourceId"].flatMap(
    (name): [string, string[]][] => {
      const value = form.get(name);
      return value === null ? [] : [[name, [value]]];
    },
  );
  const filters = [...form].flatMap(([key, name]): [string, string[]][] => {
    const number = /^Filters\.Filter\.(\d+)\.Name$/.exec(key)?.[1];
    const element = FILTERS[name];
    const values = [...form].filter(([other]) => other.startsWith(`Filters.Filter.${number ?? ""}.Values.`));
    return number === undefined || element === undefined ? [] : [[element, values.map(([, value]) => value)]];
  });
  return [...named, ...filters];
}
