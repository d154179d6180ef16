import { longestGapMinutes, parseSchedule } from "../backup/schedule.ts";
import type { BackupConfig } from "../backup/schema.ts";
import type { Pair } from "../config/configuration.ts";
import { boundedBy, type Term, unbounded, type WorstCase } from "./worst-case.ts";

/** How often RDS uploads transaction logs. Source: Amazon RDS, "Restoring a DB instance to a specified time". */
const LOG_INTERVAL_MINUTES = 5;

/**
 * The most data, as time, that a recovery can lose.
 *
 * The worst moment is just before a copy completes. What it holds is as old as the start of its backup; the newest
 * complete copy is one firing older, and may have started at once while this one used all of its windows.
 */
export function worstCaseRpo({ primary, standby }: Pick<Pair, "primary" | "standby">): WorstCase {
  const { recovery } = standby.config.database;
  const { backup } = primary.config.database;
  switch (recovery?.strategy) {
    case undefined:
      return unbounded(`database.recovery of ${standby.file} is not set`);
    case "manual-snapshot":
      return unbounded(`snapshots are copied by hand: ${recovery.reason}`);
    case "automated-backups":
      return boundedBy([
        {
          label: "between transaction logs",
          minutes: LOG_INTERVAL_MINUTES,
          setBy: "Amazon RDS",
        },
        {
          label: "lag allowance",
          minutes: recovery.lagAllowanceMinutes,
          setBy: `${standby.file}: database.recovery.lagAllowanceMinutes`,
        },
      ]);
    case "backup-copy": {
      if (!backup.enabled) return unbounded(`database.backup.enabled of ${primary.file} is false`);
      const parsed = parseSchedule(backup.schedule);
      if (!parsed.ok) return unbounded(parsed.message);
      return boundedBy([
        {
          label: "between backups",
          minutes: longestGapMinutes(parsed.schedule),
          setBy: `${primary.file}: database.backup.schedule`,
        },
        ...copyTerms(backup, primary.file),
      ]);
    }
  }
}

/** What a copy needs once its backup is due. */
export const copyTerms = (backup: BackupConfig, file: string): readonly Term[] => [
  {
    label: "start window",
    minutes: backup.startWindowMinutes,
    setBy: `${file}: database.backup.startWindowMinutes`,
  },
  {
    label: "completion window",
    minutes: backup.completionWindowMinutes,
    setBy: `${file}: database.backup.completionWindowMinutes`,
  },
  {
    label: "copy allowance",
    minutes: backup.copyAllowanceMinutes,
    setBy: `${file}: database.backup.copyAllowanceMinutes`,
  },
];
