import fc from "fast-check";
import { describe, expect, it } from "vitest";
import {
  longestGapMinutes,
  minutesOfWeek,
  parseSchedule,
  type Schedule,
  shortestGapMinutes,
} from "../../src/backup/schedule.ts";
import { type CronPlan, cronPlan, DAY_MILLISECONDS } from "../support/cron.ts";

function scheduleOf(expression: string): Schedule {
  const parsed = parseSchedule(expression);
  if (!parsed.ok) throw new Error(parsed.message);
  return parsed.schedule;
}

function refusalOf(expression: string): string {
  const parsed = parseSchedule(expression);
  return parsed.ok ? "accepted" : parsed.message;
}

/** Days since the epoch on which a plan fires, found by asking every day that AWS cron knows. */
function firingDays({ firesOn }: CronPlan): number[] {
  const days: number[] = [];
  for (let day = 0; day < Date.UTC(2200, 0) / DAY_MILLISECONDS; day += 1) {
    if (firesOn(new Date(day * DAY_MILLISECONDS))) days.push(day);
  }
  return days;
}

function factsByDefinition(plan: CronPlan) {
  let previous: number | undefined;
  let [longest, shortest] = [0, Infinity];
  const weekdays = new Set<number>();
  for (const day of firingDays(plan)) {
    // 1970 began on a Thursday, and a week of windows begins on Monday.
    weekdays.add((day + 3) % 7);
    for (const time of plan.times) {
      const now = day * 1440 + time;
      if (previous !== undefined) {
        longest = Math.max(longest, now - previous);
        shortest = Math.min(shortest, now - previous);
      }
      previous = now;
    }
  }
  return { longest, shortest, weekdays: [...weekdays].sort((a, b) => a - b) };
}

const dailyGap = (hours: readonly number[]): number =>
  longestGapMinutes(scheduleOf(`cron(0 ${hours.join(",")} * * ? *)`));

describe("gaps between backups, and their weekdays,", () => {
  it("are those that a search through every firing until 2199 finds", () => {
    // A minute that fires all day multiplies the firings and finds nothing new: few times a day are searched.
    const searchable = cronPlan.filter(({ times }) => times.length > 0 && times.length <= 30);
    fc.assert(
      fc.property(searchable, (plan) => {
        const facts = factsByDefinition(plan);
        fc.pre(facts.longest > 0);
        const schedule = scheduleOf(plan.expression);
        expect({
          longest: longestGapMinutes(schedule),
          shortest: shortestGapMinutes(schedule),
          weekdays: schedule.weekdays,
        }).toEqual(facts);
      }),
      { numRuns: 12 },
    );
  });

  it("are those that a search through every minute of a year finds", () => {
    const [start, end] = [Date.UTC(2027, 0) / 60_000, Date.UTC(2028, 0) / 60_000];
    const weekly = fc.tuple(
      fc.uniqueArray(fc.integer({ min: 1, max: 7 }), { minLength: 1 }),
      fc.uniqueArray(fc.integer({ min: 0, max: 23 }), { minLength: 1, maxLength: 6 }),
      fc.uniqueArray(fc.integer({ min: 0, max: 59 }), { minLength: 1, maxLength: 3 }),
    );
    fc.assert(
      fc.property(weekly, ([weekdays, hours, minutes]) => {
        let [previous, longest]: [number | undefined, number] = [undefined, 0];
        for (let minute = start; minute < end; minute += 1) {
          const time = minute % 1440;
          // 1970 began on a Thursday, the fifth day of AWS's week.
          const weekday = ((Math.floor(minute / 1440) + 4) % 7) + 1;
          if (!minutes.includes(time % 60) || !hours.includes(Math.floor(time / 60))) continue;
          if (!weekdays.includes(weekday)) continue;
          if (previous !== undefined) longest = Math.max(longest, minute - previous);
          previous = minute;
        }
        const expression = `cron(${minutes.join(",")} ${hours.join(",")} ? * ${weekdays.join(",")} *)`;
        expect(longestGapMinutes(scheduleOf(expression))).toBe(longest);
      }),
      { numRuns: 25 },
    );
  });

  it("never grow when a schedule fires more often", () => {
    const hours = fc.uniqueArray(fc.integer({ min: 0, max: 23 }), { minLength: 1 });
    fc.assert(
      fc.property(hours, hours, (some, others) => {
        expect(dailyGap([...new Set([...some, ...others])])).toBeLessThanOrEqual(dailyGap(some));
      }),
    );
  });

  it.each([
    ["cron(0 */12 * * ? *)", 12],
    ["cron(0 5 * * ? *)", 24],
    // AWS evaluates within one day: an increment that starts at 13:00 never comes again before midnight (T16).
    ["cron(0 13/12 * * ? *)", 24],
    ["cron(0 0/6 ? * MON-FRI *)", 54],
    ["cron(0 12 L * ? *)", 31 * 24],
    ["cron(0 12 ? * 1 *)", 7 * 24],
    // 2100 is not a leap year.
    ["cron(0 12 29 2 ? *)", (8 * 365 + 1) * 24],
  ])("of %s are at most %d hours", (expression, hours) => {
    expect(longestGapMinutes(scheduleOf(expression)) / 60).toBe(hours);
  });

  it("are found in less than 50 ms on average, minute by minute too", () => {
    const expressions = [
      "cron(* * * * ? *)",
      "cron(0/5 * ? * MON-FRI *)",
      "cron(0 3 15W * ? *)",
      "cron(0 3 ? * 3#5 *)",
      "cron(0 3 29 2 ? *)",
    ];
    const start = performance.now();
    for (const expression of expressions) longestGapMinutes(scheduleOf(expression));
    expect((performance.now() - start) / expressions.length).toBeLessThan(50);
  });
});

describe("weekdays", () => {
  it("count from Sunday in cron and from Monday in a week of minutes", () => {
    expect(minutesOfWeek(scheduleOf("cron(30 1 ? * 1,MON *)"))).toEqual([90, 6 * 1440 + 90]);
  });

  it.each([
    ["L", "Saturday", 5],
    ["7", "Saturday", 5],
    ["6L", "Friday", 4],
    ["3#2", "Tuesday", 1],
  ])("%s is a %s", (dayOfWeek, _name, weekday) => {
    expect(scheduleOf(`cron(0 1 ? * ${dayOfWeek} *)`).weekdays).toEqual([weekday]);
  });
});

describe("a malformed schedule", () => {
  it.each([
    ["rate(12 hours)", 'expected AWS cron, got "rate(12 hours)"; write cron(0 */12 * * ? *)'],
    [
      "cron(0 5 * * ?)",
      'expected six fields, got 5 in "cron(0 5 * * ?)"; write minutes, hours, day of month, month, day of week, year',
    ],
    [
      "cron(60 5 * * ? *)",
      'minutes is out of range, got "60"; write 0 to 59, ranges upwards, such as 0 or */15',
    ],
    [
      "cron(*/60 5 * * ? *)",
      'minutes has a step above 59, got "*/60"; write 0 to 59, ranges upwards, such as 0 or */15',
    ],
    [
      "cron(0 22-2 * * ? *)",
      'hours is out of range, got "22-2"; write 0 to 23, ranges upwards, such as 3 or */12',
    ],
    [
      "cron(0 5 32 * ? *)",
      'day of month is out of range, got "32"; write 1 to 31, ranges upwards, *, ?, L, LW or 15W',
    ],
    [
      "cron(0 5 1,15W * ? *)",
      'day of month is malformed, got "1,15W"; write 1 to 31, ranges upwards, *, ?, L, LW or 15W',
    ],
    ["cron(0 5 * 13 ? *)", 'month is out of range, got "13"; write 1 to 12 or JAN to DEC, ranges upwards'],
    [
      "cron(0 5 ? * 0 *)",
      'day of week is malformed, got "0"; write 1 (SUN) to 7 (SAT), ranges upwards, *, ?, L, 6L or 3#2',
    ],
    [
      "cron(0 5 ? * 3#1,6#3 *)",
      'day of week is malformed, got "3#1,6#3"; write 1 (SUN) to 7 (SAT), ranges upwards, *, ?, L, 6L or 3#2',
    ],
    ["cron(0 5 * * ? 2200)", 'year is out of range, got "2200"; write 1970 to 2199, ranges upwards, or *'],
    [
      "cron(0 5 * * * *)",
      'exactly one of day of month and day of week must be ?, got "*" and "*"; correct one of them',
    ],
    [
      "cron(0 5 ? * ? *)",
      'exactly one of day of month and day of week must be ?, got "?" and "?"; correct one of them',
    ],
    [
      "cron(0 5 31 2,4 ? *)",
      'day of month and month never meet, got "cron(0 5 31 2,4 ? *)"; choose a day that the month has',
    ],
    [
      "cron(0 5 * * ? 2030)",
      'year limits the backups, got "cron(0 5 * * ? 2030)"; write *, since a schedule that begins or ends leaves the database without them',
    ],
  ])("%s is refused in one line that names the field", (expression, line) => {
    expect(refusalOf(expression)).toBe(line);
  });

  it("is never accepted, and never throws, when a field is replaced by nonsense", () => {
    const nonsense = fc.string({
      minLength: 1,
      maxLength: 6,
      unit: fc.constantFrom("x", "z", ";", ":", ".", "+", "(", ")", "\\"),
    });
    fc.assert(
      fc.property(cronPlan, fc.nat({ max: 5 }), nonsense, ({ expression }, index, text) => {
        const fields = expression.slice(5, -1).split(" ");
        const broken = `cron(${fields.with(index, text).join(" ")})`;
        expect(refusalOf(broken)).not.toBe("accepted");
      }),
    );
  });
});
