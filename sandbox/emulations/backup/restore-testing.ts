import { z } from "zod";
import type { Call } from "../../gateway/call.ts";
import { readJson } from "../../gateway/input.ts";
import { parameter, type Actions } from "./actions.ts";
import { alreadyExists, invalidRequest, invalidValue, notFound } from "./errors.ts";
import { page } from "./page.ts";
import { scheduleProblem } from "./plan-document.ts";
import type { RestoreTestingRuns } from "./restore-testing-runs.ts";
import { roleProblem } from "./roles.ts";
import type { BackupContext, RestoreTestingPlan } from "./state.ts";

/** T27: letters, digits and underscores only. */
const name = z.string().regex(/^[a-zA-Z0-9_]{1,50}$/);

const planContent = {
  ScheduleExpression: z.string(),
  ScheduleExpressionTimezone: z.string().optional(),
  StartWindowHours: z.number().int().min(1).max(168).optional(),
  RecoveryPointSelection: z.object({
    Algorithm: z.enum(["LATEST_WITHIN_WINDOW", "RANDOM_WITHIN_WINDOW"]),
    IncludeVaults: z.array(z.string()).min(1),
    ExcludeVaults: z.array(z.string()).optional(),
    RecoveryPointTypes: z.array(z.enum(["CONTINUOUS", "SNAPSHOT"])).min(1),
    SelectionWindowDays: z.number().int().min(1).max(365).optional(),
  }),
};
const planCreation = z.object({
  CreatorRequestId: z.string().optional(),
  RestoreTestingPlan: z.object({ RestoreTestingPlanName: name, ...planContent }),
  Tags: z.record(z.string(), z.string()).optional(),
});
const planUpdate = z.object({ RestoreTestingPlan: z.object(planContent).partial() });

const keyValues = z.array(z.object({ Key: z.string(), Value: z.string() })).optional();
const selectionContent = {
  IamRoleArn: z.string(),
  ProtectedResourceArns: z.array(z.string()).optional(),
  ProtectedResourceConditions: z.object({ StringEquals: keyValues, StringNotEquals: keyValues }).optional(),
  RestoreMetadataOverrides: z.record(z.string(), z.string()).optional(),
  ValidationWindowHours: z.number().int().min(0).max(168).optional(),
};
const selectionCreation = z.object({
  CreatorRequestId: z.string().optional(),
  RestoreTestingSelection: z.object({
    RestoreTestingSelectionName: name,
    ProtectedResourceType: z.string(),
    ...selectionContent,
  }),
});
const selectionUpdate = z.object({ RestoreTestingSelection: z.object(selectionContent).partial() });

/** Restore testing plans and their selections. */
export function restoreTestingActions(context: BackupContext, runs: RestoreTestingRuns): Actions {
  const planOf = (call: Call): RestoreTestingPlan => {
    const asked = parameter(call, "restoreTestingPlanName");
    const plan = context.regions.in(call.region).restoreTestingPlans.get(asked);
    if (plan === undefined) {
      throw notFound(`Restore testing plan ${asked} not found`);
    }
    return plan;
  };
  const selectionOf = (call: Call) => {
    const asked = parameter(call, "restoreTestingSelectionName");
    const selection = planOf(call).selections.get(asked);
    if (selection === undefined) {
      throw notFound(`Restore testing selection ${asked} not found`);
    }
    return selection;
  };
  return {
    async CreateRestoreTestingPlan(call) {
      const { RestoreTestingPlan: content, CreatorRequestId, Tags } = await readJson(call, planCreation);
      const state = context.regions.in(call.region);
      requireSchedule(content.ScheduleExpression, content.ScheduleExpressionTimezone);
      if (state.restoreTestingPlans.has(content.RestoreTestingPlanName)) {
        throw alreadyExists(`Restore testing plan ${content.RestoreTestingPlanName} already exists`);
      }
      const CreationTime = context.now();
      // AWS adds an opaque suffix to the name in the ARN.
      const suffix = CreationTime.getTime().toString(36);
      const RestoreTestingPlanArn = context.arn(
        call.region,
        `restore-testing-plan:${content.RestoreTestingPlanName}-${suffix}`,
      );
      const plan: RestoreTestingPlan = {
        selections: new Map(),
        cancelSchedule: () => undefined,
        described: {
          ScheduleExpressionTimezone: "Etc/UTC",
          StartWindowHours: 24,
          ...content,
          RecoveryPointSelection: {
            SelectionWindowDays: 30,
            ExcludeVaults: [],
            ...content.RecoveryPointSelection,
          },
          CreationTime,
          CreatorRequestId,
          RestoreTestingPlanArn,
        },
      };
      state.restoreTestingPlans.set(content.RestoreTestingPlanName, plan);
      state.tags.set(RestoreTestingPlanArn, Tags ?? {});
      runs.start(call.region, plan);
      return { CreationTime, ...planIds(plan) };
    },
    GetRestoreTestingPlan: (call) => ({ RestoreTestingPlan: planOf(call).described }),
    ListRestoreTestingPlans(call) {
      const { items, ...next } = page(call, [
        ...context.regions.in(call.region).restoreTestingPlans.values(),
      ]);
      return { RestoreTestingPlans: items.map(({ described }) => described), ...next };
    },
    async UpdateRestoreTestingPlan(call) {
      const plan = planOf(call);
      const { RestoreTestingPlan: content } = await readJson(call, planUpdate);
      requireSchedule(
        content.ScheduleExpression ?? plan.described.ScheduleExpression ?? "",
        content.ScheduleExpressionTimezone,
      );
      plan.described = { ...plan.described, ...content, LastUpdateTime: context.now() };
      runs.start(call.region, plan);
      return {
        CreationTime: plan.described.CreationTime,
        UpdateTime: plan.described.LastUpdateTime,
        ...planIds(plan),
      };
    },
    DeleteRestoreTestingPlan(call) {
      const plan = planOf(call);
      if (plan.selections.size > 0) {
        throw invalidRequest(
          "Related restore testing selections must be deleted prior to restore testing plan deletion",
        );
      }
      plan.cancelSchedule();
      const state = context.regions.in(call.region);
      state.restoreTestingPlans.delete(plan.described.RestoreTestingPlanName ?? "");
      state.tags.delete(plan.described.RestoreTestingPlanArn ?? "");
    },
    async CreateRestoreTestingSelection(call) {
      const plan = planOf(call);
      const { RestoreTestingSelection: content, CreatorRequestId } = await readJson(call, selectionCreation);
      if (plan.selections.has(content.RestoreTestingSelectionName)) {
        throw alreadyExists(
          `Restore testing selection ${content.RestoreTestingSelectionName} already exists`,
        );
      }
      const problem = await roleProblem(context.world, content.IamRoleArn);
      if (problem !== undefined) {
        throw invalidValue(problem);
      }
      const CreationTime = context.now();
      plan.selections.set(content.RestoreTestingSelectionName, {
        ValidationWindowHours: 0,
        ...content,
        CreationTime,
        CreatorRequestId,
        RestoreTestingPlanName: plan.described.RestoreTestingPlanName,
      });
      return {
        CreationTime,
        ...planIds(plan),
        RestoreTestingSelectionName: content.RestoreTestingSelectionName,
      };
    },
    GetRestoreTestingSelection: (call) => ({ RestoreTestingSelection: selectionOf(call) }),
    ListRestoreTestingSelections(call) {
      const { items, ...next } = page(call, [...planOf(call).selections.values()]);
      return { RestoreTestingSelections: items, ...next };
    },
    async UpdateRestoreTestingSelection(call) {
      const selection = selectionOf(call);
      const { RestoreTestingSelection: content } = await readJson(call, selectionUpdate);
      const plan = planOf(call);
      const { RestoreTestingSelectionName, CreationTime } = selection;
      plan.selections.set(RestoreTestingSelectionName ?? "", { ...selection, ...content });
      return { CreationTime, UpdateTime: context.now(), ...planIds(plan), RestoreTestingSelectionName };
    },
    DeleteRestoreTestingSelection(call) {
      planOf(call).selections.delete(selectionOf(call).RestoreTestingSelectionName ?? "");
    },
  };
}

function requireSchedule(expression: string, timezone: string | undefined): void {
  const problem = scheduleProblem(expression, timezone);
  if (problem !== undefined) {
    throw invalidValue(`Invalid cron expression: ${problem}`);
  }
}

const planIds = ({ described }: RestoreTestingPlan) => ({
  RestoreTestingPlanArn: described.RestoreTestingPlanArn,
  RestoreTestingPlanName: described.RestoreTestingPlanName,
});
