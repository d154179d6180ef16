import { closedContradiction } from "../assertions/service.ts";
import { closeIngress } from "../fence/ingress.ts";
import { type RecoveryContext, StepFailed } from "../steps/step.ts";

/**
 * Closes the standby at once, by its load balancer's security group; its compute runs on, so that it can be opened again at once.
 *
 * @throws StepFailed when its group can't be emptied: users stay there
 */
export async function shutStandby(context: RecoveryContext): Promise<string> {
  const { primary, standby } = await context.subject();
  const { evidence, outcome, remedy } = await closeIngress(standby, context.standby);
  if (outcome === "held") return evidence;
  throw new StepFailed(
    evidence,
    `users stay where they are: ${primary.name} runs and is closed, ${standby.name} goes on as it is`,
    [remedy ?? ""],
  );
}

/** What contradicts that nobody comes into the standby. */
export async function standbyOpen({ subject, standby: aws }: RecoveryContext): Promise<string | undefined> {
  return closedContradiction((await subject()).standby, aws);
}

/** Evidence that nobody comes into the standby: its record does not say active, or an attempt has closed it. */
export const isStandbyShut = async (context: RecoveryContext): Promise<string | undefined> =>
  (await standbyOpen(context)) === undefined ? "nobody comes in there" : undefined;
