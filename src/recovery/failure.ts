import { AwsFailure, Conflict } from "../aws/failure.ts";
import { UserError } from "../config/problem.ts";
import { Damaged } from "./damage.ts";
import { LockLost } from "./journal/lock-keeper.ts";
import { StepFailed } from "./steps/step.ts";

/** A failure as the operator reads it. */
export interface Failure {
  /** What happened. */
  readonly what: string;
  /** What state the world is in. */
  readonly state: string;
  /** What to do or to run next; one line each. */
  readonly next: readonly string[];
}

const UNTOUCHED = "the step was not finished; what it had done stays, and nothing was undone";

/**
 * Explains what went wrong.
 *
 * @param resume the command that goes on
 */
export function explain(error: unknown, resume: string): Failure {
  if (error instanceof StepFailed)
    return {
      what: error.message,
      state: error.state,
      next: [...error.next, [resume, ...error.resumeWith].join(" ")],
    };
  if (error instanceof AwsFailure) return explainAws(error, resume);
  if (error instanceof UserError)
    return { what: error.message, state: UNTOUCHED, next: [`# correct what is named, then\n${resume}`] };
  if (error instanceof Damaged)
    return { what: error.message, state: UNTOUCHED, next: [error.remedy, resume] };
  if (error instanceof LockLost || error instanceof Conflict)
    return {
      what: `someone else has taken up this recovery: ${error.message}`,
      state: "this process has stopped and changes nothing any more; the other one goes on",
      next: ["# see who, and how far it has come\nnpm run dr -- status"],
    };
  const reason = error instanceof Error ? error.message : String(error);
  return {
    what: `${reason} (a defect of this program)`,
    state: UNTOUCHED,
    next: [`# once more, and if it stays so by hand, as docs/runbook.md says\n${resume}`],
  };
}

function explainAws({ kind, action, region, message, reason }: AwsFailure, resume: string): Failure {
  const remedies: Readonly<Record<AwsFailure["kind"], string>> = {
    denied: `# allow ${action} in ${region} to this caller, or take break-glass credentials\naws sts get-caller-identity --region ${region}`,
    unreachable: `# see whether ${region} answers from here\naws sts get-caller-identity --region ${region}`,
    throttled: "# AWS refuses for now, also after several attempts; wait a minute",
    busy: "# AWS refuses that in the state it is in, also after several attempts; wait a few minutes",
    credentials: `# sign in again, or take other credentials\naws sts get-caller-identity --region ${region}`,
    failed: reason.startsWith("NoSuchBucket")
      ? "# the bucket is made by\nnpm run bootstrap"
      : `# read what ${action} answered`,
  };
  return { what: message, state: UNTOUCHED, next: [remedies[kind], resume] };
}
