import { PerRegion, type World } from "../../gateway/emulation.ts";
import { AwsError } from "../../gateway/reply.ts";
import { findKey } from "../keys.ts";
import type { Instances } from "./instances.ts";
import type { MotoRds } from "./moto-rds.ts";
import { isBackupSnapshot, toAwsName, toMotoName } from "./snapshot-names.ts";
import { inner, withText } from "./xml.ts";

interface SnapshotRecord {
  readonly createdAt: Date;
  /** When the data was as the snapshot has it; a copy keeps it. */
  readonly originalAt: Date;
  readonly resourceId: string;
  readonly instanceCreatedAt: Date;
}

/** A snapshot as AWS describes it, in the part that AWS Backup needs. */
export interface Snapshot {
  readonly arn: string;
  readonly identifier: string;
  readonly kmsKeyArn: string | undefined;
  readonly allocatedStorageGiB: number;
  readonly engine: string;
}

/** Snapshots of databases: moto's, with times of the sandbox's clock, and with those of AWS Backup among them. */
export class Snapshots {
  private readonly regions = new PerRegion(() => new Map<string, SnapshotRecord>());
  private readonly world: World;
  private readonly moto: MotoRds;
  private readonly instances: Instances;

  constructor(world: World, moto: MotoRds, instances: Instances) {
    this.world = world;
    this.moto = moto;
    this.instances = instances;
  }

  /** Takes a snapshot of an instance. `identifier` may be one that only AWS Backup can give. */
  async take(region: string, identifier: string, instance: string): Promise<Snapshot> {
    const result = await this.moto.call(region, "CreateDBSnapshot", {
      DBSnapshotIdentifier: toMotoName(identifier),
      DBInstanceIdentifier: instance,
    });
    this.taken(region, identifier, instance);
    return read(result);
  }

  /** Copies a snapshot into a region, encrypted with a key of that region. */
  async copy(region: string, identifier: string, sourceArn: string, kmsKeyArn: string): Promise<Snapshot> {
    await this.requireUsableKey(region, kmsKeyArn);
    const result = await this.moto.call(region, "CopyDBSnapshot", {
      SourceDBSnapshotIdentifier: toMotoName(sourceArn),
      TargetDBSnapshotIdentifier: toMotoName(identifier),
      SourceRegion: sourceArn.split(":")[3],
      KmsKeyId: kmsKeyArn,
      CopyTags: true,
    });
    this.copied(region, identifier, sourceArn);
    return read(result);
  }

  async delete(region: string, identifier: string): Promise<void> {
    await this.moto.call(region, "DeleteDBSnapshot", { DBSnapshotIdentifier: toMotoName(identifier) });
    this.forget(region, identifier);
  }

  taken(region: string, identifier: string, instance: string): void {
    const { resourceId, createdAt } = this.instances.record(region, instance);
    const now = this.world.clock.now();
    this.put(region, identifier, {
      createdAt: now,
      originalAt: now,
      resourceId,
      instanceCreatedAt: createdAt,
    });
  }

  copied(region: string, identifier: string, source: string): void {
    const [, , , sourceRegion = region] = source.split(":");
    const original = this.regions.in(sourceRegion).get(nameOf(source));
    const now = this.world.clock.now();
    this.put(region, identifier, {
      createdAt: now,
      originalAt: original?.originalAt ?? now,
      resourceId: original?.resourceId ?? "",
      instanceCreatedAt: original?.instanceCreatedAt ?? now,
    });
  }

  forget(region: string, identifier: string): void {
    this.regions.in(region).delete(nameOf(identifier));
  }

  /** A description of moto's with what moto lacks. */
  complete(region: string, markup: string): string {
    const identifier = inner(markup, "DBSnapshotIdentifier") ?? "";
    const typed = isBackupSnapshot(identifier) ? withText(markup, "SnapshotType", "awsbackup") : markup;
    const record = this.regions.in(region).get(nameOf(identifier)) ?? this.automated(region, markup);
    return Object.entries({
      SnapshotCreateTime: record.createdAt.toISOString(),
      OriginalSnapshotCreateTime: record.originalAt.toISOString(),
      InstanceCreateTime: record.instanceCreatedAt.toISOString(),
      DbiResourceId: record.resourceId,
      PercentProgress: "100",
    }).reduce((xml, [name, value]) => withText(xml, name, value), typed);
  }

  /** RDS refuses to use what a disabled or deleted key protects. */
  async requireUsableKey(region: string, kmsKeyId: string | undefined): Promise<void> {
    if (kmsKeyId === undefined) {
      return;
    }
    const key = await findKey(this.world, region, kmsKeyId);
    if (key === undefined || !key.isUsable) {
      throw new AwsError(
        "KMSKeyNotAccessibleFault",
        `The specified KMS key [${kmsKeyId}] does not exist, is not enabled or you do not have permissions to access it.`,
      );
    }
  }

  /** moto takes one by itself when an instance is created. */
  private automated(region: string, markup: string): SnapshotRecord {
    const { resourceId, createdAt } = this.instances.record(
      region,
      inner(markup, "DBInstanceIdentifier") ?? "",
    );
    return { createdAt, originalAt: createdAt, resourceId, instanceCreatedAt: createdAt };
  }

  private put(region: string, identifier: string, record: SnapshotRecord): void {
    this.regions.in(region).set(nameOf(identifier), record);
  }
}

/** The name that an ARN ends with, or the name itself, as AWS writes it. */
export const nameOf = (identifierOrArn: string): string =>
  toAwsName(identifierOrArn.replace(/^arn:.*?:snapshot:/, "")).toLowerCase();

const read = (result: string): Snapshot => ({
  arn: toAwsName(inner(result, "DBSnapshotArn") ?? ""),
  identifier: toAwsName(inner(result, "DBSnapshotIdentifier") ?? ""),
  kmsKeyArn: inner(result, "KmsKeyId"),
  allocatedStorageGiB: Number(inner(result, "AllocatedStorage") ?? 0),
  engine: inner(result, "Engine") ?? "",
});
