import { describeInstances } from "../rds/automated-backups.ts";
import type { BackupJobs } from "./backup-jobs.ts";
import { Schedule } from "./cron.ts";
import { DEFAULT_SCHEDULE, DEFAULT_TIMEZONE } from "./plan-document.ts";
import { isSelected } from "./selected-resources.ts";
import { isOptedIn } from "./settings.ts";
import type { BackupContext, Plan, PlanRule } from "./state.ts";

/** Runs the rules of plans when their schedules fire. */
export class PlanSchedules {
  private readonly context: BackupContext;
  private readonly jobs: BackupJobs;

  constructor(context: BackupContext, jobs: BackupJobs) {
    this.context = context;
    this.jobs = jobs;
  }

  /** Schedules the latest version of a plan, and nothing of an earlier one any more. */
  start(plan: Plan): void {
    plan.cancelSchedules();
    const cancels = (plan.versions.at(-1)?.content.Rules ?? []).map((rule) => this.schedule(plan, rule));
    plan.cancelSchedules = () => cancels.forEach((cancel) => cancel());
  }

  private schedule(plan: Plan, rule: PlanRule): () => void {
    const schedule = new Schedule(
      rule.ScheduleExpression ?? DEFAULT_SCHEDULE,
      rule.ScheduleExpressionTimezone ?? DEFAULT_TIMEZONE,
    );
    const state = { cancel: (): void => undefined };
    const arm = (after: Date): void => {
      const due = schedule.next(after);
      if (due !== undefined) {
        state.cancel = this.context.world.clock.at(due, `backup rule ${rule.RuleName ?? ""}`, async () => {
          arm(due);
          await this.fire(plan, rule);
        });
      }
    };
    arm(this.context.now());
    return () => state.cancel();
  }

  private async fire(plan: Plan, rule: PlanRule): Promise<void> {
    const { world } = this.context;
    const state = this.context.regions.in(plan.region);
    if (world.isDown(plan.region)) {
      world.note(`backup rule ${rule.RuleName ?? ""} did not fire: ${plan.region} is down`);
      return;
    }
    if (rule.EnableContinuousBackup === true) {
      world.note(
        `backup rule ${rule.RuleName ?? ""} asks for continuous backups; the sandbox takes snapshots`,
      );
    }
    const instances = await describeInstances(world, plan.region);
    for (const selection of plan.selections.values()) {
      const selected = instances.filter((instance) =>
        isSelected(selection.content, instance, isOptedIn(state.optIns, "RDS")),
      );
      for (const instance of selected) {
        this.jobs.start(plan.region, {
          vaultName: rule.TargetBackupVaultName ?? "",
          resourceArn: instance.DBInstanceArn ?? "",
          roleArn: selection.content.IamRoleArn ?? "",
          startWindowMinutes: rule.StartWindowMinutes,
          completionWindowMinutes: rule.CompletionWindowMinutes,
          lifecycle: rule.Lifecycle,
          tags: rule.RecoveryPointTags ?? {},
          copyActions: rule.CopyActions ?? [],
          createdBy: {
            BackupPlanId: plan.id,
            BackupPlanArn: plan.arn,
            BackupPlanVersion: plan.versions.at(-1)?.id,
            BackupPlanName: plan.versions.at(-1)?.content.BackupPlanName,
            BackupRuleId: rule.RuleId,
            BackupRuleName: rule.RuleName,
            BackupRuleCron: rule.ScheduleExpression,
            BackupRuleTimezone: rule.ScheduleExpressionTimezone,
          },
        });
      }
    }
    plan.lastExecution = this.context.now();
  }
}
