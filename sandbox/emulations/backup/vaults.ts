import { z } from "zod";
import type { Call } from "../../gateway/call.ts";
import { readJson } from "../../gateway/input.ts";
import { findKey, moto } from "../keys.ts";
import { parameter, type Actions } from "./actions.ts";
import { alreadyExists, invalidRequest, invalidValue } from "./errors.ts";
import { page } from "./page.ts";
import type { BackupContext, Vault } from "./state.ts";

const creation = z.object({
  EncryptionKeyArn: z.string().optional(),
  BackupVaultTags: z.record(z.string(), z.string()).optional(),
  CreatorRequestId: z.string().optional(),
});

const NAME = /^[a-zA-Z0-9\-_]{2,50}$/;

/** Vaults. moto has them too, but counts nothing in them, deletes full ones, and locks them by the real clock. */
export function vaultActions(context: BackupContext): Actions {
  return {
    CreateBackupVault: (call) => create(context, call),
    DescribeBackupVault: (call) =>
      describe(context.regions.in(call.region).vault(parameter(call, "backupVaultName"))),
    ListBackupVaults(call) {
      const { items, ...next } = page(call, [...context.regions.in(call.region).vaults.values()]);
      return { BackupVaultList: items.map(describe), ...next };
    },
    DeleteBackupVault(call) {
      const state = context.regions.in(call.region);
      const vault = state.vault(parameter(call, "backupVaultName"));
      if (vault.points.size > 0) {
        throw invalidRequest(
          `Backup vault cannot be deleted because it contains ${vault.points.size} recovery points`,
        );
      }
      state.vaults.delete(vault.name);
      state.tags.delete(vault.arn);
      return undefined;
    },
  };
}

async function create(context: BackupContext, call: Call): Promise<unknown> {
  const input = await readJson(call, creation);
  const name = parameter(call, "backupVaultName");
  const state = context.regions.in(call.region);
  if (!NAME.test(name)) {
    throw invalidValue(`Backup vault name ${name} does not match ${NAME.source}`);
  }
  if (state.vaults.has(name)) {
    throw alreadyExists("Backup vault with the same name already exists");
  }
  const key =
    input.EncryptionKeyArn === undefined
      ? undefined
      : await findKey(context.world, call.region, input.EncryptionKeyArn);
  if (input.EncryptionKeyArn !== undefined && key === undefined) {
    throw invalidValue(`KMS key ${input.EncryptionKeyArn} does not exist in ${call.region}`);
  }
  const vault: Vault = {
    name,
    arn: context.arn(call.region, `backup-vault:${name}`),
    region: call.region,
    keyArn: key?.arn ?? (await defaultKey(context, call.region)),
    createdAt: context.now(),
    creatorRequestId: input.CreatorRequestId,
    points: new Map(),
    policy: undefined,
    lock: undefined,
    notifications: undefined,
  };
  state.vaults.set(name, vault);
  state.tags.set(vault.arn, input.BackupVaultTags ?? {});
  return { BackupVaultName: name, BackupVaultArn: vault.arn, CreationDate: vault.createdAt };
}

function describe(vault: Vault): unknown {
  return {
    BackupVaultName: vault.name,
    BackupVaultArn: vault.arn,
    VaultType: "BACKUP_VAULT",
    VaultState: "AVAILABLE",
    EncryptionKeyArn: vault.keyArn,
    CreationDate: vault.createdAt,
    CreatorRequestId: vault.creatorRequestId,
    NumberOfRecoveryPoints: vault.points.size,
    Locked: vault.lock !== undefined,
    MinRetentionDays: vault.lock?.minRetentionDays,
    MaxRetentionDays: vault.lock?.maxRetentionDays,
    LockDate: vault.lock?.lockDate,
  };
}

const created = z.object({ KeyMetadata: z.object({ Arn: z.string() }) });

/** The key `aws/backup` of the region. moto lets nobody make an alias of AWS's, so the emulation remembers it. */
async function defaultKey(context: BackupContext, region: string): Promise<string> {
  const state = context.regions.in(region);
  if (state.defaultKeyArn === undefined) {
    const answer = await moto(context.world, region, "kms", "TrentService.CreateKey", {
      Description: "Default key that protects my backups when no other key is defined",
    });
    state.defaultKeyArn = created.parse(answer).KeyMetadata.Arn;
  }
  return state.defaultKeyArn;
}
