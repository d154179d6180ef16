import { z } from "zod";
import { readJson } from "../../gateway/input.ts";
import { parameter, type Actions } from "./actions.ts";
import { invalidRequest, invalidValue } from "./errors.ts";
import type { BackupContext, Vault } from "./state.ts";

const DAY_MS = 86_400_000;

const lockInput = z.object({
  MinRetentionDays: z.number().int().optional(),
  MaxRetentionDays: z.number().int().optional(),
  ChangeableForDays: z.number().int().optional(),
});

/** Vault lock: governance without ChangeableForDays, compliance with it. */
export function vaultLockActions(context: BackupContext): Actions {
  const changeable = (region: string, name: string): Vault => {
    const vault = context.regions.in(region).vault(name);
    if (vault.lock?.lockDate !== undefined && context.now() >= vault.lock.lockDate) {
      throw invalidRequest(`The vault lock configuration of ${name} is immutable`);
    }
    return vault;
  };
  return {
    async PutBackupVaultLockConfiguration(call) {
      const vault = changeable(call.region, parameter(call, "backupVaultName"));
      const input = await readJson(call, lockInput);
      const { MinRetentionDays: min, MaxRetentionDays: max, ChangeableForDays: days } = input;
      refuse(min !== undefined && min < 1, "MinRetentionDays must be at least 1");
      refuse(max !== undefined && (max < 1 || max > 36_500), "MaxRetentionDays must be between 1 and 36500");
      refuse((min ?? 1) > (max ?? 36_500), "MinRetentionDays must not be greater than MaxRetentionDays");
      refuse(days !== undefined && (days < 3 || days > 36_500), "ChangeableForDays must be at least 3");
      vault.lock = {
        minRetentionDays: min,
        maxRetentionDays: max,
        lockDate: days === undefined ? undefined : new Date(context.now().getTime() + days * DAY_MS),
      };
    },
    DeleteBackupVaultLockConfiguration(call) {
      changeable(call.region, parameter(call, "backupVaultName")).lock = undefined;
    },
  };
}

function refuse(isWrong: boolean, message: string): void {
  if (isWrong) {
    throw invalidValue(message);
  }
}

/** T20: why the vault's lock does not admit a recovery point of that retention. No retention means for ever. */
export function retentionProblem(
  vault: Vault,
  lifecycle: { readonly DeleteAfterDays?: number | undefined } | undefined,
): string | undefined {
  const days = lifecycle?.DeleteAfterDays ?? Number.POSITIVE_INFINITY;
  const min = vault.lock?.minRetentionDays ?? 0;
  const max = vault.lock?.maxRetentionDays ?? Number.POSITIVE_INFINITY;
  return days < min || days > max
    ? `The retention period of the backup is outside the allowed range for backup vault ${vault.name} (min: ${min} days, max: ${max} days)`
    : undefined;
}
