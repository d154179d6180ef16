import type { Call } from "../../gateway/call.ts";
import type { Emulation, World } from "../../gateway/emulation.ts";
import { jsonReply } from "../../gateway/reply.ts";
import type { EventBus } from "../events/event-bus.ts";
import type { Rds } from "../rds/rds.ts";
import { callerOf, refusesCaller } from "./access.ts";
import type { Actions } from "./actions.ts";
import { BackupJobs } from "./backup-jobs.ts";
import { CopyJobs } from "./copy-jobs.ts";
import { accessDenied } from "./errors.ts";
import { jobActions, startActions } from "./job-actions.ts";
import { PlanSchedules } from "./plan-schedules.ts";
import { planActions } from "./plans.ts";
import { recoveryPointActions } from "./recovery-points.ts";
import { RestoreJobs } from "./restore-jobs.ts";
import { restoreTestingActions } from "./restore-testing.ts";
import { RestoreTestingRuns } from "./restore-testing-runs.ts";
import { selectionActions } from "./selections.ts";
import { settingsActions } from "./settings.ts";
import { BackupContext } from "./state.ts";
import { taggedVaults } from "./tagged-vaults.ts";
import { tagActions } from "./tags.ts";
import { vaultLockActions } from "./vault-lock.ts";
import { vaultSettingsActions } from "./vault-settings.ts";
import { vaultActions } from "./vaults.ts";

/**
 * AWS Backup for databases. moto knows vaults, plans and locks, each by itself and by the real clock; what protects data
 * is how they act on each other, so that all of them live here. Only report plans are left to moto.
 */
export function backup(world: World, rds: Rds, events: EventBus): readonly Emulation[] {
  const context = new BackupContext(world, rds, events);
  const copies = new CopyJobs(context);
  const backups = new BackupJobs(context, copies);
  const restores = new RestoreJobs(context);
  const actions: Actions = {
    ...vaultActions(context),
    ...vaultSettingsActions(context),
    ...vaultLockActions(context),
    ...planActions(context, new PlanSchedules(context, backups)),
    ...selectionActions(context),
    ...recoveryPointActions(context),
    ...startActions(context, { backups, copies, restores }),
    ...jobActions(context),
    ...restoreTestingActions(context, new RestoreTestingRuns(context, restores)),
    ...settingsActions(context),
    ...tagActions(context),
  };
  const own: Emulation = {
    service: "backup",
    handles: ({ action }) => Object.hasOwn(actions, action),
    async handle(call) {
      await authorize(context, call);
      const result = await actions[call.action]?.(call);
      return jsonReply(result ?? {});
    },
  };
  return [own, taggedVaults(context)];
}

/** T20: a vault's access policy is asked for every call that names the vault. */
async function authorize(context: BackupContext, call: Call): Promise<void> {
  const { backupVaultName = "", recoveryPointArn } = call.parameters;
  const vault = context.regions.in(call.region).vaults.get(backupVaultName);
  if (vault?.policy === undefined) {
    return;
  }
  const request = {
    principal: await callerOf(context.world, call),
    action: `backup:${call.action}`,
    resource: recoveryPointArn ?? vault.arn,
  };
  if (await refusesCaller(context.world, vault.policy, request)) {
    throw accessDenied("Insufficient privileges to perform this action.");
  }
}
