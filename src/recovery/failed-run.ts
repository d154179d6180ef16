import { explain, type Failure } from "./failure.ts";
import type { Journal } from "./journal/journal.ts";
import type { Run } from "./journal/run.ts";
import type { Ending, Order } from "./runner.ts";
import { Interrupted, StepFailed } from "./steps/step.ts";
import { type Contradicted, Unconfirmed } from "./verify.ts";

/** What stays contradicted after it was done again. */
export const notSo = ({ step, against }: Contradicted): StepFailed =>
  new StepFailed(
    `${step.id} was done twice, and AWS still says otherwise: ${against}`,
    "every step was carried out, and the whole is not done: what is named is not so",
    ["# see to what is named; the same command asks again, and does again what is not so"],
  );

/** Ends a run for now. A step that nobody could be asked about stays as it is: done or not, the next attempt asks again. */
export async function failedAt(
  step: string,
  error: unknown,
  order: Order,
  journal: Journal,
): Promise<Ending> {
  if (error instanceof Interrupted || (error instanceof Unconfirmed && error.cause instanceof Interrupted))
    return { kind: "interrupted", run: runOf(journal) };
  if (error instanceof Unconfirmed) {
    const { what, next } = explain(error.cause, order.resume);
    const failure = { what: `${error.message}: ${what}`, state: UNCONFIRMED, next };
    return { kind: "failed", run: runOf(journal), step: error.step, failure };
  }
  const failure = explain(error, order.resume);
  await recordFailure(journal, step, failure);
  return { kind: "failed", run: runOf(journal), step, failure };
}

const UNCONFIRMED = "nothing was undone; no run is called done before AWS has confirmed what it has done";

/** Whatever is wrong with the journal then, the failure itself is what the operator must read. */
async function recordFailure(journal: Journal, step: string, { what }: Failure): Promise<void> {
  try {
    await journal.record({ event: "step-failed", step, message: what });
  } catch {
    // Somebody else writes to it, which the failure says.
  }
}

/** The run of a journal that has its first line. */
export function runOf(journal: Journal): Run {
  if (journal.run === undefined) throw new Error(`run ${journal.runId} has no beginning`);
  return journal.run;
}
