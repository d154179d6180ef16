import type { RegionalAws } from "../../aws/port.ts";
import type { GroupSizes, Scale } from "../../compute/scale.ts";
import type { ServiceSpec } from "../../config/spec.ts";
import { scaleOf } from "../steps/capacity.ts";
import { StepFailed } from "../steps/step.ts";
import { type FencePart, held } from "./report.ts";

type Tasks = Extract<Scale, { readonly kind: "tasks" }>;

/** EKS refuses a node group whose maximum is 0. */
const NO_NODES: GroupSizes = { min: 0, desired: 0, max: 1 };
const NO_INSTANCES: GroupSizes = { min: 0, desired: 0, max: 0 };

/** Takes the compute to nothing, and holds what would start it again. */
export async function stopCompute(spec: ServiceSpec, aws: RegionalAws): Promise<FencePart> {
  const scale = scaleOf(spec);
  switch (scale.kind) {
    case "tasks":
      return held("compute", await stopTasks(scale, aws));
    case "node-group": {
      const { clusterName, nodeGroupName } = scale;
      const group = await aws.nodeGroup(clusterName, nodeGroupName);
      if (group === undefined) return held("compute", `there is no node group ${nodeGroupName}`);
      if (group.desiredCount === 0) return held("compute", `${nodeGroupName} is at 0 nodes already`);
      await aws.resizeNodeGroup(clusterName, nodeGroupName, NO_NODES);
      return held("compute", `${nodeGroupName} goes from ${group.desiredCount} nodes to 0`);
    }
    case "instance-groups": {
      // In the reverse order of their start: whatever the others need goes last.
      const stopped = await inOrder(scale.groups.toReversed(), async ({ name }) => {
        const group = await aws.instanceGroup(name);
        if (group === undefined) return `there is no group ${name}`;
        // Also when it is at 0: a maximum of 0 is what holds it.
        await aws.resizeInstanceGroup(name, NO_INSTANCES);
        return `${name} goes from ${group.desiredCount} instances to 0`;
      });
      return held("compute", stopped.join(", "));
    }
  }
}

/**
 * Gives the compute the size that the environment's file wants, and its scaling back.
 *
 * Nothing has to be remembered: the file is what the fence took away.
 */
export async function startCompute(spec: ServiceSpec, aws: RegionalAws): Promise<string> {
  const scale = scaleOf(spec);
  switch (scale.kind) {
    case "tasks":
      return startTasks(scale, spec.name, aws);
    case "node-group":
      await aws.resizeNodeGroup(scale.clusterName, scale.nodeGroupName, scale.sizes);
      return `${scale.nodeGroupName} goes to ${scale.sizes.desired} nodes`;
    case "instance-groups": {
      const started = await inOrder(scale.groups, async ({ name, ...sizes }) => {
        await aws.resizeInstanceGroup(name, sizes);
        return `${name} goes to ${sizes.desired} instances`;
      });
      return started.join(", ");
    }
  }
}

async function stopTasks({ clusterName, serviceName }: Tasks, aws: RegionalAws): Promise<string> {
  const found = await aws.service(clusterName, serviceName);
  if (found === undefined) return `there is no service ${serviceName}`;
  const scaling = await aws.taskScaling(clusterName, serviceName);
  // Never a second time: the registration would move the count from 0 into the bounds. It survives an apply, since
  // Terraform's provider does not know it.
  if (scaling !== undefined && !scaling.suspended)
    await aws.suspendTaskScaling(clusterName, serviceName, true);
  const now = scaling?.suspended === false ? await aws.service(clusterName, serviceName) : found;
  if (now !== undefined && now.desiredCount > 0) await aws.setTaskCount(clusterName, serviceName, 0);
  const holding = scaling === undefined ? "nothing scales it" : "its automatic scaling is suspended";
  return found.desiredCount === 0
    ? `${serviceName} is at 0 tasks, ${found.runningCount} still run, ${holding}`
    : `${serviceName} goes from ${found.desiredCount} tasks to 0, ${holding}`;
}

async function startTasks(
  { clusterName, serviceName, count }: Tasks,
  environment: string,
  aws: RegionalAws,
): Promise<string> {
  const scaling = await aws.taskScaling(clusterName, serviceName);
  if (scaling?.suspended === true) await aws.suspendTaskScaling(clusterName, serviceName, false);
  const found = await aws.service(clusterName, serviceName);
  if (found === undefined)
    throw new StepFailed(`no service ${serviceName} in ${aws.region}`, "nothing was started", [
      `npx cdktf deploy ${environment}`,
    ]);
  // More may be needed by now, and scaling knows it better than the file.
  if (found.desiredCount < count) await aws.setTaskCount(clusterName, serviceName, count);
  const scaled = scaling === undefined ? "" : ", its automatic scaling works";
  return `${serviceName} goes to ${Math.max(count, found.desiredCount)} tasks${scaled}`;
}

/** One after the other: the order is the point. */
async function inOrder<Item>(
  items: readonly Item[],
  act: (item: Item) => Promise<string>,
): Promise<readonly string[]> {
  const evidence: string[] = [];
  for (const item of items) evidence.push(await act(item));
  return evidence;
}
