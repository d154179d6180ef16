import { parseArn } from "../config/fields.ts";
import { type Collision, collisions, type ReservedTimes, suggestSchedule } from "./job-starts.ts";
import { longestGapMinutes, parseSchedule, type Schedule, shortestGapMinutes } from "./schedule.ts";
import type { BackupConfig, LockConfig } from "./schema.ts";

/** AWS Backup refuses shorter intervals: https://repost.aws/questions/QUwYlivOoWTHi1nSuSGjTVFg */
const SHORTEST_INTERVAL_MINUTES = 60;

const KEY = "database.backup";

/** A mistake in one file; the caller knows which. */
export interface Finding {
  readonly key: string;
  /** What is wrong, got what; what to do. */
  readonly message: string;
}

/** What AWS Backup and RDS would refuse of a primary's backups, or silently never do. */
export function* checkBackup(
  database: ReservedTimes & { readonly backup: BackupConfig },
  region: string,
): Generator<Finding> {
  const { backup } = database;
  const parsed = parseSchedule(backup.schedule);
  if (!parsed.ok) yield { key: `${KEY}.schedule`, message: parsed.message };
  if (!backup.enabled) return;
  if (parsed.ok) yield* checkStarts(parsed.schedule, backup.startWindowMinutes, database);
  yield* checkRetention(`${KEY}.retentionDays`, backup.retentionDays, backup.lock, `${KEY}.lock`);
  const vault = backup.copyDestinationVaultArn && parseArn(backup.copyDestinationVaultArn);
  if (vault && vault.region === region) {
    const message = `is in the region that it protects from, got ${region}; name a vault in another one`;
    yield { key: `${KEY}.copyDestinationVaultArn`, message };
  }
}

/** A job whose retention lies outside a lock's bounds fails (T20). */
export function* checkRetention(
  key: string,
  retentionDays: number,
  lock: LockConfig,
  lockName: string,
): Generator<Finding> {
  if (lock.mode === "none") return;
  const { minRetentionDays, maxRetentionDays } = lock;
  if (retentionDays >= minRetentionDays && retentionDays <= maxRetentionDays) return;
  const bounds = `${minRetentionDays} to ${maxRetentionDays}`;
  const message = `is outside the bounds of ${lockName}, got ${retentionDays}; choose ${bounds}, or change the lock (T20)`;
  yield { key, message };
}

function* checkStarts(
  schedule: Schedule,
  startWindowMinutes: number,
  reserved: ReservedTimes,
): Generator<Finding> {
  const key = `${KEY}.schedule`;
  const { expression } = schedule;
  const shortest = shortestGapMinutes(schedule);
  if (shortest < SHORTEST_INTERVAL_MINUTES) {
    const message = `fires after ${shortest} minutes, got ${expression}; AWS Backup starts a job at most once an hour, so leave ${SHORTEST_INTERVAL_MINUTES} minutes`;
    yield { key, message };
    return;
  }
  const alternative = suggestSchedule(longestGapMinutes(schedule), startWindowMinutes, reserved);
  for (const { window, starts } of collisions(schedule, startWindowMinutes, reserved)) {
    const remedy = alternative ? `write ${alternative.expression}, or move the window` : "move the window";
    const where = `${WINDOWS[window]} database.${window} ${reserved[window]} (T16)`;
    yield {
      key,
      message: `lets a job start ${describeSpan(starts)}, ${where}, got ${expression}; ${remedy}`,
    };
  }
}

const WINDOWS: Readonly<Record<Collision["window"], string>> = {
  maintenanceWindow: "in the hour before or during",
  backupWindow: "during",
};

const WEEKDAYS = ["Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"];

function describeSpan({ startMinute, lengthMinutes }: Collision["starts"]): string {
  const weekday = WEEKDAYS[Math.floor(startMinute / (24 * 60)) % 7] ?? "";
  return `${weekday} ${timeOfDay(startMinute)} to ${timeOfDay(startMinute + lengthMinutes)}`;
}

function timeOfDay(minute: number): string {
  return `${twoDigits(Math.floor(minute / 60) % 24)}:${twoDigits(minute % 60)}`;
}

const twoDigits = (value: number): string => String(value).padStart(2, "0");
