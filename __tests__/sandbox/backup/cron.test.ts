import { describe, expect, it } from "vitest";
import { Schedule } from "../../../sandbox/emulations/backup/cron.ts";

const firings = (expression: string, count: number, timezone = "Etc/UTC"): string[] => {
  const schedule = new Schedule(expression, timezone);
  const found: string[] = [];
  let time = new Date("2026-01-01T00:00:00Z");
  while (found.length < count) {
    time = schedule.next(time) ?? new Date(Number.NaN);
    found.push(time.toISOString().slice(0, 16));
  }
  return found;
};

/** 2026-01-01 is a Thursday. */
describe("AWS cron", () => {
  it.each([
    ["cron(0 5 ? * * *)", ["2026-01-01T05:00", "2026-01-02T05:00"]],
    ["cron(30 6/12 * * ? *)", ["2026-01-01T06:30", "2026-01-01T18:30"]],
    ["cron(0 3 ? * 1 *)", ["2026-01-04T03:00", "2026-01-11T03:00"]],
    ["cron(0 3 ? * MON-TUE *)", ["2026-01-05T03:00", "2026-01-06T03:00"]],
    ["cron(0 3 ? * 6L *)", ["2026-01-30T03:00", "2026-02-27T03:00"]],
    ["cron(0 3 ? * 2#1 *)", ["2026-01-05T03:00", "2026-02-02T03:00"]],
    ["cron(0 3 L * ? *)", ["2026-01-31T03:00", "2026-02-28T03:00"]],
    ["cron(0 3 15W 2 ? *)", ["2026-02-16T03:00", "2027-02-15T03:00"]],
    ["cron(0 3 29 2 ? 2028)", ["2028-02-29T03:00"]],
  ])("fires %s as AWS documents it", (expression, expected) => {
    expect(firings(expression, expected.length)).toEqual(expected);
  });

  it("counts in the time zone of the rule", () => {
    expect(firings("cron(0 5 1 1,7 ? *)", 2, "Europe/Berlin")).toEqual([
      "2026-01-01T04:00",
      "2026-07-01T03:00",
    ]);
  });

  it("ends with the last year", () => {
    expect(new Schedule("cron(0 0 1 1 ? 2025)", "Etc/UTC").next(new Date("2026-01-01"))).toBeUndefined();
  });

  it.each([
    ["cron(0 5 * * * *)", "day of month and day of week"],
    ["cron(0 5 ? * ? *)", "day of month and day of week"],
    ["cron(0 5 ? * *)", "expected cron("],
    ["rate(1 day)", "expected cron("],
    ["cron(99 5 ? * * *)", "Invalid value for minute"],
  ])("refuses %s", (expression, reason) => {
    expect(() => new Schedule(expression, "Etc/UTC").next(new Date())).toThrow(reason);
  });
});
