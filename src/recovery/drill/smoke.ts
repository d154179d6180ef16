import { healthyContradiction } from "../assertions/service.ts";
import { awaitTargets } from "../failover/compute.ts";
import { capacityOf } from "../steps/capacity.ts";
import type { RecoveryContext } from "../steps/step.ts";
import { copyOf } from "./copy.ts";

/** Waits until the copy's own load balancer finds its targets healthy: it asks from inside, and nobody else gets in. */
export async function awaitCopy(context: RecoveryContext, minutes: number | undefined): Promise<string> {
  const copy = await copyOf(context);
  const capacity = await capacityOf(copy, context.standby);
  // Terraform starts nodes; what runs on them is applied by whoever owns the cluster.
  if (capacity?.unit === "nodes")
    return `${capacity.running} nodes run; nothing is applied to them in a drill`;
  return awaitTargets(context, copy, context.standby, minutes);
}

/** What contradicts that the copy's load balancer finds its targets healthy. */
export async function copyHealthy(context: RecoveryContext): Promise<string | undefined> {
  const copy = await copyOf(context);
  const capacity = await capacityOf(copy, context.standby);
  return capacity?.unit === "nodes" ? undefined : healthyContradiction(copy, context.standby);
}

/** What the load balancer's answers prove. The end of this step stops the clock of the RTO. */
export async function validateCopy(context: RecoveryContext): Promise<string> {
  const copy = await copyOf(context);
  const { deepPath, path } = copy.config.ingress.healthCheck;
  const seen = await awaitCopy(context, undefined);
  return deepPath === undefined
    ? `${seen}, asked for ${path}; whether it reaches its database is not proven: ingress.healthCheck.deepPath names no path for that`
    : `${seen}, asked for ${path}, which needs the database`;
}
