import { randomUUID } from "node:crypto";
import type {
  DescribeRecoveryPointOutput,
  DescribeRestoreJobOutput,
  RestoreTestingSelectionForGet,
} from "@aws-sdk/client-backup";
import { describeInstances } from "../rds/automated-backups.ts";
import { Schedule } from "./cron.ts";
import { DEFAULT_TIMEZONE } from "./plan-document.ts";
import type { RestoreJobs } from "./restore-jobs.ts";
import { restoreMetadata } from "./restore-metadata.ts";
import { like } from "./selected-resources.ts";
import type { BackupContext, RestoreTestingPlan } from "./state.ts";

const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;

/** Restores on a schedule what a restore testing plan selects, and deletes it when its time for validation is over. */
export class RestoreTestingRuns {
  private readonly context: BackupContext;
  private readonly jobs: RestoreJobs;

  constructor(context: BackupContext, jobs: RestoreJobs) {
    this.context = context;
    this.jobs = jobs;
  }

  start(region: string, plan: RestoreTestingPlan): void {
    plan.cancelSchedule();
    const { ScheduleExpression = "", ScheduleExpressionTimezone = DEFAULT_TIMEZONE } = plan.described;
    const schedule = new Schedule(ScheduleExpression, ScheduleExpressionTimezone);
    const arm = (after: Date): void => {
      const due = schedule.next(after);
      if (due !== undefined) {
        const name = `restore testing plan ${plan.described.RestoreTestingPlanName ?? ""}`;
        plan.cancelSchedule = this.context.world.clock.at(due, name, async () => {
          arm(due);
          await this.fire(region, plan);
        });
      }
    };
    arm(this.context.now());
  }

  private async fire(region: string, plan: RestoreTestingPlan): Promise<void> {
    plan.described = { ...plan.described, LastExecutionTime: this.context.now() };
    for (const selection of plan.selections.values()) {
      for (const point of await this.points(region, plan, selection)) {
        this.restore(region, plan, selection, point);
      }
    }
  }

  private restore(
    region: string,
    plan: RestoreTestingPlan,
    selection: RestoreTestingSelectionForGet,
    point: DescribeRecoveryPointOutput,
  ): void {
    const request = {
      recoveryPointArn: point.RecoveryPointArn ?? "",
      roleArn: selection.IamRoleArn ?? "",
      metadata: {
        ...restoreMetadata(point),
        ...selection.RestoreMetadataOverrides,
        DBInstanceIdentifier: `awsbackup-restore-test-${randomUUID()}`,
      },
      createdBy: { RestoreTestingPlanArn: plan.described.RestoreTestingPlanArn },
    };
    try {
      this.jobs.start(region, request, (job) =>
        this.ended(region, job, selection.ValidationWindowHours ?? 0),
      );
    } catch (error) {
      this.context.world.note(
        `restore test not started: ${error instanceof Error ? error.message : String(error)}`,
      );
    }
  }

  private async ended(region: string, job: DescribeRestoreJobOutput, validationHours: number): Promise<void> {
    const { restoreJobs } = this.context.regions.in(region);
    const id = job.RestoreJobId ?? "";
    const identifier = job.CreatedResourceArn?.split(":").at(-1);
    if (identifier === undefined) {
      return;
    }
    restoreJobs.set(id, { ...job, ValidationStatus: validationHours > 0 ? "VALIDATING" : undefined });
    const remove = async (): Promise<void> => {
      const form = new URLSearchParams({
        Action: "DeleteDBInstance",
        Version: "2014-10-31",
        DBInstanceIdentifier: identifier,
        SkipFinalSnapshot: "true",
      });
      const deletion = await this.context.rds.actions.perform(region, "DeleteDBInstance", form).then(
        () => ({ DeletionStatus: "SUCCESSFUL" as const }),
        (error: unknown) => ({ DeletionStatus: "FAILED" as const, DeletionStatusMessage: String(error) }),
      );
      const last = restoreJobs.get(id);
      const isUnanswered = last?.ValidationStatus === "VALIDATING";
      restoreJobs.set(id, {
        ...last,
        ...(isUnanswered ? { ValidationStatus: "TIMED_OUT" } : {}),
        ...deletion,
      });
    };
    this.context.world.clock.after(validationHours * HOUR_MS, `delete restore test ${identifier}`, remove);
  }

  /** One recovery point for each resource that the selection protects. */
  private async points(
    region: string,
    plan: RestoreTestingPlan,
    selection: RestoreTestingSelectionForGet,
  ): Promise<DescribeRecoveryPointOutput[]> {
    const {
      Algorithm,
      IncludeVaults = [],
      ExcludeVaults = [],
      SelectionWindowDays = 30,
    } = plan.described.RecoveryPointSelection ?? {};
    const sinceMs = this.context.now().getTime() - SelectionWindowDays * DAY_MS;
    const points = [...this.context.regions.in(region).vaults.values()]
      .filter(({ arn }) => IncludeVaults.some((vault) => like(vault, arn)))
      .filter(({ arn }) => !ExcludeVaults.some((vault) => like(vault, arn)))
      .flatMap((vault) => [...vault.points.values()].map(({ described }) => described))
      .filter(
        ({ Status, CreationDate }) => Status === "COMPLETED" && (CreationDate?.getTime() ?? 0) >= sinceMs,
      )
      .filter(({ ResourceType }) => ResourceType === selection.ProtectedResourceType);
    const tagged = await this.fitsConditions(selection);
    const { ProtectedResourceArns: arns = ["*"] } = selection;
    const resources = new Set(points.map(({ ResourceArn = "" }) => ResourceArn));
    return [...resources]
      .filter((arn) => (arns.includes("*") || arns.includes(arn)) && tagged(arn))
      .flatMap((arn) => {
        const candidates = points
          .filter(({ ResourceArn }) => ResourceArn === arn)
          .toSorted((a, b) => (b.CreationDate?.getTime() ?? 0) - (a.CreationDate?.getTime() ?? 0));
        const place =
          Algorithm === "LATEST_WITHIN_WINDOW" ? 0 : Math.floor(Math.random() * candidates.length);
        return candidates.slice(place, place + 1);
      });
  }

  /** Conditions look at the tags of the protected resource, where it still exists. */
  private async fitsConditions(selection: RestoreTestingSelectionForGet): Promise<(arn: string) => boolean> {
    const { StringEquals = [], StringNotEquals = [] } = selection.ProtectedResourceConditions ?? {};
    if (StringEquals.length + StringNotEquals.length === 0) {
      return () => true;
    }
    const tags = new Map<string, Readonly<Record<string, string>>>();
    for (const [region] of this.context.regions.entries()) {
      for (const { DBInstanceArn = "", TagList = [] } of await describeInstances(
        this.context.world,
        region,
      )) {
        tags.set(DBInstanceArn, Object.fromEntries(TagList.map(({ Key = "", Value = "" }) => [Key, Value])));
      }
    }
    const valueOf = (arn: string, key = ""): string | undefined =>
      tags.get(arn)?.[key.replace(/^aws:ResourceTag\//, "")];
    return (arn) =>
      StringEquals.every(({ Key, Value }) => valueOf(arn, Key) === Value) &&
      StringNotEquals.every(({ Key, Value }) => valueOf(arn, Key) !== Value);
  }
}
