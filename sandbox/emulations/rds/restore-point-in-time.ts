import type { DBInstance } from "@aws-sdk/client-rds";
import type { World } from "../../gateway/emulation.ts";
import { AwsError } from "../../gateway/reply.ts";
import { describeInstances, type AutomatedBackups } from "./automated-backups.ts";
import type { Instances } from "./instances.ts";
import { resultOf, type MotoRds } from "./moto-rds.ts";
import { defaultSubnetGroup } from "./restore-snapshot.ts";
import type { Snapshots } from "./snapshots.ts";
import { inner } from "./xml.ts";

interface Origin {
  readonly instance: DBInstance;
  readonly kmsKeyArn: string | undefined;
  readonly window: { readonly earliest: Date; readonly latest: Date } | undefined;
}

const DAY_MS = 86_400_000;

/** Parameters that say what to restore, not what the new instance is like. */
const SELECTS = /^(Action|Version|Source.*|TargetDBInstanceIdentifier|RestoreTime|UseLatestRestorableTime)$/;

/**
 * RestoreDBInstanceToPointInTime. moto's own marks the new instance as a read replica of the source, and knows neither
 * restore windows nor replicated backups. Here it is a new instance like the source, as the log says it was.
 */
export class PointInTimeRestore {
  private readonly world: World;
  private readonly moto: MotoRds;
  private readonly instances: Instances;
  private readonly snapshots: Snapshots;
  private readonly backups: AutomatedBackups;

  constructor(
    world: World,
    parts: {
      readonly moto: MotoRds;
      readonly instances: Instances;
      readonly snapshots: Snapshots;
      readonly backups: AutomatedBackups;
    },
  ) {
    this.world = world;
    this.moto = parts.moto;
    this.instances = parts.instances;
    this.snapshots = parts.snapshots;
    this.backups = parts.backups;
  }

  /** Resolves with moto's description of the new instance. */
  async restore(region: string, form: URLSearchParams): Promise<string> {
    const origin = await this.origin(region, form);
    requireTime(form, origin.window);
    await this.snapshots.requireUsableKey(region, origin.kmsKeyArn);
    const settings = [...form].filter(([name]) => !SELECTS.test(name));
    const creation = new URLSearchParams([
      ["Action", "CreateDBInstance"],
      ["Version", "2014-10-31"],
      ["DBInstanceIdentifier", form.get("TargetDBInstanceIdentifier") ?? ""],
    ]);
    inherited(origin).forEach(([name, value]) => creation.set(name, value));
    settings.forEach(([name, value]) => creation.set(name, value));
    if (!creation.has("DBSubnetGroupName")) {
      creation.set("DBSubnetGroupName", await defaultSubnetGroup(this.world, this.moto, region));
    }
    return inner(resultOf(await this.moto.post(region, creation), "CreateDBInstance"), "DBInstance") ?? "";
  }

  private async origin(region: string, form: URLSearchParams): Promise<Origin> {
    const backupArn = form.get("SourceDBInstanceAutomatedBackupsArn");
    const replica = backupArn === null ? undefined : this.backups.find(region, backupArn);
    if (replica !== undefined) {
      return {
        instance: replica.props.source,
        kmsKeyArn: replica.props.kmsKeyArn,
        window: replica.restoreWindow(),
      };
    }
    const instance = (await describeInstances(this.world, region)).find((candidate) => {
      const identifier = candidate.DBInstanceIdentifier ?? "";
      const { resourceId } = this.instances.record(region, identifier);
      return backupArn === null
        ? identifier === form.get("SourceDBInstanceIdentifier")?.toLowerCase() ||
            resourceId === form.get("SourceDbiResourceId")
        : this.backups.arn(region, resourceId) === backupArn;
    });
    if (instance === undefined) {
      throw backupArn === null
        ? new AwsError("DBInstanceNotFound", "The source DB instance was not found.", 404)
        : new AwsError(
            "DBInstanceAutomatedBackupNotFound",
            `No automated backup ${backupArn} was found.`,
            404,
          );
    }
    return { instance, kmsKeyArn: instance.KmsKeyId, window: this.ownWindow(region, instance) };
  }

  private ownWindow(region: string, instance: DBInstance): Origin["window"] {
    const identifier = instance.DBInstanceIdentifier ?? "";
    const retentionMs = (instance.BackupRetentionPeriod ?? 0) * DAY_MS;
    if (retentionMs === 0) {
      throw new AwsError("PointInTimeRestoreNotEnabled", `Automated backups of ${identifier} are off.`);
    }
    const { createdAt } = this.instances.record(region, identifier);
    const earliestMs = Math.max(createdAt.getTime(), this.world.clock.now().getTime() - retentionMs);
    return {
      earliest: new Date(earliestMs),
      latest: this.instances.latestRestorableTime(region, identifier),
    };
  }
}

function requireTime(form: URLSearchParams, window: Origin["window"]): void {
  const time = form.get("RestoreTime");
  const usesLatest = form.get("UseLatestRestorableTime") === "true";
  if ((time !== null) === usesLatest) {
    throw new AwsError(
      "InvalidParameterCombination",
      "Specify either RestoreTime or UseLatestRestorableTime.",
    );
  }
  if (window === undefined) {
    throw new AwsError("InvalidDBInstanceAutomatedBackupState", "The backup has no restorable time yet.");
  }
  const at = time === null ? window.latest : new Date(time);
  // Clients write the time without fractions of a second.
  if (at.getTime() < Math.floor(window.earliest.getTime() / 1000) * 1000 || at > window.latest) {
    throw new AwsError(
      "InvalidParameterValue",
      `The restore time must be between ${window.earliest.toISOString()} and ${window.latest.toISOString()}.`,
    );
  }
}

/** What the new instance takes from the source when the restore does not say otherwise. */
function inherited({ instance, kmsKeyArn }: Origin): [string, string][] {
  const values = {
    DBInstanceClass: instance.DBInstanceClass,
    Engine: instance.Engine,
    EngineVersion: instance.EngineVersion,
    AllocatedStorage: instance.AllocatedStorage,
    StorageType: instance.StorageType,
    Iops: instance.Iops,
    StorageThroughput: instance.StorageThroughput,
    MasterUsername: instance.MasterUsername,
    DBName: instance.DBName,
    Port: instance.DbInstancePort,
    LicenseModel: instance.LicenseModel,
    BackupRetentionPeriod: instance.BackupRetentionPeriod,
    PreferredBackupWindow: instance.PreferredBackupWindow,
    PreferredMaintenanceWindow: instance.PreferredMaintenanceWindow,
    StorageEncrypted: instance.StorageEncrypted,
    KmsKeyId: kmsKeyArn,
  };
  return Object.entries(values).flatMap(([name, value]): [string, string][] =>
    value === undefined ? [] : [[name, String(value)]],
  );
}
