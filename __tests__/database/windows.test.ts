import fc from "fast-check";
import { describe, expect, it } from "vitest";
import {
  checkWindows,
  dailyWindows,
  overlaps,
  type WeeklyWindow,
  weeklyWindow,
} from "../../src/database/windows.ts";
import { complaints } from "../support/environments.ts";

const WEEK = 7 * 24 * 60;

const found = (backupWindow: string, maintenanceWindow: string): string[] =>
  [...checkWindows({ backupWindow, maintenanceWindow })].map(({ key, message }) => `${key}: ${message}`);

describe("checkWindows", () => {
  it.each([
    ["03:00-03:30", "sun:04:30-sun:05:30"],
    ["03:00-04:30", "sun:04:30-sun:05:30"],
    ["05:30-06:00", "sun:04:30-sun:05:30"],
    ["23:45-00:15", "sun:22:45-sun:23:45"],
    ["01:00-02:00", "sun:23:30-mon:00:30"],
  ])("accepts backups at %s beside maintenance at %s", (backup, maintenance) => {
    expect(found(backup, maintenance)).toEqual([]);
  });

  it.each([
    ["04:00-05:00", "sun:04:30-sun:05:30"],
    ["03:00-06:00", "wed:04:30-wed:05:30"],
    ["23:45-00:15", "mon:00:00-mon:00:30"],
    ["00:00-00:30", "sun:23:30-mon:00:30"],
  ])("refuses backups at %s with maintenance at %s", (backup, maintenance) => {
    expect(found(backup, maintenance)).toEqual([
      `database.maintenanceWindow: overlaps database.backupWindow ${backup}, got ${maintenance}; move one of them`,
    ]);
  });

  it("names each window that RDS refuses by itself", () => {
    expect(found("03:00-03:29", "sun:04:30-sun:04:30")).toEqual([
      "database.backupWindow: lasts 29 minutes, got 03:00-03:29; give it at least 30",
      "database.maintenanceWindow: lasts 0 minutes, got sun:04:30-sun:04:30; give it at least 30",
    ]);
    expect(found("03:00-03:30", "mon:04:00-tue:04:00")).toContain(
      "database.maintenanceWindow: lasts a day or more, got mon:04:00-tue:04:00; end it within 24 hours",
    );
  });

  it("is asked of every file, with its name", () => {
    const overlapping = { backupWindow: "05:00-06:00" };
    const message =
      "database.maintenanceWindow: overlaps database.backupWindow 05:00-06:00, got sun:04:30-sun:05:30; move one of them";
    expect(complaints({ dev: { database: overlapping }, dr: { database: overlapping } })).toEqual([
      `environments/dev.ts: ${message}`,
      `environments/dr.ts: ${message}`,
    ]);
  });
});

describe("overlaps", () => {
  const window = fc.record({
    startMinute: fc.integer({ min: 0, max: WEEK - 1 }),
    lengthMinutes: fc.integer({ min: 0, max: 2 * 24 * 60 }),
  });
  const minutes = ({ startMinute, lengthMinutes }: WeeklyWindow): Set<number> =>
    new Set(Array.from({ length: lengthMinutes }, (_, index) => (startMinute + index) % WEEK));

  it("agrees with the minutes that two windows share", () => {
    fc.assert(
      fc.property(window, window, (a, b) => {
        const ofB = minutes(b);
        const shared = [...minutes(a)].some((minute) => ofB.has(minute));
        expect(overlaps(a, b)).toBe(shared);
        expect(overlaps(b, a)).toBe(shared);
      }),
    );
  });
});

describe("parsing", () => {
  it("carries windows over midnight and over the end of the week", () => {
    expect(dailyWindows("23:30-00:30")[6]).toEqual({ startMinute: WEEK - 30, lengthMinutes: 60 });
    expect(weeklyWindow("sun:23:00-mon:01:00")).toEqual({ startMinute: WEEK - 60, lengthMinutes: 120 });
  });
});
