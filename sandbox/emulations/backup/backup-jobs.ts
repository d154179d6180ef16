import { randomUUID } from "node:crypto";
import type { BackupJob, CopyAction, Lifecycle, RecoveryPointCreator } from "@aws-sdk/client-backup";
import { describeInstances } from "../rds/automated-backups.ts";
import type { CopyJobs } from "./copy-jobs.ts";
import { DURATIONS } from "./durations.ts";
import { tellOf } from "./job-news.ts";
import { calculateLifecycle, keepPoint, removePoint } from "./recovery-points.ts";
import { roleProblem } from "./roles.ts";
import type { BackupContext, Vault } from "./state.ts";
import { retentionProblem } from "./vault-lock.ts";

export interface BackupRequest {
  readonly vaultName: string;
  readonly resourceArn: string;
  readonly roleArn: string;
  readonly startWindowMinutes: number | undefined;
  readonly completionWindowMinutes: number | undefined;
  readonly lifecycle: Lifecycle | undefined;
  readonly tags: Readonly<Record<string, string>>;
  readonly copyActions: readonly CopyAction[];
  readonly createdBy: RecoveryPointCreator | undefined;
}

/** A job on its way: what it was asked for, and what is known of it now. */
interface Run {
  readonly region: string;
  readonly id: string;
  readonly request: BackupRequest;
}

const DEFAULT_START_MINUTES = 480;
const DEFAULT_COMPLETION_MINUTES = 10_080;
const GIB = 2 ** 30;

/** Backups of databases, which take time and can fail. */
export class BackupJobs {
  private readonly context: BackupContext;
  private readonly copies: CopyJobs;

  constructor(context: BackupContext, copies: CopyJobs) {
    this.context = context;
    this.copies = copies;
  }

  /** Creates a job; the rest happens on the clock. */
  start(region: string, request: BackupRequest): BackupJob {
    const uuid = randomUUID();
    const now = this.context.now();
    const startMinutes = request.startWindowMinutes ?? DEFAULT_START_MINUTES;
    const completionMinutes = request.completionWindowMinutes ?? DEFAULT_COMPLETION_MINUTES;
    const job: BackupJob = {
      AccountId: this.context.world.account,
      BackupJobId: uuid.toUpperCase(),
      BackupVaultName: request.vaultName,
      BackupVaultArn: this.context.arn(region, `backup-vault:${request.vaultName}`),
      RecoveryPointArn: `arn:aws:rds:${region}:${this.context.world.account}:snapshot:awsbackup:job-${uuid}`,
      ResourceArn: request.resourceArn,
      ResourceName: request.resourceArn.split(":").at(-1),
      ResourceType: "RDS",
      CreationDate: now,
      StartBy: new Date(now.getTime() + startMinutes * 60_000),
      ExpectedCompletionDate: new Date(now.getTime() + completionMinutes * 60_000),
      State: "CREATED",
      PercentDone: "0.0",
      IamRoleArn: request.roleArn,
      CreatedBy: request.createdBy,
      IsParent: false,
    };
    const run: Run = { region, id: uuid.toUpperCase(), request };
    this.context.regions.in(region).backupJobs.set(run.id, job);
    this.later(run, DURATIONS.untilStartMs, () => this.begin(run));
    return job;
  }

  private async begin(run: Run): Promise<void> {
    const job = this.job(run);
    if (job.State !== "CREATED") {
      return;
    }
    if (this.context.world.isDown(run.region)) {
      const isTooLate = this.context.now() >= (job.StartBy ?? this.context.now());
      return isTooLate
        ? this.end(run, "EXPIRED", "Backup job expired before it could start")
        : this.later(run, DURATIONS.retryMs, () => this.begin(run));
    }
    const vault = this.context.regions.in(run.region).vaults.get(run.request.vaultName);
    const problem = await this.problem(run, vault);
    if (vault === undefined || problem !== undefined) {
      return this.end(run, "FAILED", problem ?? "");
    }
    try {
      await this.takeSnapshot(run, vault);
    } catch (error) {
      return this.end(run, "FAILED", error instanceof Error ? error.message : String(error));
    }
    await this.change(run, { State: "RUNNING", PercentDone: "0.0", InitiationDate: this.context.now() });
    this.later(run, DURATIONS.backupMs, () => this.complete(run));
  }

  private async problem(run: Run, vault: Vault | undefined): Promise<string | undefined> {
    if (vault === undefined) {
      return `Backup vault ${run.request.vaultName} does not exist`;
    }
    const instances = await describeInstances(this.context.world, run.region);
    if (!instances.some(({ DBInstanceArn }) => DBInstanceArn === run.request.resourceArn)) {
      return `The resource ${run.request.resourceArn} does not exist`;
    }
    return (
      retentionProblem(vault, run.request.lifecycle) ??
      (await roleProblem(this.context.world, run.request.roleArn, [
        { action: "rds:CreateDBSnapshot", resource: run.request.resourceArn },
        { action: "rds:CreateDBSnapshot", resource: this.job(run).RecoveryPointArn ?? "" },
      ]))
    );
  }

  private async takeSnapshot(run: Run, vault: Vault): Promise<void> {
    const { RecoveryPointArn = "", ResourceArn, ResourceName, CreatedBy, IamRoleArn } = this.job(run);
    const identifier = RecoveryPointArn.slice(RecoveryPointArn.indexOf("awsbackup:"));
    const snapshot = await this.context.rds.snapshots.take(run.region, identifier, ResourceName ?? "");
    const now = this.context.now();
    keepPoint(this.context, vault, {
      RecoveryPointArn,
      BackupVaultName: vault.name,
      BackupVaultArn: vault.arn,
      ResourceArn,
      ResourceName,
      ResourceType: "RDS",
      CreatedBy,
      IamRoleArn,
      Status: "CREATING",
      CreationDate: now,
      InitiationDate: now,
      BackupSizeInBytes: 0,
      Lifecycle: run.request.lifecycle,
      CalculatedLifecycle: calculateLifecycle(now, run.request.lifecycle),
      // A database keeps its own key: only a copy gets the vault's (T18).
      EncryptionKeyArn: snapshot.kmsKeyArn,
      IsEncrypted: snapshot.kmsKeyArn !== undefined,
      StorageClass: "WARM",
      IsParent: false,
      VaultType: "BACKUP_VAULT",
    });
    this.context.regions.in(run.region).tags.set(RecoveryPointArn, run.request.tags);
    await this.change(run, {
      EncryptionKeyArn: snapshot.kmsKeyArn,
      IsEncrypted: snapshot.kmsKeyArn !== undefined,
      BackupSizeInBytes: snapshot.allocatedStorageGiB * GIB,
      RecoveryPointLifecycle: run.request.lifecycle,
    });
  }

  private async complete(run: Run): Promise<void> {
    const job = this.job(run);
    const { vaults } = this.context.regions.in(run.region);
    const vault = vaults.get(run.request.vaultName);
    const point = vault?.points.get(job.RecoveryPointArn ?? "");
    if (vault === undefined || point === undefined) {
      return this.end(run, "FAILED", "The recovery point was lost before it was complete");
    }
    if (this.context.now() > (job.ExpectedCompletionDate ?? this.context.now())) {
      await removePoint(this.context, vault, job.RecoveryPointArn ?? "");
      return this.end(run, "EXPIRED", "Backup job expired before completion");
    }
    if (this.context.world.isDown(run.region)) {
      return this.later(run, DURATIONS.retryMs, () => this.complete(run));
    }
    keepPoint(this.context, vault, {
      ...point.described,
      Status: "COMPLETED",
      CompletionDate: this.context.now(),
      BackupSizeInBytes: job.BackupSizeInBytes,
    });
    await this.end(run, "COMPLETED");
    for (const action of run.request.copyActions) {
      this.copies.start(run.region, {
        sourceVaultName: vault.name,
        recoveryPointArn: job.RecoveryPointArn ?? "",
        destinationVaultArn: action.DestinationBackupVaultArn ?? "",
        roleArn: run.request.roleArn,
        lifecycle: action.Lifecycle,
        createdBy: run.request.createdBy,
        backupJobId: run.id,
      });
    }
  }

  private end(run: Run, state: "COMPLETED" | "FAILED" | "EXPIRED", message?: string): Promise<void> {
    return this.change(run, {
      State: state,
      CompletionDate: this.context.now(),
      ...(state === "COMPLETED" ? { PercentDone: "100.0" } : {}),
      ...(message === undefined ? {} : { StatusMessage: message }),
      MessageCategory: state === "COMPLETED" ? "SUCCESS" : "FAILURE",
    });
  }

  private async change(run: Run, patch: BackupJob): Promise<void> {
    const job = { ...this.job(run), ...patch };
    this.context.regions.in(run.region).backupJobs.set(run.id, job);
    if (patch.State !== undefined) {
      await tellOf(this.context, run.region, "Backup", job, run.request.vaultName);
    }
  }

  private job(run: Run): BackupJob {
    return this.context.regions.in(run.region).backupJobs.get(run.id) ?? {};
  }

  private later(run: Run, delayMs: number, step: () => Promise<void>): void {
    this.context.world.clock.after(delayMs, `backup job ${run.id}`, step);
  }
}
