import { AwsFailure } from "../../aws/failure.ts";
import type { RecoveryContext } from "../steps/step.ts";

/**
 * Leaves the mark by which Terraform refuses to plan the primary, whether it could be fenced or not: its next apply would
 * start and open it.
 *
 * A mark that can't be left is told, and stops nothing.
 */
export async function markFenced({ aws, place, run, tell }: RecoveryContext): Promise<void> {
  const { runId, operator, reason, declaredAt } = run().start;
  const text = `${JSON.stringify({ runId, operator, reason, declaredAt }, undefined, 2)}\n`;
  try {
    await aws.in(place.region).write(place.bucket, place.fenceKey, text);
  } catch (error) {
    if (!(error instanceof AwsFailure)) throw error;
    tell(`WARNING: nothing keeps a pipeline from applying the primary: ${error.message}`);
  }
}

/** Takes the mark away, once the primary may serve. */
export const unmarkFenced = ({ aws, place }: RecoveryContext): Promise<void> =>
  aws.in(place.region).remove(place.bucket, place.fenceKey);
