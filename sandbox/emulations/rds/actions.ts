import type { World } from "../../gateway/emulation.ts";
import { AwsError } from "../../gateway/reply.ts";
import { findKey } from "../keys.ts";
import type { AutomatedBackups } from "./automated-backups.ts";
import { describeAutomatedBackups, ofReplica, replications } from "./describe-automated-backups.ts";
import type { Instances } from "./instances.ts";
import { type LengthyChanges, withInstances } from "./lengthy-changes.ts";
import type { ManagedPassword } from "./managed-password.ts";
import { resultOf, type MotoRds } from "./moto-rds.ts";
import type { PointInTimeRestore } from "./restore-point-in-time.ts";
import type { SnapshotRestore } from "./restore-snapshot.ts";
import { isBackupSnapshot, toAwsName, toMotoName } from "./snapshot-names.ts";
import { nameOf, type Snapshots } from "./snapshots.ts";
import { inner, mapElements, structure, withText } from "./xml.ts";

export interface RdsParts {
  readonly world: World;
  readonly moto: MotoRds;
  readonly instances: Instances;
  readonly lengthy: LengthyChanges;
  readonly snapshots: Snapshots;
  readonly backups: AutomatedBackups;
  readonly password: ManagedPassword;
  readonly snapshotRestore: SnapshotRestore;
  readonly pointInTimeRestore: PointInTimeRestore;
}

/** moto's own, but for the names of instances and snapshots, which differ in requests and replies. */
const RENAMED: ReadonlySet<string> = new Set([
  "AddTagsToResource",
  "CreateDBInstanceReadReplica",
  "DescribeDBSnapshotAttributes",
  "ListTagsForResource",
  "ModifyDBSnapshotAttribute",
  "RebootDBInstance",
  "RemoveTagsFromResource",
  "StartDBInstance",
  "StopDBInstance",
]);

type Handler = (region: string, form: URLSearchParams) => Promise<string>;

/** RDS's actions: moto's, corrected and completed. Each resolves with the markup of its result. */
export class RdsActions {
  private readonly parts: RdsParts;
  private readonly handlers: Readonly<Record<string, Handler>> = {
    CreateDBInstance: (region, form) => this.create(region, form),
    ModifyDBInstance: (region, form) => this.modify(region, form),
    DeleteDBInstance: (region, form) => this.deleteInstance(region, form),
    DescribeDBInstances: (region, form) => this.describeInstances(region, form),
    RestoreDBInstanceFromDBSnapshot: (region, form) =>
      this.restored(region, form, this.parts.snapshotRestore),
    RestoreDBInstanceToPointInTime: (region, form) =>
      this.restored(region, form, this.parts.pointInTimeRestore),
    CreateDBSnapshot: (region, form) => this.takeSnapshot(region, form),
    CopyDBSnapshot: (region, form) => this.copySnapshot(region, form),
    DeleteDBSnapshot: (region, form) => this.deleteSnapshot(region, form),
    DescribeDBSnapshots: (region, form) => this.describeSnapshots(region, form),
    StartDBInstanceAutomatedBackupsReplication: async (region, form) =>
      automatedBackup(ofReplica(await this.parts.backups.start(region, form))),
    StopDBInstanceAutomatedBackupsReplication: async (region, form) =>
      automatedBackup(ofReplica(this.parts.backups.stop(region, form.get("SourceDBInstanceArn") ?? ""))),
    DescribeDBInstanceAutomatedBackups: async (region, form) =>
      `<DBInstanceAutomatedBackups>${await describeAutomatedBackups(this.parts.world, region, form, this.parts.backups, this.parts.instances)}</DBInstanceAutomatedBackups>`,
    DeleteDBInstanceAutomatedBackup: (region, form) => this.deleteAutomatedBackup(region, form),
  };

  constructor(parts: RdsParts) {
    this.parts = parts;
  }

  knows(action: string): boolean {
    return Object.hasOwn(this.handlers, action) || RENAMED.has(action);
  }

  async perform(region: string, action: string, given: URLSearchParams): Promise<string> {
    const form = new URLSearchParams(
      [...given].map(([name, value]): [string, string] => [name, toMotoName(value)]),
    );
    this.parts.lengthy.refuse(region, action, form);
    const result = await (this.handlers[action]?.(region, form) ?? this.ask(region, form));
    const completed = this.complete(region, result);
    // What describes the deleted is needed for the reply.
    this.forget(region, form, completed);
    return action === "DescribeDBInstances"
      ? withInstances(completed, this.parts.lengthy.leaving(region, form))
      : completed;
  }

  private async ask(region: string, form: URLSearchParams): Promise<string> {
    return resultOf(await this.parts.moto.post(region, form), form.get("Action") ?? "");
  }

  private complete(region: string, result: string): string {
    const { instances, lengthy, snapshots, backups } = this.parts;
    const completed = mapElements(result, "DBInstance", (markup) => {
      const instance = lengthy.complete(region, instances.complete(region, markup));
      const replicas = backups.replicasOf(region, inner(instance, "DbiResourceId") ?? "");
      const listed = replicas.map((arn) => structure({ DBInstanceAutomatedBackupsArn: arn }));
      return replicas.length === 0 ? instance : instance + replications(listed);
    });
    return toAwsName(mapElements(completed, "DBSnapshot", (markup) => snapshots.complete(region, markup)));
  }

  private forget(region: string, form: URLSearchParams, completed: string): void {
    if (form.get("Action") === "DeleteDBInstance") {
      this.parts.lengthy.deleted(region, inner(completed, "DBInstance") ?? "");
      this.parts.instances.remove(region, form.get("DBInstanceIdentifier") ?? "");
    } else if (form.get("Action") === "DeleteDBSnapshot") {
      this.parts.snapshots.forget(region, form.get("DBSnapshotIdentifier") ?? "");
    }
  }

  private async create(region: string, given: URLSearchParams): Promise<string> {
    const form = await this.withDefaults(region, given);
    return this.created(region, form, await this.ask(region, form));
  }

  private async restored(
    region: string,
    form: URLSearchParams,
    restore: SnapshotRestore | PointInTimeRestore,
  ): Promise<string> {
    return this.created(region, form, `<DBInstance>${await restore.restore(region, form)}</DBInstance>`);
  }

  private async created(region: string, form: URLSearchParams, result: string): Promise<string> {
    this.parts.instances.created(region, inner(result, "DBInstanceIdentifier") ?? "", form);
    await this.parts.password.fill(region, form, result);
    return result;
  }

  /** What AWS fills in where moto has a placeholder. */
  private async withDefaults(region: string, given: URLSearchParams): Promise<URLSearchParams> {
    const form = new URLSearchParams(given);
    if (form.get("StorageEncrypted") === "true" && !form.has("KmsKeyId")) {
      form.set("KmsKeyId", (await findKey(this.parts.world, region, "alias/aws/rds"))?.arn ?? "");
    }
    if (form.get("Engine") === "postgres" && !form.has("LicenseModel")) {
      form.set("LicenseModel", "postgresql-license");
    }
    await this.parts.snapshots.requireUsableKey(region, form.get("KmsKeyId") ?? undefined);
    return form;
  }

  private async modify(region: string, given: URLSearchParams): Promise<string> {
    const identifier = given.get("DBInstanceIdentifier") ?? "";
    const form = await this.parts.password.withoutNeedlessChange(region, given);
    const hadTwoZones = await this.hasTwoZones(region, identifier);
    const result = await this.ask(region, form);
    if (!hadTwoZones && inner(result, "MultiAZ") === "true") {
      this.parts.lengthy.converted(region, inner(result, "DBInstance") ?? "");
    }
    this.parts.instances.keepSettings(region, identifier, form);
    const renamed = form.get("NewDBInstanceIdentifier");
    if (renamed !== null) {
      this.parts.instances.rename(region, identifier, renamed);
    }
    await this.parts.password.fill(region, form, result);
    return result;
  }

  private async hasTwoZones(region: string, identifier: string): Promise<boolean> {
    const { moto } = this.parts;
    const described = await moto.call(region, "DescribeDBInstances", { DBInstanceIdentifier: identifier });
    return inner(described, "MultiAZ") === "true";
  }

  private async describeInstances(region: string, form: URLSearchParams): Promise<string> {
    try {
      return await this.ask(region, this.byIdentifier(region, form));
    } catch (error) {
      if (this.parts.lengthy.leaving(region, form).length === 0) throw error;
      return "<DBInstances></DBInstances>";
    }
  }

  private async deleteInstance(region: string, form: URLSearchParams): Promise<string> {
    const identifier = form.get("DBInstanceIdentifier") ?? "";
    const result = await this.ask(region, form);
    const { resourceId } = this.parts.instances.record(region, identifier);
    const finalSnapshot = form.get("FinalDBSnapshotIdentifier");
    if (finalSnapshot !== null) {
      this.parts.snapshots.taken(region, finalSnapshot, identifier);
    }
    this.parts.backups.sourceDeleted(region, resourceId, form.get("DeleteAutomatedBackups") !== "false");
    return result;
  }

  /** moto has one resource id for all: asked by resource id, it is asked by identifier. */
  private byIdentifier(region: string, given: URLSearchParams): URLSearchParams {
    const filter = [...given].find(([, value]) => value === "dbi-resource-id")?.[0].replace(/Name$/, "");
    if (filter === undefined) {
      return given;
    }
    return new URLSearchParams(
      [...given].map(([name, value]): [string, string] => {
        if (name === `${filter}Name`) {
          return [name, "db-instance-id"];
        }
        return name.startsWith(`${filter}Values`)
          ? [name, this.parts.instances.identifierOf(region, value) ?? value]
          : [name, value];
      }),
    );
  }

  private async takeSnapshot(region: string, form: URLSearchParams): Promise<string> {
    const identifier = form.get("DBSnapshotIdentifier") ?? "";
    refuseReserved(identifier);
    const result = await this.ask(region, form);
    this.parts.snapshots.taken(region, identifier, form.get("DBInstanceIdentifier") ?? "");
    return result;
  }

  private async copySnapshot(region: string, form: URLSearchParams): Promise<string> {
    const identifier = form.get("TargetDBSnapshotIdentifier") ?? "";
    refuseReserved(identifier);
    await this.parts.snapshots.requireUsableKey(region, form.get("KmsKeyId") ?? undefined);
    const result = await this.ask(region, form);
    this.parts.snapshots.copied(region, identifier, form.get("SourceDBSnapshotIdentifier") ?? "");
    return result;
  }

  private async deleteSnapshot(region: string, form: URLSearchParams): Promise<string> {
    const identifier = form.get("DBSnapshotIdentifier") ?? "";
    if (isBackupSnapshot(identifier)) {
      throw new AwsError(
        "InvalidDBSnapshotState",
        `${toAwsName(identifier)} is managed by AWS Backup and can only be deleted through AWS Backup.`,
      );
    }
    return this.ask(region, form);
  }

  /** moto knows the snapshots of AWS Backup as manual ones, and finds none by its ARN. */
  private async describeSnapshots(region: string, given: URLSearchParams): Promise<string> {
    const type = given.get("SnapshotType");
    const form = new URLSearchParams(given);
    const identifier = given.get("DBSnapshotIdentifier");
    if (type === "awsbackup") {
      form.delete("SnapshotType");
    }
    if (identifier !== null) {
      form.set("DBSnapshotIdentifier", toMotoName(nameOf(identifier)));
    }
    const result = await this.ask(region, form);
    return type === null
      ? result
      : mapElements(result, "DBSnapshot", (markup) =>
          isBackupSnapshot(inner(markup, "DBSnapshotIdentifier") ?? "") === (type === "awsbackup")
            ? markup
            : "",
        ).replaceAll("<DBSnapshot></DBSnapshot>", "");
  }

  private async deleteAutomatedBackup(region: string, form: URLSearchParams): Promise<string> {
    const arn = form.get("DBInstanceAutomatedBackupsArn") ?? "";
    const backup =
      this.parts.backups.find(region, arn) ??
      this.parts.backups.in(region).find(({ props }) => props.sourceResourceId === form.get("DbiResourceId"));
    if (backup === undefined) {
      throw new AwsError("DBInstanceAutomatedBackupNotFound", `No automated backup ${arn} was found.`, 404);
    }
    this.parts.backups.drop(region, backup.props.arn);
    return automatedBackup(withText(ofReplica(backup), "Status", "deleting"));
  }
}

const automatedBackup = (markup: string): string =>
  `<DBInstanceAutomatedBackup>${markup}</DBInstanceAutomatedBackup>`;

function refuseReserved(identifier: string): void {
  if (isBackupSnapshot(identifier)) {
    throw new AwsError(
      "InvalidParameterValue",
      `${toAwsName(identifier)} is a name that only AWS Backup gives.`,
    );
  }
}
