import { z } from "zod";
import { Schedule } from "./cron.ts";
import { invalidValue } from "./errors.ts";

const lifecycle = z.looseObject({
  DeleteAfterDays: z.number().int().optional(),
  MoveToColdStorageAfterDays: z.number().int().optional(),
});

export const ruleSchema = z.looseObject({
  RuleName: z.string().regex(/^[a-zA-Z0-9\-_.]{1,50}$/),
  TargetBackupVaultName: z.string(),
  ScheduleExpression: z.string().optional(),
  ScheduleExpressionTimezone: z.string().optional(),
  StartWindowMinutes: z.number().int().optional(),
  CompletionWindowMinutes: z.number().int().optional(),
  EnableContinuousBackup: z.boolean().optional(),
  Lifecycle: lifecycle.optional(),
  RecoveryPointTags: z.record(z.string(), z.string()).optional(),
  CopyActions: z
    .array(z.looseObject({ DestinationBackupVaultArn: z.string(), Lifecycle: lifecycle.optional() }))
    .optional(),
});

export const planSchema = z.looseObject({
  BackupPlanName: z.string().regex(/^[a-zA-Z0-9\-_.]{1,50}$/),
  Rules: z.array(ruleSchema).min(1),
});

export type PlanDocument = z.output<typeof planSchema>;
export type LifecycleInput = z.output<typeof lifecycle>;

/** T16: the least that AWS Backup takes for the start window, and for what completion must exceed it by. */
const LEAST_WINDOW_MINUTES = 60;
const LONGEST_CONTINUOUS_DAYS = 35;
const COLD_STORAGE_DAYS = 90;

/** Refuses what AWS Backup refuses when a plan is created or changed. */
export function requirePlan(plan: PlanDocument): void {
  for (const rule of plan.Rules) {
    const { RuleName, StartWindowMinutes: start = 480, CompletionWindowMinutes: completion = 10_080 } = rule;
    const refuse = (isWrong: boolean, message: string): void => {
      if (isWrong) {
        throw invalidValue(`Error in rule ${RuleName}: ${message}`);
      }
    };
    const problem = scheduleProblem(rule.ScheduleExpression, rule.ScheduleExpressionTimezone);
    refuse(problem !== undefined, `Invalid cron expression: ${problem ?? ""}`);
    refuse(start < LEAST_WINDOW_MINUTES, `StartWindowMinutes must be at least ${LEAST_WINDOW_MINUTES}`);
    refuse(
      completion < start + LEAST_WINDOW_MINUTES,
      `CompletionWindowMinutes must exceed StartWindowMinutes by at least ${LEAST_WINDOW_MINUTES}`,
    );
    refuse(
      rule.EnableContinuousBackup === true &&
        (rule.Lifecycle?.DeleteAfterDays ?? Number.POSITIVE_INFINITY) > LONGEST_CONTINUOUS_DAYS,
      `continuous backups are kept from 1 to ${LONGEST_CONTINUOUS_DAYS} days`,
    );
    [rule.Lifecycle, ...(rule.CopyActions ?? []).map((action) => action.Lifecycle)].forEach(requireLifecycle);
    refuse(
      rule.CopyActions?.some(
        ({ DestinationBackupVaultArn }) => !VAULT_ARN.test(DestinationBackupVaultArn),
      ) === true,
      "DestinationBackupVaultArn is not the ARN of a backup vault",
    );
  }
}

export const VAULT_ARN = /^arn:aws:backup:([a-z0-9-]+):(\d{12}):backup-vault:([a-zA-Z0-9\-_]{2,50})$/;

export function requireLifecycle(lifecycle: LifecycleInput | undefined): void {
  const { DeleteAfterDays: days, MoveToColdStorageAfterDays: cold } = lifecycle ?? {};
  if (days !== undefined && days < 1) {
    throw invalidValue("DeleteAfterDays must be at least 1");
  }
  if (days !== undefined && cold !== undefined && days < cold + COLD_STORAGE_DAYS) {
    throw invalidValue(
      `DeleteAfterDays cannot be less than ${COLD_STORAGE_DAYS} days apart from MoveToColdStorageAfterDays`,
    );
  }
}

/** AWS's own, when a rule has none. */
export const DEFAULT_SCHEDULE = "cron(0 5 ? * * *)";
export const DEFAULT_TIMEZONE = "Etc/UTC";

export function scheduleProblem(
  expression = DEFAULT_SCHEDULE,
  timezone = DEFAULT_TIMEZONE,
): string | undefined {
  try {
    new Schedule(expression, timezone).next(new Date());
    return undefined;
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  }
}
