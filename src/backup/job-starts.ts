import { dailyWindows, overlaps, type WeeklyWindow, weeklyWindow } from "../database/windows.ts";
import { minutesOfWeek, type Schedule } from "./schedule.ts";

/** RDS refuses a job that starts in the hour before its maintenance window, too (T16). */
const BEFORE_MAINTENANCE_MINUTES = 60;

const MINUTES_PER_WEEK = 7 * 24 * 60;

/** The settings of a database that a backup job must not get in the way of. */
export interface ReservedTimes {
  readonly backupWindow: string;
  readonly maintenanceWindow: string;
  /** RDS makes no backups of its own at 0. */
  readonly backupRetentionDays: number;
}

/** A job that may start at a time that RDS needs for itself. */
export interface Collision {
  /** The key of the window. */
  readonly window: "backupWindow" | "maintenanceWindow";
  /** The span in which the job may start. */
  readonly starts: WeeklyWindow;
}

/** The first collision with each window, over all firings and their start windows. */
export function collisions(
  schedule: Schedule,
  startWindowMinutes: number,
  { backupWindow, maintenanceWindow, backupRetentionDays }: ReservedTimes,
): Collision[] {
  const maintenance = weeklyWindow(maintenanceWindow);
  const reserved: readonly (readonly [Collision["window"], readonly WeeklyWindow[]])[] = [
    [
      "maintenanceWindow",
      [
        {
          startMinute: maintenance.startMinute - BEFORE_MAINTENANCE_MINUTES,
          lengthMinutes: maintenance.lengthMinutes + BEFORE_MAINTENANCE_MINUTES,
        },
      ],
    ],
    ["backupWindow", backupRetentionDays === 0 ? [] : dailyWindows(backupWindow)],
  ];
  const starts = minutesOfWeek(schedule).map((startMinute) => ({
    startMinute,
    lengthMinutes: Math.min(startWindowMinutes, MINUTES_PER_WEEK),
  }));
  return reserved.flatMap(([window, spans]) => {
    const first = starts.find((start) => spans.some((span) => overlaps(start, span)));
    return first === undefined ? [] : [{ window, starts: first }];
  });
}

/** Intervals that divide a day, so that the hours are the same every day. */
const INTERVALS_HOURS = [24, 12, 8, 6, 4, 3, 2, 1];

/** The rarest schedule of whole hours that fires often enough and gets in nobody's way; undefined when there is none. */
export function suggestSchedule(
  longestIntervalMinutes: number,
  startWindowMinutes: number,
  reserved: ReservedTimes,
): Schedule | undefined {
  return INTERVALS_HOURS.filter((interval) => interval * 60 <= longestIntervalMinutes)
    .flatMap((interval) => Array.from({ length: interval }, (_, offset) => everyHours(interval, offset)))
    .find((schedule) => collisions(schedule, startWindowMinutes, reserved).length === 0);
}

function everyHours(interval: number, offset: number): Schedule {
  const start = offset === 0 && interval < 24 ? "*" : String(offset);
  const hours = interval === 24 ? start : `${start}/${interval}`;
  return {
    expression: `cron(0 ${hours} * * ? *)`,
    times: Array.from({ length: 24 / interval }, (_, index) => (offset + index * interval) * 60),
    daysApart: [1],
    weekdays: [0, 1, 2, 3, 4, 5, 6],
  };
}
