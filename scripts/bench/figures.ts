import type { Sample } from "./measure.ts";

/** What a figure should be. */
export interface Target {
  readonly text: string;
  readonly value: number;
  readonly limit: number;
  readonly wanted: "at most" | "at least";
  /** Of value and limit: `s`, `MiB`, or `x` for a ratio. */
  readonly unit: string;
}

/** One line of the table. */
export interface Figure {
  readonly what: string;
  /** What was measured; absent where the figure is a ratio of others. */
  readonly sample?: Sample | undefined;
  /** In comparison with something that the text names. */
  readonly ratio?: string;
  readonly targets?: readonly Target[];
}

/** What no figure of this run can be compared with, or a target that it has. */
export const atMost = (value: number, limit: number, unit: string): Target => ({
  text: `at most ${number(limit)} ${unit}`,
  value,
  limit,
  wanted: "at most",
  unit,
});

export const atLeast = (value: number, limit: number, unit: string): Target => ({
  text: `at least ${number(limit)} ${unit}`,
  value,
  limit,
  wanted: "at least",
  unit,
});

export const isMet = ({ value, limit, wanted }: Target): boolean =>
  wanted === "at most" ? value <= limit : value >= limit;

/** The verdict with its amount: `met, 0.61 s of 1.2 s` or `missed by 0.3 s`. */
export function verdict(target: Target): string {
  const { value, limit, unit } = target;
  if (Number.isNaN(value)) return "not measured";
  return isMet(target)
    ? `met with ${number(value)} ${unit}`
    : `missed by ${number(Math.abs(value - limit))} ${unit}: ${number(value)} ${unit}`;
}

/** Three digits that mean something. */
export function number(value: number): string {
  if (value >= 100) return value.toFixed(0);
  return String(Number(value.toPrecision(3)));
}

const HEAD = ["what", "time", "CPU", "memory", "in comparison", "target", "result"] as const;

/** The figures as cells, the head first. */
export function cells(figures: readonly Figure[]): readonly (readonly string[])[] {
  const rows = figures.map(({ what, sample, ratio = "", targets = [] }) => [
    what,
    quantity(sample?.seconds, "s"),
    quantity(sample?.cpuSeconds, "s"),
    quantity(sample?.memoryMiB, "MiB"),
    ratio,
    targets.map(({ text }) => text).join(", "),
    targets.map(verdict).join(", "),
  ]);
  return [HEAD, ...rows];
}

const quantity = (value: number | undefined, unit: string): string =>
  value === undefined ? "" : `${unit === "MiB" ? value.toFixed(0) : value.toFixed(2)} ${unit}`;
