import { randomUUID } from "node:crypto";
import { z } from "zod";
import type { Call } from "../../gateway/call.ts";
import { readJson } from "../../gateway/input.ts";
import { parameter, type Actions } from "./actions.ts";
import { alreadyExists, invalidValue, notFound } from "./errors.ts";
import { page } from "./page.ts";
import { roleProblem } from "./roles.ts";
import type { BackupContext, Plan, Selection } from "./state.ts";

const comparison = z.array(z.object({ ConditionKey: z.string(), ConditionValue: z.string() })).optional();

const creation = z.object({
  CreatorRequestId: z.string().optional(),
  BackupSelection: z.object({
    SelectionName: z.string().regex(/^[a-zA-Z0-9\-_.]{1,50}$/),
    IamRoleArn: z.string(),
    Resources: z.array(z.string()).optional(),
    NotResources: z.array(z.string()).optional(),
    ListOfTags: z
      .array(
        z.object({
          ConditionType: z.literal("STRINGEQUALS"),
          ConditionKey: z.string(),
          ConditionValue: z.string(),
        }),
      )
      .optional(),
    Conditions: z
      .object({
        StringEquals: comparison,
        StringNotEquals: comparison,
        StringLike: comparison,
        StringNotLike: comparison,
      })
      .optional(),
  }),
});

/** What a plan protects, and the role that AWS Backup assumes for it. */
export function selectionActions(context: BackupContext): Actions {
  const planOf = (call: Call): Plan => context.regions.in(call.region).plan(parameter(call, "backupPlanId"));
  const selectionOf = (call: Call): Selection => {
    const selection = planOf(call).selections.get(parameter(call, "selectionId"));
    if (selection === undefined) {
      throw notFound(`Cannot find selection ${parameter(call, "selectionId")} of this backup plan`);
    }
    return selection;
  };
  return {
    async CreateBackupSelection(call) {
      const plan = planOf(call);
      const { BackupSelection: content, CreatorRequestId } = await readJson(call, creation);
      if (
        [...plan.selections.values()].some((other) => other.content.SelectionName === content.SelectionName)
      ) {
        throw alreadyExists("Backup selection with the same selection document already exists");
      }
      if (
        content.Resources === undefined &&
        content.ListOfTags === undefined &&
        content.Conditions === undefined
      ) {
        throw invalidValue("A backup selection needs Resources, ListOfTags or Conditions");
      }
      const problem = await roleProblem(context.world, content.IamRoleArn);
      if (problem !== undefined) {
        throw invalidValue(problem);
      }
      const selection = {
        id: randomUUID(),
        createdAt: context.now(),
        creatorRequestId: CreatorRequestId,
        content,
      };
      plan.selections.set(selection.id, selection);
      return { SelectionId: selection.id, BackupPlanId: plan.id, CreationDate: selection.createdAt };
    },
    GetBackupSelection(call) {
      const selection = selectionOf(call);
      return {
        BackupSelection: selection.content,
        SelectionId: selection.id,
        BackupPlanId: parameter(call, "backupPlanId"),
        CreationDate: selection.createdAt,
        CreatorRequestId: selection.creatorRequestId,
      };
    },
    ListBackupSelections(call) {
      const plan = planOf(call);
      const { items, ...next } = page(call, [...plan.selections.values()]);
      return {
        BackupSelectionsList: items.map((selection) => ({
          SelectionId: selection.id,
          SelectionName: selection.content.SelectionName,
          BackupPlanId: plan.id,
          CreationDate: selection.createdAt,
          CreatorRequestId: selection.creatorRequestId,
          IamRoleArn: selection.content.IamRoleArn,
        })),
        ...next,
      };
    },
    DeleteBackupSelection(call) {
      planOf(call).selections.delete(selectionOf(call).id);
    },
  };
}
