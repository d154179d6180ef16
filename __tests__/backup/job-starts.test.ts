import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { collisions, type ReservedTimes, suggestSchedule } from "../../src/backup/job-starts.ts";
import { longestGapMinutes, parseSchedule, type Schedule } from "../../src/backup/schedule.ts";

const WEEKDAYS = ["mon", "tue", "wed", "thu", "fri", "sat", "sun"];
const WEEK = 7 * 1440;

const reserved: ReservedTimes = {
  backupWindow: "03:00-03:30",
  maintenanceWindow: "sun:04:30-sun:05:30",
  backupRetentionDays: 14,
};

function scheduleOf(expression: string): Schedule {
  const parsed = parseSchedule(expression);
  if (!parsed.ok) throw new Error(parsed.message);
  return parsed.schedule;
}

const windowsHit = (expression: string, startWindowMinutes = 60, times = reserved): string[] =>
  collisions(scheduleOf(expression), startWindowMinutes, times).map(({ window }) => window);

const clock = (minute: number): string => {
  const time = minute % 1440;
  return `${String(Math.floor(time / 60)).padStart(2, "0")}:${String(time % 60).padStart(2, "0")}`;
};

describe("the start of a backup job", () => {
  it.each([
    ["ends its start window when RDS's own backup begins", "cron(0 2 * * ? *)", []],
    ["may fall into RDS's own backup", "cron(1 2 * * ? *)", ["backupWindow"]],
    ["begins when RDS's own backup ends", "cron(30 3 ? * MON *)", []],
    ["ends an hour before the maintenance", "cron(30 2 ? * SUN *)", ["backupWindow"]],
    [
      "may fall into the hour before the maintenance",
      "cron(31 2 ? * SUN *)",
      ["maintenanceWindow", "backupWindow"],
    ],
    ["begins when the maintenance ends", "cron(30 5 ? * SUN *)", []],
    ["is at maintenance time on another day", "cron(30 4 ? * MON *)", []],
    ["comes every 12 hours by default", "cron(0 */12 * * ? *)", []],
  ])("%s", (_case, expression, windows) => {
    expect(windowsHit(expression)).toEqual(windows);
  });

  it("can't collide with a backup that RDS does not make", () => {
    expect(windowsHit("cron(0 3 ? * MON *)", 60, { ...reserved, backupRetentionDays: 0 })).toEqual([]);
  });

  it("is found around the end of the week", () => {
    const times = { ...reserved, maintenanceWindow: "mon:00:30-mon:01:00" };
    expect(windowsHit("cron(30 22 ? * SUN *)", 60, times)).toEqual([]);
    expect(windowsHit("cron(31 22 ? * SUN *)", 60, times)).toEqual(["maintenanceWindow"]);
  });

  it("collides exactly when a minute of its start window lies in the hour before or during the maintenance", () => {
    const cases = fc.record({
      firing: fc.integer({ min: 0, max: WEEK - 1 }),
      startWindow: fc.integer({ min: 60, max: 300 }),
      maintenance: fc.integer({ min: 0, max: WEEK - 1 }),
      length: fc.integer({ min: 30, max: 600 }),
    });
    fc.assert(
      fc.property(cases, ({ firing, startWindow, maintenance, length }) => {
        const end = (maintenance + length) % WEEK;
        const at = (minute: number): string => `${WEEKDAYS[Math.floor(minute / 1440)]}:${clock(minute)}`;
        const day = WEEKDAYS[Math.floor(firing / 1440)]?.toUpperCase();
        const [hour, minute] = [Math.floor((firing % 1440) / 60), firing % 60];
        const expected = Array.from({ length: startWindow }, (_, offset) => firing + offset).some(
          (start) => (start - (maintenance - 60) + 2 * WEEK) % WEEK < length + 60,
        );
        const times = {
          ...reserved,
          backupRetentionDays: 0,
          maintenanceWindow: `${at(maintenance)}-${at(end)}`,
        };
        expect(windowsHit(`cron(${minute} ${hour} ? * ${day} *)`, startWindow, times)).toEqual(
          expected ? ["maintenanceWindow"] : [],
        );
      }),
    );
  });
});

describe("a suggested schedule", () => {
  it("is often enough and in nobody's way, and daily where a daily one would do", () => {
    const cases = fc.record({
      longest: fc.integer({ min: 60, max: 2000 }),
      startWindow: fc.integer({ min: 60, max: 180 }),
      backup: fc.integer({ min: 0, max: 1439 }),
    });
    fc.assert(
      fc.property(cases, ({ longest, startWindow, backup }) => {
        const times = { ...reserved, backupWindow: `${clock(backup)}-${clock(backup + 30)}` };
        const suggested = suggestSchedule(longest, startWindow, times);
        const fits = (expression: string): boolean =>
          longestGapMinutes(scheduleOf(expression)) <= longest &&
          windowsHit(expression, startWindow, times).length === 0;
        const daily = Array.from({ length: 24 }, (_, hour) => `cron(0 ${hour} * * ? *)`).some(fits);
        expect(suggested !== undefined && longestGapMinutes(suggested) === 1440).toBe(daily);
        fc.pre(suggested !== undefined);
        expect(fits(suggested.expression)).toBe(true);
        expect(scheduleOf(suggested.expression)).toEqual(suggested);
      }),
      { numRuns: 20 },
    );
  });

  it("does not exist when jobs would have to start every hour", () => {
    expect(suggestSchedule(60, 60, reserved)).toBeUndefined();
  });
});
