import { formatMinutes } from "../../objectives/duration.ts";
import { type RecoveryContext, StepFailed } from "./step.ts";

/** What a probe saw: that it is so, or how it is until then. */
export type Sight =
  { readonly done: true; readonly evidence: string } | { readonly done: false; readonly progress: string };

/** Something that takes time. */
export interface Wait {
  /** What is waited for: `for 3 running tasks`. */
  readonly what: string;
  /** How long it is expected to take; undefined when nobody knows. */
  readonly expectedMinutes: number | undefined;
  /** When it is given up. */
  readonly longestMinutes: number;
  readonly everyMs: number;
  /** What to look at when it is given up. */
  readonly next: readonly string[];
  /** Looks. A question that AWS does not answer is thrown, and the runner tries the step again. */
  readonly probe: () => Promise<Sight>;
}

const MINUTE_MS = 60_000;

/** An operator who hears nothing for longer thinks that it hangs. */
const TELL_MS = 30_000;

/**
 * Waits, and tells how it is: whenever something changes, and every half minute with elapsed and expected time.
 *
 * @throws StepFailed when it takes too long, Interrupted when the operator wants to stop
 */
export async function waitFor(context: RecoveryContext, wait: Wait): Promise<string> {
  const { now, pause, tell } = context;
  const startedAt = now().getTime();
  let told = { at: Number.NEGATIVE_INFINITY, progress: "" };
  for (;;) {
    const sight = await wait.probe();
    if (sight.done) return sight.evidence;
    const elapsed = now().getTime() - startedAt;
    if (elapsed > wait.longestMinutes * MINUTE_MS) throw givenUp(wait, sight.progress);
    if (sight.progress !== told.progress || elapsed - told.at >= TELL_MS) {
      tell(`waiting ${wait.what}: ${sight.progress} (${timeText(elapsed, wait.expectedMinutes)})`, "waiting");
      told = { at: elapsed, progress: sight.progress };
    }
    await pause(wait.everyMs);
  }
}

/** `2 min 10 s of about 5 min`. */
export function timeText(elapsedMs: number, expectedMinutes: number | undefined): string {
  const seconds = Math.floor(elapsedMs / 1000);
  const elapsed = seconds < 60 ? `${seconds} s` : `${Math.floor(seconds / 60)} min ${seconds % 60} s`;
  return expectedMinutes === undefined ? elapsed : `${elapsed} of about ${formatMinutes(expectedMinutes)}`;
}

const givenUp = ({ what, longestMinutes, next }: Wait, progress: string): StepFailed =>
  new StepFailed(
    `gave up waiting ${what} after ${formatMinutes(longestMinutes)}: ${progress}`,
    "nothing was undone; what was waited for may still come",
    next,
  );
