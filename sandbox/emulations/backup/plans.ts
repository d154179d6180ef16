import { randomUUID } from "node:crypto";
import { z } from "zod";
import type { Call } from "../../gateway/call.ts";
import { readJson } from "../../gateway/input.ts";
import { parameter, type Actions } from "./actions.ts";
import { alreadyExists, invalidRequest, notFound } from "./errors.ts";
import { page } from "./page.ts";
import {
  DEFAULT_SCHEDULE,
  DEFAULT_TIMEZONE,
  planSchema,
  requirePlan,
  type PlanDocument,
} from "./plan-document.ts";
import type { PlanSchedules } from "./plan-schedules.ts";
import type { BackupContext, Plan, PlanVersion } from "./state.ts";

const creation = z.object({
  BackupPlan: planSchema,
  BackupPlanTags: z.record(z.string(), z.string()).optional(),
  CreatorRequestId: z.string().optional(),
});
const update = z.object({ BackupPlan: planSchema });

/** Plans, with their versions. moto has them without updates and goes on showing deleted ones. */
export function planActions(context: BackupContext, schedules: PlanSchedules): Actions {
  const planOf = (call: Call): Plan => context.regions.in(call.region).plan(parameter(call, "backupPlanId"));
  return {
    async CreateBackupPlan(call) {
      const input = await readJson(call, creation);
      requirePlan(input.BackupPlan);
      const state = context.regions.in(call.region);
      if (
        [...state.plans.values()].some(
          (plan) => latest(plan).content.BackupPlanName === input.BackupPlan.BackupPlanName,
        )
      ) {
        throw alreadyExists("Backup plan with the same plan document already exists");
      }
      const id = randomUUID();
      const plan: Plan = {
        id,
        arn: context.arn(call.region, `backup-plan:${id}`),
        region: call.region,
        creatorRequestId: input.CreatorRequestId,
        selections: new Map(),
        versions: [version(context, input.BackupPlan)],
        lastExecution: undefined,
        cancelSchedules: () => undefined,
      };
      state.plans.set(id, plan);
      state.tags.set(plan.arn, input.BackupPlanTags ?? {});
      schedules.start(plan);
      return summary(plan, latest(plan));
    },
    async UpdateBackupPlan(call) {
      const plan = planOf(call);
      const input = await readJson(call, update);
      requirePlan(input.BackupPlan);
      plan.versions = [...plan.versions, version(context, input.BackupPlan)];
      schedules.start(plan);
      return summary(plan, latest(plan));
    },
    GetBackupPlan(call) {
      const plan = planOf(call);
      const asked = call.query.get("versionId");
      const found = asked === null ? latest(plan) : plan.versions.find(({ id }) => id === asked);
      if (found === undefined) {
        throw notFound("Failed reading Backup plan with provided version");
      }
      return { ...summary(plan, found), BackupPlan: found.content };
    },
    ListBackupPlans(call) {
      const { items, ...next } = page(call, [...context.regions.in(call.region).plans.values()]);
      return { BackupPlansList: items.map((plan) => listed(plan, latest(plan))), ...next };
    },
    ListBackupPlanVersions(call) {
      const plan = planOf(call);
      const { items, ...next } = page(call, plan.versions);
      return { BackupPlanVersionsList: items.map((each) => listed(plan, each)), ...next };
    },
    DeleteBackupPlan(call) {
      const plan = planOf(call);
      if (plan.selections.size > 0) {
        throw invalidRequest("Related backup plan selections must be deleted prior to backup plan deletion");
      }
      const state = context.regions.in(call.region);
      plan.cancelSchedules();
      state.plans.delete(plan.id);
      state.tags.delete(plan.arn);
      return {
        BackupPlanId: plan.id,
        BackupPlanArn: plan.arn,
        DeletionDate: context.now(),
        VersionId: latest(plan).id,
      };
    },
  };
}

export function latest(plan: Plan): PlanVersion {
  const version = plan.versions.at(-1);
  if (version === undefined) {
    throw new Error(`plan ${plan.id} has no version`);
  }
  return version;
}

/** The document as AWS returns it: what was left out is filled in. */
function version(context: BackupContext, document: PlanDocument): PlanVersion {
  const rules = document.Rules.map((rule) => ({
    ScheduleExpression: DEFAULT_SCHEDULE,
    ScheduleExpressionTimezone: DEFAULT_TIMEZONE,
    StartWindowMinutes: 480,
    CompletionWindowMinutes: 10_080,
    ...rule,
    RuleId: randomUUID(),
  }));
  return {
    id: randomUUID().replaceAll("-", ""),
    createdAt: context.now(),
    content: { ...document, Rules: rules },
  };
}

const summary = (plan: Plan, { id, createdAt, content }: PlanVersion) => ({
  BackupPlanId: plan.id,
  BackupPlanArn: plan.arn,
  CreationDate: createdAt,
  VersionId: id,
  CreatorRequestId: plan.creatorRequestId,
  LastExecutionDate: plan.lastExecution,
  AdvancedBackupSettings: content.AdvancedBackupSettings,
});

const listed = (plan: Plan, version: PlanVersion) => ({
  ...summary(plan, version),
  BackupPlanName: version.content.BackupPlanName,
});
