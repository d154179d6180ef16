import type { BackupJob } from "@aws-sdk/client-backup";
import { z } from "zod";
import { readJson } from "../../gateway/input.ts";
import { describeInstances } from "../rds/automated-backups.ts";
import { parameter, type Actions } from "./actions.ts";
import type { BackupJobs } from "./backup-jobs.ts";
import type { CopyJobs } from "./copy-jobs.ts";
import { invalidRequest, invalidValue, notFound } from "./errors.ts";
import { tellOf } from "./job-news.ts";
import { fits, page } from "./page.ts";
import { requireLifecycle, VAULT_ARN } from "./plan-document.ts";
import type { RestoreJobs } from "./restore-jobs.ts";
import { roleProblem } from "./roles.ts";
import type { BackupContext } from "./state.ts";

const lifecycle = z
  .looseObject({
    DeleteAfterDays: z.number().int().optional(),
    MoveToColdStorageAfterDays: z.number().int().optional(),
  })
  .optional();

const backupInput = z.object({
  BackupVaultName: z.string(),
  ResourceArn: z.string(),
  IamRoleArn: z.string(),
  IdempotencyToken: z.string().optional(),
  StartWindowMinutes: z.number().int().optional(),
  CompleteWindowMinutes: z.number().int().optional(),
  Lifecycle: lifecycle,
  RecoveryPointTags: z.record(z.string(), z.string()).optional(),
});
const copyInput = z.object({
  RecoveryPointArn: z.string(),
  SourceBackupVaultName: z.string(),
  DestinationBackupVaultArn: z.string(),
  IamRoleArn: z.string(),
  IdempotencyToken: z.string().optional(),
  Lifecycle: lifecycle,
});
const restoreInput = z.object({
  RecoveryPointArn: z.string(),
  Metadata: z.record(z.string(), z.string()),
  IamRoleArn: z.string().optional(),
  IdempotencyToken: z.string().optional(),
  ResourceType: z.string().optional(),
});

export interface Jobs {
  readonly backups: BackupJobs;
  readonly copies: CopyJobs;
  readonly restores: RestoreJobs;
}

/** Jobs on demand: a second call with the same token is the same job. */
export function startActions(context: BackupContext, jobs: Jobs): Actions {
  const started = new Map<string, unknown>();
  const once = (region: string, token: string | undefined, start: () => unknown): unknown => {
    const key = `${region}/${token ?? ""}`;
    const reply = (token === undefined ? undefined : started.get(key)) ?? start();
    started.set(key, reply);
    return reply;
  };
  const requireRole = async (arn: string): Promise<void> => {
    const problem = await roleProblem(context.world, arn);
    if (problem !== undefined) {
      throw invalidValue(problem);
    }
  };
  return {
    async StartBackupJob(call) {
      const input = await readJson(call, backupInput);
      const state = context.regions.in(call.region);
      state.vault(input.BackupVaultName);
      requireLifecycle(input.Lifecycle);
      if (!/^arn:aws:rds:[^:]+:\d{12}:db:/.test(input.ResourceArn)) {
        throw invalidValue(`The sandbox backs up RDS instances only, got ${input.ResourceArn}`);
      }
      const instances = await describeInstances(context.world, call.region);
      if (!instances.some(({ DBInstanceArn }) => DBInstanceArn === input.ResourceArn)) {
        throw notFound(`Resource ${input.ResourceArn} does not exist`);
      }
      await requireRole(input.IamRoleArn);
      return once(call.region, input.IdempotencyToken, () => {
        const job = jobs.backups.start(call.region, {
          vaultName: input.BackupVaultName,
          resourceArn: input.ResourceArn,
          roleArn: input.IamRoleArn,
          startWindowMinutes: input.StartWindowMinutes,
          completionWindowMinutes: input.CompleteWindowMinutes,
          lifecycle: input.Lifecycle,
          tags: input.RecoveryPointTags ?? {},
          copyActions: [],
          createdBy: undefined,
        });
        const { BackupJobId, RecoveryPointArn, CreationDate } = job;
        return { BackupJobId, RecoveryPointArn, CreationDate, IsParent: false };
      });
    },
    async StopBackupJob(call) {
      const { backupJobs } = context.regions.in(call.region);
      const id = parameter(call, "backupJobId");
      const job = backupJobs.get(id);
      if (job === undefined) {
        throw notFound(`Backup job ${id} not found`);
      }
      if (job.State !== "CREATED") {
        throw invalidRequest(
          `Backup job ${id} of an RDS instance cannot be stopped once it is ${job.State ?? ""}`,
        );
      }
      const aborted: BackupJob = { ...job, State: "ABORTED", CompletionDate: context.now() };
      backupJobs.set(id, aborted);
      await tellOf(context, call.region, "Backup", aborted, job.BackupVaultName ?? "");
    },
    async StartCopyJob(call) {
      const input = await readJson(call, copyInput);
      const vault = context.regions.in(call.region).vault(input.SourceBackupVaultName);
      requireLifecycle(input.Lifecycle);
      if (!vault.points.has(input.RecoveryPointArn)) {
        throw notFound(`Cannot find recovery point ${input.RecoveryPointArn}`);
      }
      if (!VAULT_ARN.test(input.DestinationBackupVaultArn)) {
        throw invalidValue(`${input.DestinationBackupVaultArn} is not the ARN of a backup vault`);
      }
      await requireRole(input.IamRoleArn);
      return once(call.region, input.IdempotencyToken, () => {
        const { CopyJobId, CreationDate } = jobs.copies.start(call.region, {
          sourceVaultName: input.SourceBackupVaultName,
          recoveryPointArn: input.RecoveryPointArn,
          destinationVaultArn: input.DestinationBackupVaultArn,
          roleArn: input.IamRoleArn,
          lifecycle: input.Lifecycle,
          createdBy: undefined,
          backupJobId: undefined,
        });
        return { CopyJobId, CreationDate, IsParent: false };
      });
    },
    async StartRestoreJob(call) {
      const input = await readJson(call, restoreInput);
      const roleArn = input.IamRoleArn ?? "";
      await requireRole(roleArn);
      return once(call.region, input.IdempotencyToken, () => {
        const { RestoreJobId } = jobs.restores.start(call.region, {
          recoveryPointArn: input.RecoveryPointArn,
          metadata: input.Metadata,
          roleArn,
          createdBy: undefined,
        });
        return { RestoreJobId };
      });
    },
  };
}

const found = <Job>(job: Job | undefined, kind: string, id: string): Job => {
  if (job === undefined) {
    throw notFound(`${kind} job ${id} not found`);
  }
  return job;
};

const validation = z.object({
  ValidationStatus: z.enum(["FAILED", "SUCCESSFUL", "TIMED_OUT", "VALIDATING"]),
  ValidationStatusMessage: z.string().optional(),
});

/** What became of jobs. Newest first, as AWS lists them. */
export function jobActions(context: BackupContext): Actions {
  return {
    DescribeBackupJob(call) {
      const id = parameter(call, "backupJobId");
      return found(context.regions.in(call.region).backupJobs.get(id), "Backup", id);
    },
    ListBackupJobs(call) {
      const jobs = [...context.regions.in(call.region).backupJobs.values()].toReversed().filter((job) =>
        fits(call, {
          resourceArn: job.ResourceArn,
          resourceType: job.ResourceType,
          state: job.State,
          backupVaultName: job.BackupVaultName,
          accountId: job.AccountId,
          createdAfter: job.CreationDate,
          createdBefore: job.CreationDate,
          completeAfter: job.CompletionDate,
          completeBefore: job.CompletionDate,
        }),
      );
      const { items, ...next } = page(call, jobs);
      return { BackupJobs: items, ...next };
    },
    DescribeCopyJob(call) {
      const id = parameter(call, "copyJobId");
      return { CopyJob: found(context.regions.in(call.region).copyJobs.get(id), "Copy", id) };
    },
    ListCopyJobs(call) {
      const jobs = [...context.regions.in(call.region).copyJobs.values()].toReversed().filter((job) =>
        fits(call, {
          resourceArn: job.ResourceArn,
          resourceType: job.ResourceType,
          state: job.State,
          destinationVaultArn: job.DestinationBackupVaultArn,
          accountId: job.AccountId,
          createdAfter: job.CreationDate,
          createdBefore: job.CreationDate,
          completeAfter: job.CompletionDate,
          completeBefore: job.CompletionDate,
        }),
      );
      const { items, ...next } = page(call, jobs);
      return { CopyJobs: items, ...next };
    },
    DescribeRestoreJob(call) {
      const id = parameter(call, "restoreJobId");
      return found(context.regions.in(call.region).restoreJobs.get(id), "Restore", id);
    },
    GetRestoreJobMetadata(call) {
      const id = parameter(call, "restoreJobId");
      const metadata = found(context.regions.in(call.region).restoreMetadata.get(id), "Restore", id);
      return { RestoreJobId: id, Metadata: metadata };
    },
    async PutRestoreValidationResult(call) {
      const { restoreJobs } = context.regions.in(call.region);
      const id = parameter(call, "restoreJobId");
      const job = found(restoreJobs.get(id), "Restore", id);
      restoreJobs.set(id, { ...job, ...(await readJson(call, validation)) });
    },
    ListRestoreJobs(call) {
      const jobs = [...context.regions.in(call.region).restoreJobs.values()].toReversed().filter((job) =>
        fits(call, {
          resourceType: job.ResourceType,
          status: job.Status,
          accountId: job.AccountId,
          restoreTestingPlanArn: job.CreatedBy?.RestoreTestingPlanArn,
          createdAfter: job.CreationDate,
          createdBefore: job.CreationDate,
          completeAfter: job.CompletionDate,
          completeBefore: job.CompletionDate,
        }),
      );
      const { items, ...next } = page(call, jobs);
      return { RestoreJobs: items, ...next };
    },
  };
}
