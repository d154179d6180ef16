import { DescribeDBInstancesCommand, RDSClient, type DBInstance } from "@aws-sdk/client-rds";
import { PerRegion, type World } from "../../gateway/emulation.ts";
import { AwsError } from "../../gateway/reply.ts";
import { opaqueId, type Instances } from "./instances.ts";
import { ReplicatedBackup } from "./replicated-backup.ts";
import type { Snapshots } from "./snapshots.ts";

const LONGEST_RETENTION_DAYS = 35;
const DEFAULT_RETENTION_DAYS = 7;

/** Automated backups: those of the region's own instances, and those that are replicated into it. */
export class AutomatedBackups {
  private readonly regions = new PerRegion(() => new Map<string, ReplicatedBackup>());
  private readonly world: World;
  private readonly instances: Instances;
  private readonly snapshots: Snapshots;

  constructor(world: World, instances: Instances, snapshots: Snapshots) {
    this.world = world;
    this.instances = instances;
    this.snapshots = snapshots;
  }

  /** StartDBInstanceAutomatedBackupsReplication, which is called in the destination. */
  async start(region: string, form: URLSearchParams): Promise<ReplicatedBackup> {
    const sourceArn = form.get("SourceDBInstanceArn") ?? "";
    const source = await this.readSource(region, sourceArn);
    const [, , , sourceRegion = ""] = sourceArn.split(":");
    const retentionDays = Number(form.get("BackupRetentionPeriod") ?? DEFAULT_RETENTION_DAYS);
    if (!Number.isInteger(retentionDays) || retentionDays < 1 || retentionDays > LONGEST_RETENTION_DAYS) {
      throw new AwsError(
        "InvalidParameterValue",
        `The backup retention period must be between 1 and ${LONGEST_RETENTION_DAYS} days.`,
      );
    }
    const kmsKeyArn = form.get("KmsKeyId") ?? undefined;
    if (source.StorageEncrypted === true && kmsKeyArn === undefined) {
      throw new AwsError(
        "InvalidParameterCombination",
        "KmsKeyId is required to replicate the backups of an encrypted DB instance.",
      );
    }
    await this.snapshots.requireUsableKey(region, kmsKeyArn);
    const identifier = source.DBInstanceIdentifier ?? "";
    const { resourceId, createdAt } = this.instances.record(sourceRegion, identifier);
    const arn = this.arn(region, resourceId);
    if (this.regions.in(region).get(arn)?.status === "replicating") {
      throw new AwsError(
        "InvalidDBInstanceState",
        `The automated backups of ${identifier} are replicated to ${region} already.`,
      );
    }
    this.drop(region, arn);
    const backup = new ReplicatedBackup(this.world, {
      arn,
      region,
      sourceRegion,
      source,
      sourceResourceId: resourceId,
      sourceCreatedAt: createdAt,
      kmsKeyArn,
      retentionDays,
    });
    this.regions.in(region).set(arn, backup);
    return backup;
  }

  /** StopDBInstanceAutomatedBackupsReplication: what has arrived is retained. */
  stop(region: string, sourceArn: string): ReplicatedBackup {
    const backup = this.all().find(
      ({ props }) => props.region === region && props.source.DBInstanceArn === sourceArn,
    );
    if (backup?.status !== "replicating") {
      throw new AwsError(
        "DBInstanceNotFound",
        `DBInstance ${sourceArn} is not replicated to ${region}.`,
        404,
      );
    }
    this.retain(backup);
    return backup;
  }

  /** What has been replicated into the region. */
  in(region: string): ReplicatedBackup[] {
    return [...this.regions.in(region).values()];
  }

  find(region: string, arn: string): ReplicatedBackup | undefined {
    return this.regions.in(region).get(arn);
  }

  /** DeleteDBInstanceAutomatedBackup. */
  drop(region: string, arn: string): void {
    this.regions.in(region).get(arn)?.remove();
    this.regions.in(region).delete(arn);
  }

  /** ARNs of the backups that an instance is replicated to. */
  replicasOf(region: string, resourceId: string): string[] {
    return this.all()
      .filter(
        ({ props, status }) =>
          status === "replicating" && props.sourceRegion === region && props.sourceResourceId === resourceId,
      )
      .map(({ props }) => props.arn);
  }

  sourceDeleted(region: string, resourceId: string, deletesBackups: boolean): void {
    for (const backup of this.all()) {
      if (backup.props.sourceRegion === region && backup.props.sourceResourceId === resourceId) {
        if (deletesBackups) {
          this.drop(backup.props.region, backup.props.arn);
        } else {
          this.retain(backup);
        }
      }
    }
  }

  /** A key that protects the source, or what has arrived, can't be used any more (T26). */
  keyLost(keyArn: string): void {
    this.all()
      .filter(({ props }) => props.kmsKeyArn === keyArn || props.source.KmsKeyId === keyArn)
      .forEach((backup) => backup.stopSilently());
  }

  arn(region: string, resourceId: string): string {
    const id = opaqueId(`${region}/${resourceId}`).toLowerCase();
    return `arn:aws:rds:${region}:${this.world.account}:auto-backup:ab-${id}`;
  }

  private retain(backup: ReplicatedBackup): void {
    backup.retain(() => this.drop(backup.props.region, backup.props.arn));
  }

  private all(): ReplicatedBackup[] {
    return [...this.regions.entries()].flatMap(([, backups]) => [...backups.values()]);
  }

  private async readSource(region: string, arn: string): Promise<DBInstance> {
    const [, , , sourceRegion = "", , , identifier = ""] = arn.split(":");
    if (sourceRegion === "" || identifier === "") {
      throw new AwsError("InvalidParameterValue", `${arn} is not the ARN of a DB instance.`);
    }
    if (sourceRegion === region) {
      throw new AwsError("InvalidParameterValue", "The source must be in another region.");
    }
    const source = this.world.isDown(sourceRegion)
      ? undefined
      : (await describeInstances(this.world, sourceRegion)).find(
          ({ DBInstanceArn }) => DBInstanceArn === arn,
        );
    if (source === undefined) {
      throw new AwsError("DBInstanceNotFound", `DBInstance ${identifier} not found.`, 404);
    }
    if ((source.BackupRetentionPeriod ?? 0) === 0) {
      throw new AwsError("InvalidDBInstanceState", `Automated backups of ${identifier} are off.`);
    }
    return source;
  }
}

export async function describeInstances(world: World, region: string): Promise<DBInstance[]> {
  const client = new RDSClient(world.moto.client(region));
  const { DBInstances = [] } = await client.send(new DescribeDBInstancesCommand({}));
  return DBInstances;
}
