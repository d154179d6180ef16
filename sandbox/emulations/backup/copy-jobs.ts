import { randomUUID } from "node:crypto";
import type { CopyJob, Lifecycle, RecoveryPointCreator } from "@aws-sdk/client-backup";
import { findKey } from "../keys.ts";
import { DURATIONS } from "./durations.ts";
import { tellOf } from "./job-news.ts";
import { VAULT_ARN } from "./plan-document.ts";
import { calculateLifecycle, keepPoint } from "./recovery-points.ts";
import { roleProblem } from "./roles.ts";
import type { BackupContext, Vault } from "./state.ts";
import { retentionProblem } from "./vault-lock.ts";

export interface CopyRequest {
  readonly sourceVaultName: string;
  readonly recoveryPointArn: string;
  readonly destinationVaultArn: string;
  readonly roleArn: string;
  readonly lifecycle: Lifecycle | undefined;
  readonly createdBy: RecoveryPointCreator | undefined;
  readonly backupJobId: string | undefined;
}

interface Run {
  readonly region: string;
  readonly id: string;
  readonly request: CopyRequest;
}

/** Copies of recovery points into other vaults. They have no window: while a region is down they wait (T17). */
export class CopyJobs {
  private readonly context: BackupContext;

  constructor(context: BackupContext) {
    this.context = context;
  }

  start(region: string, request: CopyRequest): CopyJob {
    const uuid = randomUUID();
    const state = this.context.regions.in(region);
    const point = state.vaults.get(request.sourceVaultName)?.points.get(request.recoveryPointArn)?.described;
    const job: CopyJob = {
      AccountId: this.context.world.account,
      CopyJobId: uuid.toUpperCase(),
      SourceBackupVaultArn: this.context.arn(region, `backup-vault:${request.sourceVaultName}`),
      SourceRecoveryPointArn: request.recoveryPointArn,
      DestinationBackupVaultArn: request.destinationVaultArn,
      ResourceArn: point?.ResourceArn,
      ResourceName: point?.ResourceName,
      ResourceType: point?.ResourceType,
      BackupSizeInBytes: point?.BackupSizeInBytes,
      CreationDate: this.context.now(),
      State: "CREATED",
      IamRoleArn: request.roleArn,
      CreatedBy: request.createdBy,
      CreatedByBackupJobId: request.backupJobId,
      IsParent: false,
    };
    const run: Run = { region, id: uuid.toUpperCase(), request };
    state.copyJobs.set(run.id, job);
    this.later(run, DURATIONS.untilStartMs, () => this.begin(run));
    return job;
  }

  private async begin(run: Run): Promise<void> {
    if (this.isInterrupted(run)) {
      return this.later(run, DURATIONS.retryMs, () => this.begin(run));
    }
    const problem = await this.problem(run);
    if (problem !== undefined) {
      return this.end(run, "FAILED", problem);
    }
    await this.change(run, { State: "RUNNING" });
    this.later(run, DURATIONS.copyMs, () => this.complete(run));
  }

  private async complete(run: Run): Promise<void> {
    if (this.isInterrupted(run)) {
      return this.later(run, DURATIONS.retryMs, () => this.complete(run));
    }
    // A vault, a policy or a key can go while the copy is on its way.
    const problem = await this.problem(run);
    const vault = this.destination(run);
    if (problem !== undefined || vault === undefined) {
      return this.end(run, "FAILED", problem ?? "");
    }
    try {
      const arn = await this.copy(run, vault);
      await this.change(run, { DestinationRecoveryPointArn: arn, DestinationEncryptionKeyArn: vault.keyArn });
      return await this.end(run, "COMPLETED");
    } catch (error) {
      return this.end(run, "FAILED", error instanceof Error ? error.message : String(error));
    }
  }

  private async copy(run: Run, vault: Vault): Promise<string> {
    const { request } = run;
    const source = this.context.regions.in(run.region).findPoint(request.recoveryPointArn);
    const snapshot = await this.context.rds.snapshots.copy(
      vault.region,
      this.identifier(run),
      request.recoveryPointArn,
      vault.keyArn,
    );
    const now = this.context.now();
    const created = this.job(run).CreationDate ?? now;
    keepPoint(this.context, vault, {
      ...source?.point.described,
      RecoveryPointArn: snapshot.arn,
      BackupVaultName: vault.name,
      BackupVaultArn: vault.arn,
      SourceBackupVaultArn: source?.vault.arn,
      CreatedBy: request.createdBy,
      IamRoleArn: request.roleArn,
      Status: "COMPLETED",
      CreationDate: created,
      CompletionDate: now,
      Lifecycle: request.lifecycle,
      CalculatedLifecycle: calculateLifecycle(created, request.lifecycle),
      EncryptionKeyArn: vault.keyArn,
      IsEncrypted: true,
    });
    const tags = this.context.regions.in(run.region).tags.get(request.recoveryPointArn) ?? {};
    this.context.regions.in(vault.region).tags.set(snapshot.arn, tags);
    return snapshot.arn;
  }

  private async problem(run: Run): Promise<string | undefined> {
    const { request } = run;
    const { world } = this.context;
    const source = this.context.regions.in(run.region).findPoint(request.recoveryPointArn);
    if (source?.point.described.Status !== "COMPLETED") {
      return `Recovery point ${request.recoveryPointArn} does not exist`;
    }
    const vault = this.destination(run);
    if (vault === undefined) {
      return `Backup vault ${request.destinationVaultArn} does not exist`;
    }
    const key = await findKey(world, vault.region, vault.keyArn);
    if (key?.isUsable !== true) {
      return `The key ${vault.keyArn} of the destination vault is not enabled`;
    }
    const copyArn = `arn:aws:rds:${vault.region}:${world.account}:snapshot:${this.identifier(run)}`;
    return (
      retentionProblem(vault, request.lifecycle) ??
      (await roleProblem(world, request.roleArn, [
        {
          action: "backup:CopyFromBackupVault",
          resource: request.recoveryPointArn,
          policy: source.vault.policy,
          context: { "backup:CopyTargets": [vault.arn] },
        },
        { action: "backup:CopyIntoBackupVault", resource: vault.arn, policy: vault.policy },
        { action: "rds:CopyDBSnapshot", resource: copyArn },
      ]))
    );
  }

  private identifier(run: Run): string {
    return `awsbackup:copyjob-${run.id.toLowerCase()}`;
  }

  private destination(run: Run): Vault | undefined {
    const [, region, account, name = ""] = VAULT_ARN.exec(run.request.destinationVaultArn) ?? [];
    return region === undefined || account !== this.context.world.account
      ? undefined
      : this.context.regions.in(region).vaults.get(name);
  }

  private isInterrupted(run: Run): boolean {
    const [, destination = run.region] = VAULT_ARN.exec(run.request.destinationVaultArn) ?? [];
    return this.context.world.isDown(run.region) || this.context.world.isDown(destination);
  }

  private end(run: Run, state: "COMPLETED" | "FAILED", message?: string): Promise<void> {
    return this.change(run, {
      State: state,
      CompletionDate: this.context.now(),
      ...(message === undefined ? {} : { StatusMessage: message }),
      MessageCategory: state === "COMPLETED" ? "SUCCESS" : "FAILURE",
    });
  }

  private async change(run: Run, patch: CopyJob): Promise<void> {
    const job = { ...this.job(run), ...patch };
    this.context.regions.in(run.region).copyJobs.set(run.id, job);
    if (patch.State !== undefined) {
      const [, , , destination] = VAULT_ARN.exec(run.request.destinationVaultArn) ?? [];
      await tellOf(this.context, run.region, "Copy", job, run.request.sourceVaultName, destination);
    }
  }

  private job(run: Run): CopyJob {
    return this.context.regions.in(run.region).copyJobs.get(run.id) ?? {};
  }

  private later(run: Run, delayMs: number, step: () => Promise<void>): void {
    this.context.world.clock.after(delayMs, `copy job ${run.id}`, step);
  }
}
