import type { RegionalAws } from "../../aws/port.ts";
import type { Scale } from "../../compute/scale.ts";
import type { ServiceSpec } from "../../config/spec.ts";
import { fail, type Finding, pass, warn } from "./check.ts";

/** What runs of a service's nodes. */
interface RunningNodes {
  readonly desired: number;
  readonly running: number;
  /** Fewest that the file wants. */
  readonly least: number;
  /** What AWS says is wrong. */
  readonly problems: readonly string[];
  /** Command that shows more. */
  readonly look: string;
}

/** Nodes as they are; a finding when there are none that could be looked at. */
type Seen = RunningNodes | Finding;

/** Whether a standby's nodes are as many as its posture says, and answer once it has some. */
export async function judgeNodes(
  spec: ServiceSpec,
  scale: Exclude<Scale, { readonly kind: "tasks" }>,
  posture: "standby" | "restored" | "active",
  aws: RegionalAws,
): Promise<Finding> {
  const seen =
    scale.kind === "node-group" ? await nodeGroup(scale, spec, aws) : await groups(scale, spec, aws);
  if ("status" in seen) return seen;
  const { desired, running, least, problems, look } = seen;
  const apply = `npx cdktf deploy ${spec.name}`;
  const facts = { desiredCount: desired, runningCount: running };
  const shown = `${running} of ${desired} nodes run`;
  if (problems.length > 0) return fail(problems.join("; "), look, facts);
  if (posture === "standby") {
    return desired === 0 && running === 0
      ? pass("no node runs", facts)
      : fail(`${shown}, while ${spec.name} is a standby`, apply, facts);
  }
  if (desired < least || desired === 0)
    return fail(`${shown}, while ${spec.name} is ${posture} and wants ${least} or more`, apply, facts);
  return judgeAnswers(spec, aws, { shown, short: running < desired, look, facts });
}

/** What the nodes answer to the load balancer: nobody else outside the cluster sees whether a pod runs on them. */
async function judgeAnswers(
  { names }: ServiceSpec,
  aws: RegionalAws,
  { shown, short, look, facts }: { shown: string; short: boolean; look: string; facts: Finding["facts"] },
): Promise<Finding> {
  const balancer = await aws.loadBalancer(names.of("alb"));
  const targets = balancer === undefined ? [] : await aws.targets(balancer.arn);
  const healthy = targets.filter(({ state }) => state === "healthy").length;
  const seen = `${shown}, ${healthy} of ${targets.length} targets are healthy`;
  const known = { ...facts, targets: targets.length, healthyTargets: healthy };
  if (healthy === 0) return fail(`${seen}: no pod answers on the node port`, look, known);
  return short || healthy < targets.length ? warn(seen, look, known) : pass(seen, known);
}

const BROKEN = /FAILED|DEGRADED|DELETING/;

async function nodeGroup(
  { clusterName, nodeGroupName, sizes }: Extract<Scale, { readonly kind: "node-group" }>,
  { name }: ServiceSpec,
  aws: RegionalAws,
): Promise<Seen> {
  const found = await aws.nodeGroup(clusterName, nodeGroupName);
  if (found === undefined) {
    const missing = `no node group ${nodeGroupName} of cluster ${clusterName} in ${aws.region}`;
    return fail(missing, `npx cdktf deploy ${name}`);
  }
  const { status, clusterStatus, problems, groups } = found;
  const behind = await Promise.all(groups.map((group) => aws.instanceGroup(group)));
  const words = [
    ...(BROKEN.test(clusterStatus) || clusterStatus === ""
      ? [`the cluster is ${clusterStatus || "gone"}`]
      : []),
    ...(BROKEN.test(status) ? [`the node group is ${status}`] : []),
  ];
  return {
    desired: found.desiredCount,
    running: behind.reduce((sum, group) => sum + (group?.inServiceCount ?? 0), 0),
    least: sizes.min,
    problems: [...words, ...problems],
    look: `aws eks describe-nodegroup --region ${aws.region} --cluster-name ${clusterName} --nodegroup-name ${nodeGroupName}`,
  };
}

async function groups(
  { groups }: Extract<Scale, { readonly kind: "instance-groups" }>,
  { name }: ServiceSpec,
  aws: RegionalAws,
): Promise<Seen> {
  const found = await Promise.all(groups.map((group) => aws.instanceGroup(group.name)));
  const missing = groups.filter((_, index) => found[index] === undefined);
  if (missing.length > 0) {
    const named = missing.map((group) => group.name).join(", ");
    return fail(`no Auto Scaling group ${named} in ${aws.region}`, `npx cdktf deploy ${name}`);
  }
  const small = groups.filter((group, index) => (found[index]?.desiredCount ?? 0) < group.min);
  const names = groups.map((group) => group.name).join(" ");
  return {
    desired: found.reduce((sum, group) => sum + (group?.desiredCount ?? 0), 0),
    running: found.reduce((sum, group) => sum + (group?.inServiceCount ?? 0), 0),
    least: groups.reduce((sum, group) => sum + group.min, 0),
    problems: small.map((group) => `${group.name} is below its minimum of ${group.min}`),
    look: `aws autoscaling describe-scaling-activities --region ${aws.region} --max-items 5 --auto-scaling-group-name ${names}`,
  };
}
