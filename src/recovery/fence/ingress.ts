import type { SecurityGroup } from "../../aws/fencing.ts";
import type { RegionalAws } from "../../aws/port.ts";
import type { LoadBalancer } from "../../aws/serving.ts";
import type { ServiceSpec } from "../../config/spec.ts";
import { StepFailed } from "../steps/step.ts";
import { type FencePart, held, impossible } from "./report.ts";

/** The VPC's own group, which every environment's stack empties: nobody comes in, and nothing goes out. */
const CLOSED = "default";

/** Where requests come in, and the two groups that decide about it. */
interface Door {
  readonly balancer: LoadBalancer;
  /** The group that the stack made, with its rules. */
  readonly own: SecurityGroup | undefined;
  readonly closed: SecurityGroup | undefined;
}

async function doorOf({ names }: ServiceSpec, aws: RegionalAws): Promise<Door | undefined> {
  const balancer = await aws.loadBalancer(names.of("alb"));
  if (balancer === undefined) return undefined;
  const groups = await aws.securityGroups(balancer.vpcId, [names.of("alb"), CLOSED]);
  return {
    balancer,
    own: groups.find(({ name }) => name === names.of("alb")),
    closed: groups.find(({ name }) => name === CLOSED),
  };
}

const isClosed = ({ balancer, closed }: Door): boolean =>
  closed !== undefined && balancer.securityGroupIds.every((id) => id === closed.id);

/**
 * Closes the load balancer by moving it into the VPC's empty group.
 *
 * One call, at once, and no rule is touched: a rule that is removed and made anew has another id, and Terraform's next
 * apply would fail on a duplicate. Moving it back needs no memory.
 */
export async function closeIngress(spec: ServiceSpec, aws: RegionalAws): Promise<FencePart> {
  const door = await doorOf(spec, aws);
  const name = spec.names.of("alb");
  if (door === undefined) return held("ingress", `there is no load balancer ${name}`);
  const { balancer, closed } = door;
  if (isClosed(door)) return held("ingress", `${name} is in the empty security group already`);
  if (closed === undefined || closed.admits.length > 0)
    return impossible(
      "ingress",
      closed === undefined
        ? `the VPC of ${name} shows no default security group`
        : `the VPC's default security group is not empty: it admits ${closed.admits.join(", ")}`,
      `# remove the rules that let the public in\naws ec2 describe-security-group-rules --region ${aws.region} --filters Name=group-id,Values=${balancer.securityGroupIds.join(",")}`,
    );
  await aws.setLoadBalancerGroups(balancer.arn, [closed.id]);
  return held(
    "ingress",
    `${name} moved from ${balancer.securityGroupIds.join(", ")} into the empty security group`,
  );
}

/**
 * Moves the load balancer back into its own group: whoever that admits comes in again.
 *
 * @throws StepFailed when the group is gone
 */
export async function openIngress(spec: ServiceSpec, aws: RegionalAws): Promise<string> {
  const door = await doorOf(spec, aws);
  const name = spec.names.of("alb");
  if (door === undefined) return `there is no load balancer ${name}`;
  const { balancer, own } = door;
  if (!isClosed(door)) return `${name} is in its own security group`;
  if (own === undefined)
    throw new StepFailed(`no security group ${name} in ${aws.region}`, "the load balancer stays closed", [
      `npx cdktf deploy ${spec.name}`,
    ]);
  await aws.setLoadBalancerGroups(balancer.arn, [own.id]);
  return `${name} moved back into its own security group`;
}

/** Who comes in: users, nobody since the groups admit nobody, nobody since it is fenced, or there is no load balancer. */
export type IngressState = "open" | "closed" | "fenced" | "none";

/** Looks who comes in. */
export async function ingressStateOf(spec: ServiceSpec, aws: RegionalAws): Promise<IngressState> {
  const door = await doorOf(spec, aws);
  if (door === undefined) return "none";
  if (isClosed(door)) return "fenced";
  return door.own === undefined || door.own.admits.length > 0 ? "open" : "closed";
}

/** Whether nobody comes in: by the fence, or because there is no way in. */
export async function isIngressClosed(spec: ServiceSpec, aws: RegionalAws): Promise<boolean> {
  const door = await doorOf(spec, aws);
  return door === undefined || isClosed(door);
}

/** Whether the fence is what keeps users out. */
export async function isIngressFenced(spec: ServiceSpec, aws: RegionalAws): Promise<boolean> {
  const door = await doorOf(spec, aws);
  return door !== undefined && isClosed(door);
}
