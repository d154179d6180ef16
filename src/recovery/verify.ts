import type { Run } from "./journal/run.ts";
import type { RecoveryContext, RecoveryPlan, RecoveryStep } from "./steps/step.ts";

/** A step that is done as the journal says, and not as AWS says. */
export interface Contradicted {
  readonly step: RecoveryStep;
  readonly against: string;
}

/** AWS did not answer whether a step that is done still holds: that makes the step neither done nor failed. */
export class Unconfirmed extends Error {
  override readonly name = "Unconfirmed";

  constructor(
    readonly step: string,
    override readonly cause: unknown,
  ) {
    super(`whether ${step} holds is not known`);
  }
}

/** What AWS says against a step that the journal calls done; undefined when it holds, or when a later step has ended its claim. */
export async function contradictionOf(
  step: RecoveryStep,
  context: RecoveryContext,
  persist: (attempt: () => Promise<string | undefined>) => Promise<string | undefined>,
): Promise<string | undefined> {
  const { holdsUntil } = step;
  if (holdsUntil !== undefined && context.run().steps.has(holdsUntil)) return undefined;
  try {
    return await persist(() => step.contradiction(context));
  } catch (error) {
    throw new Unconfirmed(step.id, error);
  }
}

/** Whether a step was done before a step that it depends on was done again. */
export function isStale({ id, dependsOn }: RecoveryStep, { steps }: Run): boolean {
  const own = steps.get(id);
  return dependsOn.some((other) => {
    const before = steps.get(other);
    return own?.state === "done" && before?.state === "done" && before.endedAt > own.endedAt;
  });
}

/** The steps of a plan that AWS contradicts, in their order. */
export async function contradicted(
  { steps }: RecoveryPlan,
  context: RecoveryContext,
  persist: (attempt: () => Promise<string | undefined>) => Promise<string | undefined>,
): Promise<readonly Contradicted[]> {
  const found: Contradicted[] = [];
  for (const step of steps) {
    const against = await contradictionOf(step, context, persist);
    if (against !== undefined) found.push({ step, against });
  }
  return found;
}
