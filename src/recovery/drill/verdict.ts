import { AwsFailure, Conflict, type FailureKind } from "../../aws/failure.ts";
import type { Assertion } from "../assertions/assertion.ts";
import { LockLost } from "../journal/lock-keeper.ts";
import { Interrupted, type RecoveryContext, StepFailed } from "../steps/step.ts";

/** How the evidence of a part begins that failed: whatever fails, what was made has to be removed. */
const FAILED = "FAILED: ";
const NOT_TRIED = "not tried";

/** The failure of an earlier part; the rest of a drill is then to remove what it has made. */
export function failureOf({ run }: RecoveryContext): string | undefined {
  for (const [id, step] of run().steps)
    if (step.state === "done" && step.evidence.startsWith(FAILED))
      return `${id}: ${step.evidence.slice(FAILED.length)}`;
  return undefined;
}

/**
 * A part of a drill that may fail without leaving the copy behind: the failure is its evidence, and the verdict at the end
 * is the drill's.
 *
 * What passes is thrown, as an interruption is: the part is tried again, and without credentials nothing could be removed.
 */
export const sheltered =
  (part: (context: RecoveryContext) => Promise<string>) =>
  async (context: RecoveryContext): Promise<string> => {
    const failure = failureOf(context);
    if (failure !== undefined) return `${NOT_TRIED}: ${failure}`;
    try {
      return await part(context);
    } catch (error) {
      if (isForSomebodyElse(error) || isPassing(error)) throw error;
      const reason = error instanceof Error ? error.message : String(error);
      context.tell(`${reason}; the copy is removed now`);
      return `${FAILED}${reason}`;
    }
  };

/** What a part claims unless it has failed, or was not tried: then it claims nothing. */
export const unlessFailed =
  (step: string, assertion: Assertion): Assertion =>
  async (context) => {
    const done = context.run().steps.get(step);
    const said = done?.state === "done" ? done.evidence : "";
    return said.startsWith(FAILED) || said.startsWith(NOT_TRIED) ? undefined : assertion(context);
  };

/** The operator stops, or another process has taken the run up and goes on with it. */
const isForSomebodyElse = (error: unknown): boolean =>
  error instanceof Interrupted || error instanceof LockLost || error instanceof Conflict;

const PASSING: ReadonlySet<FailureKind> = new Set(["throttled", "unreachable", "busy", "credentials"]);
const isPassing = (error: unknown): boolean => error instanceof AwsFailure && PASSING.has(error.kind);

/**
 * Ends the run: a drill that failed is never gone on with, since its copy is gone.
 *
 * @throws StepFailed with what failed
 */
export async function judge(context: RecoveryContext): Promise<string> {
  const failure = failureOf(context);
  if (failure === undefined) return "the recovery works";
  await context.journal.record({ event: "run-ended", outcome: "failed", evidence: failure });
  throw new StepFailed(`the drill failed: ${failure}`, "its copy was removed, and nothing else was touched", [
    "# correct what is named, then drill again",
  ]);
}
