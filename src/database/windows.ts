import type { DatabaseConfig } from "./schema.ts";

const MINUTES_PER_DAY = 1440;
const MINUTES_PER_WEEK = 7 * MINUTES_PER_DAY;
const WEEKDAYS = ["mon", "tue", "wed", "thu", "fri", "sat", "sun"];

/** RDS refuses shorter windows. */
const SHORTEST_WINDOW_MINUTES = 30;
/** RDS refuses a maintenance window of a day or more. */
const LONGEST_MAINTENANCE_MINUTES = MINUTES_PER_DAY;

/** A span of time that recurs every week. */
export interface WeeklyWindow {
  /** Minutes since Monday 00:00 UTC. */
  readonly startMinute: number;
  readonly lengthMinutes: number;
}

type Windows = Pick<DatabaseConfig, "backupWindow" | "maintenanceWindow">;

/** The spans of a daily window such as `03:00-03:30`, one for each day. */
export function dailyWindows(window: string): readonly WeeklyWindow[] {
  const [start = 0, end = 0] = window.split("-").map(minuteOfDay);
  const lengthMinutes = modulo(end - start, MINUTES_PER_DAY);
  return WEEKDAYS.map((_, day) => ({ startMinute: day * MINUTES_PER_DAY + start, lengthMinutes }));
}

/** The span of a weekly window such as `sun:04:30-sun:05:30`. */
export function weeklyWindow(window: string): WeeklyWindow {
  const [startMinute = 0, end = 0] = window.split("-").map(minuteOfWeek);
  return { startMinute, lengthMinutes: modulo(end - startMinute, MINUTES_PER_WEEK) };
}

/** Whether two spans share a minute in any week; spans that only touch do not. */
export function overlaps(a: WeeklyWindow, b: WeeklyWindow): boolean {
  const fromAToB = modulo(b.startMinute - a.startMinute, MINUTES_PER_WEEK);
  const fromBToA = modulo(a.startMinute - b.startMinute, MINUTES_PER_WEEK);
  return (
    (a.lengthMinutes > fromAToB && b.lengthMinutes > 0) || (b.lengthMinutes > fromBToA && a.lengthMinutes > 0)
  );
}

/** What RDS would refuse of a database's windows, at the end of an apply. */
export function* checkWindows({ backupWindow, maintenanceWindow }: Windows): Generator<{
  readonly key: string;
  readonly message: string;
}> {
  const backups = dailyWindows(backupWindow);
  const maintenance = weeklyWindow(maintenanceWindow);
  const backupMinutes = backups[0]?.lengthMinutes ?? 0;
  if (backupMinutes < SHORTEST_WINDOW_MINUTES) {
    yield { key: "database.backupWindow", message: tooShort(backupWindow, backupMinutes) };
  }
  if (maintenance.lengthMinutes < SHORTEST_WINDOW_MINUTES) {
    yield {
      key: "database.maintenanceWindow",
      message: tooShort(maintenanceWindow, maintenance.lengthMinutes),
    };
  }
  if (maintenance.lengthMinutes >= LONGEST_MAINTENANCE_MINUTES) {
    const message = `lasts a day or more, got ${maintenanceWindow}; end it within 24 hours`;
    yield { key: "database.maintenanceWindow", message };
  }
  if (backups.some((backup) => overlaps(backup, maintenance))) {
    const message = `overlaps database.backupWindow ${backupWindow}, got ${maintenanceWindow}; move one of them`;
    yield { key: "database.maintenanceWindow", message };
  }
}

const tooShort = (window: string, minutes: number): string =>
  `lasts ${minutes} minutes, got ${window}; give it at least ${SHORTEST_WINDOW_MINUTES}`;

function minuteOfDay(time: string): number {
  const [hours = 0, minutes = 0] = time.split(":").map(Number);
  return hours * 60 + minutes;
}

function minuteOfWeek(time: string): number {
  return WEEKDAYS.indexOf(time.slice(0, 3)) * MINUTES_PER_DAY + minuteOfDay(time.slice(4));
}

const modulo = (value: number, by: number): number => ((value % by) + by) % by;
