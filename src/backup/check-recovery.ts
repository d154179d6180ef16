import type { Pair } from "../config/configuration.ts";
import { parseArn } from "../config/fields.ts";
import type { Problem } from "../config/problem.ts";
import { checkRetention, type Finding } from "./check-backup.ts";
import { parseSchedule } from "./schedule.ts";
import type { BackupConfig, RecoveryConfig } from "./schema.ts";

const STRATEGY = "database.recovery.strategy";

/** Whether the primary really does what its standby's way of recovery needs. */
export function* checkRecovery({ primary, standby }: Pair): Generator<Problem> {
  const { recovery } = standby.config.database;
  switch (recovery?.strategy) {
    case undefined:
    case "manual-snapshot":
      return;
    case "automated-backups":
      if (primary.config.database.backupRetentionDays > 0) return;
      yield {
        file: standby.file,
        key: STRATEGY,
        message: `got automated-backups while database.backupRetentionDays of ${primary.file} is 0; set that to 1 or more, since there is nothing to replicate`,
      };
      return;
    case "backup-copy": {
      const { backup } = primary.config.database;
      if (!backup.enabled) {
        const message = `got backup-copy while database.backup.enabled of ${primary.file} is false; set that to true, since there is nothing to copy`;
        yield { file: standby.file, key: STRATEGY, message };
      }
      const locked = `database.recovery.vault.lock of ${standby.file}`;
      for (const finding of checkCopy(backup, recovery, standby.region, locked)) {
        yield { file: primary.file, ...finding };
      }
      yield* checkRestoreTesting(recovery, standby.file);
    }
  }
}

type BackupCopy = Extract<RecoveryConfig, { strategy: "backup-copy" }>;

function* checkCopy(
  { copyRetentionDays, copyDestinationVaultArn }: BackupConfig,
  { vault }: BackupCopy,
  region: string,
  locked: string,
): Generator<Finding> {
  // Whoever owns another vault decides about its lock; this one holds the standby's own backups once it is active.
  yield* checkRetention("database.backup.copyRetentionDays", copyRetentionDays, vault.lock, locked);
  const destination = copyDestinationVaultArn === undefined ? undefined : parseArn(copyDestinationVaultArn);
  if (destination !== undefined && destination.region !== region) {
    const message = `is not in the standby's region, got ${destination.region}; name a vault in ${region}, since a restore can't read another region's`;
    yield { key: "database.backup.copyDestinationVaultArn", message };
  }
}

function* checkRestoreTesting({ vault }: BackupCopy, file: string): Generator<Problem> {
  const parsed = parseSchedule(vault.restoreTesting.schedule);
  if (!parsed.ok)
    yield { file, key: "database.recovery.vault.restoreTesting.schedule", message: parsed.message };
}
