import { awaitRunning, awaitTargets } from "../failover/compute.ts";
import { awaitValid } from "../failover/validate.ts";
import { startCompute } from "../fence/compute.ts";
import { openIngress } from "../fence/ingress.ts";
import { capacityOf } from "../steps/capacity.ts";
import type { RecoveryContext } from "../steps/step.ts";

/** Starts what the failover stopped. */
export async function startPrimary(
  context: RecoveryContext,
  expectedMinutes: number | undefined,
): Promise<string> {
  const { primary: spec } = await context.subject();
  const { primary: aws } = context;
  // Health checks pass through the load balancer's own group. It admits nobody while the record says restored.
  const door = await openIngress(spec, aws);
  const before = await capacityOf(spec, aws);
  if (before !== undefined && before.desired < before.least) context.tell(await startCompute(spec, aws));
  return `${await awaitRunning(context, spec, aws, expectedMinutes)}; ${door}`;
}

/** Waits until the primary's load balancer finds it healthy. */
export async function awaitPrimary(
  context: RecoveryContext,
  expectedMinutes: number | undefined,
): Promise<string> {
  const { primary: spec } = await context.subject();
  return awaitTargets(context, spec, context.primary, expectedMinutes);
}

/** Asks the primary as its users do. */
export async function validatePrimary(context: RecoveryContext): Promise<string> {
  const { primary: spec } = await context.subject();
  return awaitValid(context, spec, context.primary);
}
