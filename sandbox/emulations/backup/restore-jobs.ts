import { randomUUID } from "node:crypto";
import type { DescribeRestoreJobOutput, RestoreJobCreator } from "@aws-sdk/client-backup";
import { inner } from "../rds/xml.ts";
import { DURATIONS } from "./durations.ts";
import { notFound } from "./errors.ts";
import { tellOf } from "./job-news.ts";
import { toRdsRestore } from "./restore-metadata.ts";
import { roleProblem } from "./roles.ts";
import type { BackupContext } from "./state.ts";

export interface RestoreRequest {
  readonly recoveryPointArn: string;
  readonly metadata: Readonly<Record<string, string>>;
  readonly roleArn: string;
  readonly createdBy: RestoreJobCreator | undefined;
}

interface Run {
  readonly region: string;
  readonly id: string;
  readonly request: RestoreRequest;
  readonly vaultName: string;
  /** Runs when the job has ended, well or not. */
  readonly ended: (job: DescribeRestoreJobOutput) => Promise<void>;
}

/** Restores of databases through AWS Backup. */
export class RestoreJobs {
  private readonly context: BackupContext;

  constructor(context: BackupContext) {
    this.context = context;
  }

  /** Creates a job. Throws when there is no such recovery point, or the metadata makes no sense. */
  start(
    region: string,
    request: RestoreRequest,
    ended: Run["ended"] = async () => undefined,
  ): DescribeRestoreJobOutput {
    const state = this.context.regions.in(region);
    const found = state.findPoint(request.recoveryPointArn);
    if (found?.point.described.Status !== "COMPLETED") {
      throw notFound(`Cannot find recovery point ${request.recoveryPointArn}`);
    }
    toRdsRestore(request.recoveryPointArn, request.metadata);
    const { described } = found.point;
    const id = randomUUID().toUpperCase();
    const job: DescribeRestoreJobOutput = {
      AccountId: this.context.world.account,
      RestoreJobId: id,
      RecoveryPointArn: request.recoveryPointArn,
      SourceResourceArn: described.ResourceArn,
      BackupVaultArn: found.vault.arn,
      CreationDate: this.context.now(),
      Status: "PENDING",
      PercentDone: "0.00%",
      BackupSizeInBytes: described.BackupSizeInBytes,
      IamRoleArn: request.roleArn,
      ExpectedCompletionTimeMinutes: DURATIONS.restoreMs / 60_000,
      ResourceType: described.ResourceType,
      RecoveryPointCreationDate: described.CreationDate,
      CreatedBy: request.createdBy,
    };
    const run: Run = { region, id, request, vaultName: found.vault.name, ended };
    state.restoreJobs.set(id, job);
    state.restoreMetadata.set(id, request.metadata);
    this.later(run, DURATIONS.untilStartMs, () => this.begin(run));
    return job;
  }

  private async begin(run: Run): Promise<void> {
    if (this.context.world.isDown(run.region)) {
      return this.later(run, DURATIONS.retryMs, () => this.begin(run));
    }
    try {
      const problem = await roleProblem(this.context.world, run.request.roleArn, [
        { action: "rds:RestoreDBInstanceFromDBSnapshot", resource: run.request.recoveryPointArn },
      ]);
      if (problem !== undefined) {
        return await this.end(run, "FAILED", problem);
      }
      const form = toRdsRestore(run.request.recoveryPointArn, run.request.metadata);
      const created = await this.context.rds.actions.perform(
        run.region,
        "RestoreDBInstanceFromDBSnapshot",
        form,
      );
      this.change(run, { CreatedResourceArn: inner(created, "DBInstanceArn") });
    } catch (error) {
      return this.end(run, "FAILED", error instanceof Error ? error.message : String(error));
    }
    this.change(run, { Status: "RUNNING" });
    await this.tell(run);
    this.later(run, DURATIONS.restoreMs, () => this.complete(run));
    return undefined;
  }

  private async complete(run: Run): Promise<void> {
    const vault = this.context.regions.in(run.region).vaults.get(run.vaultName);
    const point = vault?.points.get(run.request.recoveryPointArn);
    if (vault !== undefined && point !== undefined) {
      const described = { ...point.described, LastRestoreTime: this.context.now() };
      vault.points.set(run.request.recoveryPointArn, { ...point, described });
    }
    await this.end(run, "COMPLETED");
  }

  private async end(run: Run, status: "COMPLETED" | "FAILED", message?: string): Promise<void> {
    this.change(run, {
      Status: status,
      CompletionDate: this.context.now(),
      ...(status === "COMPLETED" ? { PercentDone: "100.00%" } : {}),
      ...(message === undefined ? {} : { StatusMessage: message }),
    });
    await this.tell(run);
    await run.ended(this.job(run));
  }

  private tell(run: Run): Promise<void> {
    return tellOf(this.context, run.region, "Restore", this.job(run), run.vaultName);
  }

  private change(run: Run, patch: DescribeRestoreJobOutput): void {
    this.context.regions.in(run.region).restoreJobs.set(run.id, { ...this.job(run), ...patch });
  }

  private job(run: Run): DescribeRestoreJobOutput {
    return this.context.regions.in(run.region).restoreJobs.get(run.id) ?? {};
  }

  private later(run: Run, delayMs: number, step: () => Promise<void>): void {
    this.context.world.clock.after(delayMs, `restore job ${run.id}`, step);
  }
}
