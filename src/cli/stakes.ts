import type { Inquiry } from "../recovery/checks/check.ts";
import { AwsFailure } from "../aws/failure.ts";
import { formatMinutes } from "../objectives/duration.ts";
import { SERVED_AFTER } from "../objectives/steps.ts";
import type { Run } from "../recovery/journal/run.ts";
import { remainingMinutes } from "../recovery/observation/forecast.ts";
import type { RecoveryPlan } from "../recovery/steps/step.ts";
import { servingOf } from "../recovery/steps/serving.ts";
import { formatTime } from "../recovery/time.ts";
import type { Painter } from "./paint.ts";

/** What counts for whoever is about to confirm. */
export interface Stakes {
  /** Data that users will not have any more. */
  readonly lost: string;
  /** Whether the primary serves users now, as it was seen a moment ago. */
  readonly primary: string;
  /** What is closed to users, stopped or deleted. */
  readonly closed: string;
}

/** The primary a moment ago. */
export interface PrimarySeen {
  readonly line: string;
  readonly servesAnyone: boolean;
}

/** Nobody is to close by mistake what serves. */
export async function lookAtPrimary({
  subject: { primary: spec },
  primary,
}: Pick<Inquiry, "subject" | "primary">): Promise<PrimarySeen> {
  try {
    const { serves, servesAnyone, evidence } = await servingOf(spec, primary);
    const line = serves
      ? `${spec.name} SERVES: ${evidence}`
      : servesAnyone
        ? `${spec.name} SERVES, and not as it should: ${evidence}`
        : `${spec.name} answers, and serves nobody: ${evidence}`;
    return { line, servesAnyone };
  } catch (error) {
    if (!(error instanceof AwsFailure)) throw error;
    return { line: `whether ${spec.name} still serves is not known: ${error.message}`, servesAnyone: false };
  }
}

/** The four facts, right above the question. */
export const stakesLines = (
  { lost, primary, closed }: Stakes,
  { minutes, end, servedAt }: Expected,
  paint: Painter,
): string[] =>
  [
    ["data lost", lost],
    ["now", primary],
    ["is closed", closed],
    [
      "expected end",
      minutes === undefined || end === undefined
        ? "not known: this has not been measured yet"
        : `${formatTime(end)}, in about ${formatMinutes(minutes)}${servedAt === undefined ? "" : `; users are served from about ${formatTime(servedAt)} on`}`,
    ],
  ].map(([name = "", text = ""]) => `  ${paint("bold", `${name}:`.padEnd(14))}${text}`);

/** How long what is left will take. */
export interface Expected {
  readonly minutes: number | undefined;
  /** By the clock; undefined when nobody knows. */
  readonly end: Date | undefined;
  /** When users are served again, where that is not the end. */
  readonly servedAt: Date | undefined;
}

/** What is expected of the steps of a plan, from now on. */
export function expectedOf({ steps, verb }: RecoveryPlan, run: Run | undefined, now: Date): Expected {
  const minutes = remainingMinutes(steps, run);
  const served = steps.findIndex(({ id }) => id === SERVED_AFTER) + 1;
  const untilServed =
    verb === "failover" && run?.steps.get(SERVED_AFTER)?.state !== "done"
      ? remainingMinutes(steps.slice(0, served), run)
      : undefined;
  return { minutes, end: later(now, minutes), servedAt: later(now, untilServed) };
}

const later = (now: Date, minutes: number | undefined): Date | undefined =>
  minutes === undefined ? undefined : new Date(now.getTime() + minutes * 60_000);
