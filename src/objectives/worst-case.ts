import { formatMinutes } from "./duration.ts";

/** One summand of a worst case. */
export interface Term {
  readonly label: string;
  /** Whole minutes, rounded up. */
  readonly minutes: number;
  /** The file and key that decide it. */
  readonly setBy: string;
  /** The step of a recovery that takes this long; only an RTO has steps. */
  readonly step?: string;
  /**
   * Why the time that a run of the step has taken does not tell: people had decided before it began, or changed DNS elsewhere, or
   * a volume is read from S3 long after the step has ended. Absent where it tells all.
   */
  readonly unmeasured?: "people" | "afterwards";
}

/** What is lost or waited for at most, or why there is no bound. */
export type WorstCase =
  | { readonly bounded: true; readonly minutes: number; readonly terms: readonly Term[] }
  | { readonly bounded: false; readonly reason: string };

/** Adds terms up. */
export const boundedBy = (terms: readonly Term[]): WorstCase => ({
  bounded: true,
  minutes: terms.reduce((sum, { minutes }) => sum + minutes, 0),
  terms,
});

/** Says why no sum can be given. */
export const unbounded = (reason: string): WorstCase => ({ bounded: false, reason });

/** The arithmetic on one line: `24 h between backups + 1 h start window = 25 h`. */
export function formatArithmetic(terms: readonly Term[]): string {
  const sum = terms.reduce((total, { minutes }) => total + minutes, 0);
  const summands = terms.map(({ label, minutes }) => `${formatMinutes(minutes)} ${label}`);
  return `${summands.join(" + ")} = ${formatMinutes(sum)}`;
}
