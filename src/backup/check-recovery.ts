import type { Pair } from "../config/configuration.ts";
import { parseArn } from "../config/fields.ts";
import type { Problem } from "../config/problem.ts";
import { checkRetention, type Finding } from "./check-backup.ts";
import { longestGapMinutes, parseSchedule, shortestGapMinutes } from "./schedule.ts";
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
      yield* checkRestoreTesting(recovery, backup, standby.file);
      if (standby.config.database.keptVault === undefined) return;
      yield {
        file: standby.file,
        key: "database.keptVault",
        message:
          "is the vault of an earlier strategy, got it beside backup-copy, which uses that vault; move it to database.recovery.vault",
      };
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

const HOUR = 60;
const DAY = 24 * HOUR;

function* checkRestoreTesting(
  { vault: { restoreTesting } }: BackupCopy,
  backup: BackupConfig,
  file: string,
): Generator<Problem> {
  const key = "database.recovery.vault.restoreTesting";
  const { enabled, startWindowHours, validationWindowHours, lookBackDays } = restoreTesting;
  const parsed = parseSchedule(restoreTesting.schedule);
  if (!parsed.ok) {
    yield { file, key: `${key}.schedule`, message: parsed.message };
    return;
  }
  if (!enabled) return;
  const gap = shortestGapMinutes(parsed.schedule);
  const busy = (startWindowHours + validationWindowHours) * HOUR;
  if (gap < busy) {
    const message = `starts the next test after ${gap / HOUR} hours, while one may take ${busy / HOUR} (startWindowHours and validationWindowHours), got ${restoreTesting.schedule}; test less often or shorten the windows`;
    yield { file, key: `${key}.schedule`, message };
  }
  const backups = parseSchedule(backup.schedule);
  if (backups.ok) {
    const days = Math.ceil(longestGapMinutes(backups.schedule) / DAY);
    if (lookBackDays < days) {
      const message = `finds no recovery point on some days, since backups are up to ${days} days apart, got ${lookBackDays}; give it at least ${days}`;
      yield { file, key: `${key}.lookBackDays`, message };
    }
  }
  if (lookBackDays > backup.copyRetentionDays) {
    const message = `looks back further than copies are kept, got ${lookBackDays}; give it at most ${backup.copyRetentionDays}, or raise database.backup.copyRetentionDays`;
    yield { file, key: `${key}.lookBackDays`, message };
  }
}
