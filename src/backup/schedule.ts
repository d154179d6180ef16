import { FIRST_YEAR, LAST_YEAR, parseAwsCron } from "./aws-cron.ts";

const MINUTES_PER_DAY = 24 * 60;
const MILLISECONDS_PER_DAY = MINUTES_PER_DAY * 60_000;

/** When backups start, in UTC: at each of the times of each of the days. */
export interface Schedule {
  readonly expression: string;
  /** Minutes since midnight, ascending. */
  readonly times: readonly number[];
  /** The different distances between two days in a row, over all the years that AWS cron knows. */
  readonly daysApart: readonly number[];
  /** The weekdays that it ever fires on; 0 is Monday. */
  readonly weekdays: readonly number[];
}

/** A schedule, or what is wrong with the expression: one line that names the field. */
export type ScheduleResult =
  { readonly ok: true; readonly schedule: Schedule } | { readonly ok: false; readonly message: string };

const results = new Map<string, ScheduleResult>();

/** Reads the AWS cron expression of a backup; two centuries of firings are counted once for each expression. */
export function parseSchedule(expression: string): ScheduleResult {
  const result = results.get(expression) ?? parseAnew(expression);
  results.set(expression, result);
  return result;
}

function parseAnew(expression: string): ScheduleResult {
  const cron = parseAwsCron(expression);
  if (!cron.ok) return cron;
  const { minutes, hours, months, years, admitsDay } = cron.cron;
  if (years.length < LAST_YEAR - FIRST_YEAR + 1) {
    const message = `year limits the backups, got "${expression}"; write *, since a schedule that begins or ends leaves the database without them`;
    return { ok: false, message };
  }
  const days = firingDays(months, admitsDay);
  if (days.daysApart.length === 0) {
    const message = `day of month and month never meet, got "${expression}"; choose a day that the month has`;
    return { ok: false, message };
  }
  const times = hours.flatMap((hour) => minutes.map((minute) => hour * 60 + minute));
  return { ok: true, schedule: { expression, times, ...days } };
}

/** The longest time between two firings in a row, in minutes, exact over all the years that AWS cron knows. */
export const longestGapMinutes = (schedule: Schedule): number => Math.max(...gaps(schedule));

/** The shortest time between two firings in a row, in minutes. */
export const shortestGapMinutes = (schedule: Schedule): number => Math.min(...gaps(schedule));

/** The minutes since Monday 00:00 UTC at which a schedule ever fires. */
export const minutesOfWeek = ({ times, weekdays }: Schedule): number[] =>
  weekdays.flatMap((weekday) => times.map((time) => weekday * MINUTES_PER_DAY + time));

function gaps({ times, daysApart }: Schedule): number[] {
  const overnight = MINUTES_PER_DAY - (times.at(-1) ?? 0) + (times[0] ?? 0);
  return [...differences(times), ...daysApart.map((days) => (days - 1) * MINUTES_PER_DAY + overnight)];
}

const differences = (values: readonly number[]): number[] =>
  values.slice(1).map((value, index) => value - (values[index] ?? 0));

/** Admitted days repeat with a month's length and first weekday, so 28 kinds of month answer for two centuries. */
function firingDays(
  months: readonly number[],
  admitsDay: (day: Date) => boolean,
): Pick<Schedule, "daysApart" | "weekdays"> {
  const kinds = new Map<string, readonly number[]>();
  const daysApart = new Set<number>();
  const weekdays = new Set<number>();
  let last: number | undefined;
  for (let year = FIRST_YEAR; year <= LAST_YEAR; year += 1) {
    for (const month of months) {
      const first = Date.UTC(year, month - 1) / MILLISECONDS_PER_DAY;
      const length = Date.UTC(year, month) / MILLISECONDS_PER_DAY - first;
      const kind = `${length} days from weekday ${first % 7}`;
      let offsets = kinds.get(kind);
      if (offsets === undefined) {
        offsets = admittedOffsets(first, length, admitsDay);
        kinds.set(kind, offsets);
        for (const distance of differences(offsets)) daysApart.add(distance);
        // The epoch began on a Thursday.
        for (const offset of offsets) weekdays.add((first + offset + 3) % 7);
      }
      const [firstOffset] = offsets;
      if (firstOffset === undefined) continue;
      if (last !== undefined) daysApart.add(first + firstOffset - last);
      last = first + (offsets.at(-1) ?? firstOffset);
    }
  }
  return { daysApart: [...daysApart], weekdays: [...weekdays].sort((a, b) => a - b) };
}

function admittedOffsets(first: number, length: number, admitsDay: (day: Date) => boolean): number[] {
  const offsets = Array.from({ length }, (_, offset) => offset);
  return offsets.filter((offset) => admitsDay(new Date((first + offset) * MILLISECONDS_PER_DAY)));
}
