import { formatMinutes } from "../objectives/duration.ts";

const MINUTE_MS = 60_000;
const DAY_MINUTES = 24 * 60;

/** Whole minutes between two moments; never negative, since two clocks are never quite the same. */
export const minutesBetween = (from: Date, to: Date): number =>
  Math.max(0, Math.floor((to.getTime() - from.getTime()) / MINUTE_MS));

/** A duration as a person reads it: days from two days on. */
export function formatAge(minutes: number): string {
  return minutes >= 2 * DAY_MINUTES ? `${Math.floor(minutes / DAY_MINUTES)} days` : formatMinutes(minutes);
}

/** A moment to the minute, UTC: `2026-01-31 03:04Z`. */
export const formatTime = (time: Date): string => `${time.toISOString().slice(0, 16).replace("T", " ")}Z`;
