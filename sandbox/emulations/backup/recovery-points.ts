import type { DescribeRecoveryPointOutput } from "@aws-sdk/client-backup";
import { z } from "zod";
import type { Call } from "../../gateway/call.ts";
import { readJson } from "../../gateway/input.ts";
import { nameOf } from "../rds/snapshots.ts";
import { parameter, type Actions } from "./actions.ts";
import { invalidRequest, invalidValue, notFound } from "./errors.ts";
import { fits, page } from "./page.ts";
import { requireLifecycle } from "./plan-document.ts";
import { restoreMetadata } from "./restore-metadata.ts";
import type { BackupContext, RecoveryPoint, Vault } from "./state.ts";
import { retentionProblem } from "./vault-lock.ts";

const DAY_MS = 86_400_000;

const lifecycleInput = z.object({
  Lifecycle: z
    .looseObject({
      DeleteAfterDays: z.number().int().optional(),
      MoveToColdStorageAfterDays: z.number().int().optional(),
    })
    .optional(),
});

/** Puts a recovery point into a vault, or replaces what is known of it, and lets it expire at the end of its retention. */
export function keepPoint(
  context: BackupContext,
  vault: Vault,
  described: DescribeRecoveryPointOutput,
): void {
  const arn = described.RecoveryPointArn ?? "";
  vault.points.get(arn)?.cancelExpiry();
  const deleteAt = described.Status === "COMPLETED" ? described.CalculatedLifecycle?.DeleteAt : undefined;
  const cancelExpiry =
    deleteAt === undefined
      ? () => undefined
      : context.world.clock.at(deleteAt, `expire ${arn}`, () => removePoint(context, vault, arn));
  vault.points.set(arn, { described, cancelExpiry });
}

/** A recovery point of a database is a snapshot: both go. */
export async function removePoint(context: BackupContext, vault: Vault, arn: string): Promise<void> {
  vault.points.get(arn)?.cancelExpiry();
  vault.points.delete(arn);
  context.regions.in(vault.region).tags.delete(arn);
  if (arn.includes(":snapshot:")) {
    await context.rds.snapshots.delete(vault.region, nameOf(arn));
  }
}

/** When a lifecycle that starts at that time ends. */
export const calculateLifecycle = (
  start: Date,
  lifecycle: { readonly DeleteAfterDays?: number | undefined } | undefined,
): DescribeRecoveryPointOutput["CalculatedLifecycle"] =>
  lifecycle?.DeleteAfterDays === undefined
    ? {}
    : { DeleteAt: new Date(start.getTime() + lifecycle.DeleteAfterDays * DAY_MS) };

/** Recovery points, and what is protected by them. */
export function recoveryPointActions(context: BackupContext): Actions {
  return {
    ListRecoveryPointsByBackupVault(call) {
      const vault = context.regions.in(call.region).vault(parameter(call, "backupVaultName"));
      const points = [...vault.points.values()]
        .map(({ described }) => described)
        .filter((point) => asked(call, point));
      const { items, ...next } = page(call, points.toSorted(byAge));
      return { RecoveryPoints: items, ...next };
    },
    ListRecoveryPointsByResource(call) {
      const { items, ...next } = page(call, pointsOf(context, call.region, parameter(call, "resourceArn")));
      return {
        RecoveryPoints: items.map(({ BackupSizeInBytes, ...point }) => ({
          ...point,
          BackupSizeBytes: BackupSizeInBytes,
        })),
        ...next,
      };
    },
    DescribeRecoveryPoint: (call) => find(context, call).point.described,
    async DeleteRecoveryPoint(call) {
      const { vault, point } = find(context, call);
      if (vault.lock !== undefined) {
        throw invalidRequest(
          `Recovery point ${point.described.RecoveryPointArn ?? ""} cannot be deleted: backup vault ${vault.name} is locked`,
        );
      }
      if (point.described.Status === "CREATING") {
        throw invalidRequest("The recovery point is still being created");
      }
      await removePoint(context, vault, point.described.RecoveryPointArn ?? "");
    },
    UpdateRecoveryPointLifecycle: (call) => updateLifecycle(context, call),
    GetRecoveryPointRestoreMetadata(call) {
      const { vault, point } = find(context, call);
      return {
        BackupVaultArn: vault.arn,
        RecoveryPointArn: point.described.RecoveryPointArn,
        RestoreMetadata: restoreMetadata(point.described),
        ResourceType: point.described.ResourceType,
      };
    },
    ListProtectedResources(call) {
      const { items, ...next } = page(call, protectedResources(context, call.region));
      return { Results: items, ...next };
    },
    DescribeProtectedResource(call) {
      const arn = parameter(call, "resourceArn");
      const found = protectedResources(context, call.region).find(({ ResourceArn }) => ResourceArn === arn);
      if (found === undefined) {
        throw notFound(`Resource ${arn} is not protected`);
      }
      return found;
    },
  };
}

async function updateLifecycle(context: BackupContext, call: Call): Promise<unknown> {
  const { vault, point } = find(context, call);
  const { Lifecycle } = await readJson(call, lifecycleInput);
  requireLifecycle(Lifecycle);
  const problem = retentionProblem(vault, Lifecycle);
  if (problem !== undefined) {
    throw invalidValue(problem);
  }
  const { CreationDate = context.now(), RecoveryPointArn } = point.described;
  const CalculatedLifecycle = calculateLifecycle(CreationDate, Lifecycle);
  keepPoint(context, vault, { ...point.described, Lifecycle, CalculatedLifecycle });
  return { BackupVaultArn: vault.arn, RecoveryPointArn, Lifecycle, CalculatedLifecycle };
}

function find(context: BackupContext, call: Call): { vault: Vault; point: RecoveryPoint } {
  const vault = context.regions.in(call.region).vault(parameter(call, "backupVaultName"));
  const arn = parameter(call, "recoveryPointArn");
  const point = vault.points.get(arn);
  if (point === undefined) {
    throw notFound(`Cannot find recovery point ${arn} in backup vault ${vault.name}`);
  }
  return { vault, point };
}

export const pointsOf = (
  context: BackupContext,
  region: string,
  resourceArn: string,
): DescribeRecoveryPointOutput[] =>
  [...context.regions.in(region).vaults.values()]
    .flatMap(({ points }) => [...points.values()].map(({ described }) => described))
    .filter(({ ResourceArn }) => ResourceArn === resourceArn)
    .toSorted(byAge);

/** Newest first. */
const byAge = (a: DescribeRecoveryPointOutput, b: DescribeRecoveryPointOutput): number =>
  (b.CreationDate?.getTime() ?? 0) - (a.CreationDate?.getTime() ?? 0);

const asked = (call: Call, point: DescribeRecoveryPointOutput): boolean =>
  fits(call, {
    resourceArn: point.ResourceArn,
    resourceType: point.ResourceType,
    backupPlanId: point.CreatedBy?.BackupPlanId,
    createdBefore: point.CreationDate,
    createdAfter: point.CreationDate,
  });

function protectedResources(context: BackupContext, region: string) {
  const points = [...context.regions.in(region).vaults.values()].flatMap(({ points }) =>
    [...points.values()].map(({ described }) => described),
  );
  return [...new Set(points.map(({ ResourceArn }) => ResourceArn))].map((arn) => {
    const [last] = points.filter(({ ResourceArn }) => ResourceArn === arn).toSorted(byAge);
    return {
      ResourceArn: arn,
      ResourceType: last?.ResourceType,
      ResourceName: last?.ResourceName,
      LastBackupTime: last?.CreationDate,
      LastBackupVaultArn: last?.BackupVaultArn,
      LastRecoveryPointArn: last?.RecoveryPointArn,
    };
  });
}
