import { z } from "zod";
import { readJson } from "../../gateway/input.ts";
import { parameter, type Actions } from "./actions.ts";
import { invalidValue, notFound } from "./errors.ts";
import type { BackupContext, Vault } from "./state.ts";
import type { Call } from "../../gateway/call.ts";

const policyInput = z.object({ Policy: z.string() });
const notificationsInput = z.object({
  SNSTopicArn: z.string(),
  BackupVaultEvents: z.array(z.string()).min(1),
});

/** Access policy and notifications of a vault. */
export function vaultSettingsActions(context: BackupContext): Actions {
  const vaultOf = (call: Call): Vault =>
    context.regions.in(call.region).vault(parameter(call, "backupVaultName"));
  return {
    async PutBackupVaultAccessPolicy(call) {
      const vault = vaultOf(call);
      const { Policy } = await readJson(call, policyInput);
      requirePolicy(Policy);
      vault.policy = Policy;
    },
    GetBackupVaultAccessPolicy(call) {
      const vault = vaultOf(call);
      if (vault.policy === undefined) {
        throw notFound(`Cannot find access policy of backup vault ${vault.name}`);
      }
      return { BackupVaultName: vault.name, BackupVaultArn: vault.arn, Policy: vault.policy };
    },
    DeleteBackupVaultAccessPolicy(call) {
      vaultOf(call).policy = undefined;
    },
    async PutBackupVaultNotifications(call) {
      const vault = vaultOf(call);
      const { SNSTopicArn, BackupVaultEvents } = await readJson(call, notificationsInput);
      vault.notifications = { topicArn: SNSTopicArn, events: BackupVaultEvents };
    },
    GetBackupVaultNotifications(call) {
      const vault = vaultOf(call);
      if (vault.notifications === undefined) {
        throw notFound(`Failed reading notifications from database for Backup vault ${vault.name}`);
      }
      const { topicArn, events } = vault.notifications;
      return {
        BackupVaultName: vault.name,
        BackupVaultArn: vault.arn,
        SNSTopicArn: topicArn,
        BackupVaultEvents: events,
      };
    },
    DeleteBackupVaultNotifications(call) {
      vaultOf(call).notifications = undefined;
    },
  };
}

const policyDocument = z.looseObject({
  Statement: z.union([z.looseObject({}), z.array(z.looseObject({})).min(1)]),
});

function requirePolicy(text: string): void {
  try {
    policyDocument.parse(JSON.parse(text));
  } catch {
    throw invalidValue("The specified policy is not a valid policy document");
  }
}
