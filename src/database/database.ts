import { CloudwatchLogGroup } from "@cdktf/provider-aws/lib/cloudwatch-log-group/index.js";
import { DbInstance } from "@cdktf/provider-aws/lib/db-instance/index.js";
import { DbParameterGroup } from "@cdktf/provider-aws/lib/db-parameter-group/index.js";
import { DbSubnetGroup } from "@cdktf/provider-aws/lib/db-subnet-group/index.js";
import { SecurityGroup } from "@cdktf/provider-aws/lib/security-group/index.js";
import { VpcSecurityGroupIngressRule } from "@cdktf/provider-aws/lib/vpc-security-group-ingress-rule/index.js";
import { Fn, TerraformResource } from "cdktf";
import { Construct } from "constructs";
import type { RecoveryPoint } from "../activation/schema.ts";
import type { Keys } from "../encryption/keys.ts";
import type { Names } from "../naming/names.ts";
import type { Network } from "../network/network.ts";
import type { AlarmDefinition, Thresholds, Watched } from "../observability/alarm.ts";
import { databaseAlarms } from "./alarms.ts";
import type { DatabaseConfig } from "./schema.ts";
import { identifierOf, sourceOf } from "./source.ts";
import { sizedFor } from "./storage.ts";

interface DatabaseProps {
  readonly config: DatabaseConfig;
  readonly names: Names;
  readonly network: Network;
  readonly keys: Keys;
  /** What the database is restored from; without one it starts empty. */
  readonly recoveryPoint: RecoveryPoint | undefined;
  /** Whatever database is there stays, whether it was restored or not; only for one that nothing replaces. */
  readonly keepsIdentity: boolean;
}

const PORT = 5432;
const EXPORTED_LOGS = ["postgresql", "upgrade"];

/** The retention that costs nothing, in Performance Insights and in its successor, the standard mode of Database Insights. */
const INSIGHTS_RETENTION_DAYS = 7;

/** A restore or a second zone for a large volume takes longer than the 40 minutes that the provider waits. */
const PATIENCE = { create: "3h", update: "3h", delete: "2h" };

/** PostgreSQL that only admitted security groups reach, over TLS only; at one address whatever protects it (T24). */
export class Database extends Construct implements Watched {
  readonly identifier: string;
  readonly arn: string;
  /** Host and port, as Terraform knows them. */
  readonly endpoint: string;
  readonly address: string;
  readonly port = PORT;
  readonly databaseName: string;
  readonly subnetGroupName: string;
  /** Secret with user and password; RDS makes and rotates it (T6). */
  readonly secretArn: string;
  readonly securityGroupId: string;

  private readonly config: DatabaseConfig;

  constructor(scope: Construct, id: string, given: DatabaseProps) {
    super(scope, id);
    const props = { ...given, config: sizedFor(given.config, given.recoveryPoint?.storageGiB) };
    const { config, names } = props;
    const identifier = identifierOf(names, props.recoveryPoint);
    this.config = config;
    this.securityGroupId = this.addSecurityGroup(props).id;

    const subnetGroup = this.addSubnetGroup(props);
    const instance = this.addInstance(props, identifier, subnetGroup);
    this.subnetGroupName = subnetGroup.name;
    this.identifier = instance.identifier;
    this.arn = instance.arn;
    this.endpoint = instance.endpoint;
    this.address = instance.address;
    this.databaseName = config.name;
    this.secretArn = instance.masterUserSecret.get(0).secretArn;
  }

  /** Lets a security group connect. */
  admit(id: string, securityGroupId: string): void {
    new VpcSecurityGroupIngressRule(this, id, {
      securityGroupId: this.securityGroupId,
      description: `PostgreSQL from ${id}`,
      referencedSecurityGroupId: securityGroupId,
      ipProtocol: "tcp",
      fromPort: PORT,
      toPort: PORT,
    });
  }

  alarms(thresholds: Thresholds): readonly AlarmDefinition[] {
    return databaseAlarms(this.identifier, this.config, thresholds);
  }

  private addSecurityGroup({ names, network }: DatabaseProps): SecurityGroup {
    return new SecurityGroup(this, "access", {
      name: names.of("database"),
      description: "Who may connect to the database",
      vpcId: network.vpcId,
      tags: { Name: names.of("database") },
    });
  }

  private addInstance(props: DatabaseProps, identifier: string, subnetGroup: DbSubnetGroup): DbInstance {
    const { config, names, keepsIdentity } = props;
    const incarnation = this.addIncarnation(props, identifier);
    return new DbInstance(this, "instance", {
      identifier,
      instanceClass: config.instanceClass,
      multiAz: config.multiAz,
      ...sourceOf(config, props.recoveryPoint),
      applyImmediately: config.applyImmediately,
      ...this.engine(props),
      ...storage(props),
      ...this.reach(subnetGroup),
      ...credentials(props),
      ...backups(props),
      ...insights(props),
      // A name used twice fails the deletion: this one changes with every instance that ever bears the identifier.
      finalSnapshotIdentifier: `${names.of("database-final")}-${Fn.substr(incarnation.getStringAttribute("id"), 0, 8)}`,
      enabledCloudwatchLogsExports: EXPORTED_LOGS,
      tags: { Name: names.of("database") },
      timeouts: PATIENCE,
      lifecycle: {
        // A replacement that can't be made must not cost the original.
        createBeforeDestroy: true,
        preventDestroy: config.preventDestroy,
        // Terraform would rename a restored database whose recovery point has left the configuration, data and all.
        ...(!keepsIdentity && { replaceTriggeredBy: [`terraform_data.${incarnation.friendlyUniqueId}`] }),
        ...ignoring(othersDecide(props)),
      },
      // RDS would make the log groups itself, without key and retention.
      dependsOn: EXPORTED_LOGS.map((log) => this.addLogGroup(log, identifier, props)),
    });
  }

  private engine({ config, names }: DatabaseProps) {
    return {
      engine: "postgres",
      autoMinorVersionUpgrade: true,
      // Only a new major version in the file ever asks for it.
      allowMajorVersionUpgrade: true,
      parameterGroupName: this.addParameterGroup(config, names).name,
    };
  }

  private addParameterGroup(config: DatabaseConfig, names: Names): DbParameterGroup {
    const family = `postgres${config.engineVersion}`;
    const parameters = { ...config.parameters, "rds.force_ssl": "1" };
    return new DbParameterGroup(this, "parameters", {
      // The family in the name lets a major upgrade make the new group before the old one goes.
      name: names.of(family),
      family,
      description: `Parameters of ${names.of("database")}`,
      // Static parameters take nothing else, and RDS reports it for every value that equals the default.
      parameter: Object.entries(parameters)
        .sort(([a], [b]) => (a < b ? -1 : 1))
        .map(([name, value]) => ({ name, value, applyMethod: "pending-reboot" })),
      tags: { Name: names.of(family) },
      lifecycle: { createBeforeDestroy: true },
    });
  }

  private addSubnetGroup({ names, network }: DatabaseProps): DbSubnetGroup {
    return new DbSubnetGroup(this, "subnets", {
      name: names.of("database"),
      description: `Database subnets of ${names.prefix}`,
      subnetIds: [...network.databaseSubnetIds],
      tags: { Name: names.of("database") },
    });
  }

  private reach(subnetGroup: DbSubnetGroup) {
    return {
      dbSubnetGroupName: subnetGroup.name,
      vpcSecurityGroupIds: [this.securityGroupId],
      publiclyAccessible: false,
      port: PORT,
    };
  }

  /** Stands for the instance that bears the identifier: replaced with it. */
  private addIncarnation({ keepsIdentity }: DatabaseProps, identifier: string): TerraformResource {
    // CDKTF's own DataResource starts a terraform process at every synthesis, to ask its version.
    const incarnation = new TerraformResource(this, "incarnation", {
      terraformResourceType: "terraform_data",
    });
    incarnation.addOverride("triggers_replace", identifier);
    if (keepsIdentity) incarnation.addOverride("lifecycle.ignore_changes", ["triggers_replace"]);
    return incarnation;
  }

  private addLogGroup(
    log: string,
    identifier: string,
    { config, keys, keepsIdentity }: DatabaseProps,
  ): CloudwatchLogGroup {
    return new CloudwatchLogGroup(this, `${log}-log`, {
      // RDS derives the name from the identifier and takes no other.
      name: `/aws/rds/instance/${identifier}/${log}`,
      retentionInDays: config.logRetentionDays,
      kmsKeyId: keys.telemetry.arn,
      ...(keepsIdentity && { lifecycle: { ignoreChanges: ["name"] } }),
    });
  }
}

/** What tells one database from another: a change of it makes a new one. */
const IDENTITY = ["identifier", "snapshot_identifier", "restore_to_point_in_time"];

/** Arguments that Terraform sets once and then leaves to others. */
function* othersDecide({ config, keepsIdentity }: DatabaseProps): Generator<string> {
  // A continuous backup is RDS's own: AWS Backup sets its window and retention, and Terraform would set them back.
  if (config.backup.enabled && config.backup.continuous) yield* ["backup_window", "backup_retention_period"];
  // A record that is taken away must not cost the database that it named (T24).
  if (keepsIdentity) yield* IDENTITY;
}

function ignoring(changes: Iterable<string>): { ignoreChanges?: string[] } {
  const ignoreChanges = [...changes];
  return ignoreChanges.length === 0 ? {} : { ignoreChanges };
}

function storage({ config, keys }: DatabaseProps) {
  return {
    storageType: "gp3",
    ...(config.maxStorageGiB !== undefined && { maxAllocatedStorage: config.maxStorageGiB }),
    storageEncrypted: true,
    kmsKeyId: keys.data.arn,
  };
}

function credentials({ keys }: DatabaseProps) {
  return {
    manageMasterUserPassword: true,
    masterUserSecretKmsKeyId: keys.data.arn,
  };
}

function backups({ config }: DatabaseProps) {
  return {
    backupRetentionPeriod: config.backupRetentionDays,
    backupWindow: config.backupWindow,
    maintenanceWindow: config.maintenanceWindow,
    copyTagsToSnapshot: true,
    deletionProtection: config.deletionProtection,
    skipFinalSnapshot: !config.finalSnapshot,
    // The default deletes the point-in-time history with the instance (T25).
    deleteAutomatedBackups: !config.retainAutomatedBackups,
  };
}

/** Every instance class of PostgreSQL has them; only MySQL and MariaDB lack them on the smallest. */
function insights({ config, keys }: DatabaseProps) {
  if (!config.performanceInsights) return { performanceInsightsEnabled: false };
  return {
    performanceInsightsEnabled: true,
    performanceInsightsKmsKeyId: keys.data.arn,
    performanceInsightsRetentionPeriod: INSIGHTS_RETENTION_DAYS,
  };
}
