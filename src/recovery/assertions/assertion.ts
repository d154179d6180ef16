import type { RecoveryContext } from "../steps/step.ts";

/**
 * Asks AWS whether what a step claims is so, and says what contradicts it; undefined when nothing does.
 *
 * @throws AwsFailure when nobody answers: then it is not known, which is no pass
 */
export type Assertion = (context: RecoveryContext) => Promise<string | undefined>;

/** What contradicts several claims, in one line; undefined when nothing does. */
export async function contradictions(
  ...asked: readonly Promise<string | undefined>[]
): Promise<string | undefined> {
  const found = (await Promise.all(asked)).filter((one) => one !== undefined);
  return found.length === 0 ? undefined : found.join("; ");
}
