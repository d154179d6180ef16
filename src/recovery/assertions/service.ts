import type { RegionalAws } from "../../aws/port.ts";
import type { ServiceSpec } from "../../config/spec.ts";
import { targetsOf } from "../failover/compute.ts";
import { isIngressFenced } from "../fence/ingress.ts";
import { capacityOf } from "../steps/capacity.ts";

/** What contradicts that as much of an environment runs as its file wants. */
export async function runsContradiction(spec: ServiceSpec, aws: RegionalAws): Promise<string | undefined> {
  const capacity = await capacityOf(spec, aws);
  if (capacity === undefined) return `${spec.name} has no service`;
  const { unit, desired, running } = capacity;
  const least = Math.max(capacity.least, 1);
  return Math.min(desired, running) >= least
    ? undefined
    : `${running} of ${Math.max(desired, least)} ${unit} run in ${spec.name}`;
}

/** What contradicts that nothing of an environment is told to run; tasks may still be ending. */
export async function stoppedContradiction(spec: ServiceSpec, aws: RegionalAws): Promise<string | undefined> {
  const capacity = await capacityOf(spec, aws);
  return capacity === undefined || capacity.desired === 0
    ? undefined
    : `${capacity.desired} ${capacity.unit} are wanted in ${spec.name}`;
}

/** What contradicts that a load balancer finds its targets healthy. */
export async function healthyContradiction(spec: ServiceSpec, aws: RegionalAws): Promise<string | undefined> {
  const name = spec.names.of("alb");
  const balancer = await aws.loadBalancer(name);
  if (balancer === undefined) return `there is no load balancer ${name} in ${aws.region}`;
  const sight = await targetsOf(spec, aws, balancer.arn);
  return sight.done ? undefined : sight.progress;
}

/** What contradicts that an environment is as open to the public as its file says. */
export async function openContradiction(spec: ServiceSpec, aws: RegionalAws): Promise<string | undefined> {
  const name = spec.names.of("alb");
  const balancer = await aws.loadBalancer(name);
  if (balancer === undefined) return `there is no load balancer ${name} in ${aws.region}`;
  if (await isIngressFenced(spec, aws)) return `${name} is in the empty security group: nobody comes in`;
  const { public: isPublic, allowedCidrs, certificateArn } = spec.config.ingress;
  const port = certificateArn === undefined ? 80 : 443;
  if (!balancer.listenerPorts.includes(port)) return `${name} does not listen on ${port}`;
  const admitted = await admittedBy(spec, aws, balancer.vpcId);
  const missing = isPublic ? allowedCidrs.filter((range) => !admitted.includes(range)) : [];
  return missing.length === 0 ? undefined : `${name} does not admit ${missing.join(", ")}`;
}

/** What contradicts that nobody comes into an environment from outside: by the fence, or since no rule admits anybody. */
export async function closedContradiction(spec: ServiceSpec, aws: RegionalAws): Promise<string | undefined> {
  const name = spec.names.of("alb");
  const balancer = await aws.loadBalancer(name);
  if (balancer === undefined || (await isIngressFenced(spec, aws))) return undefined;
  const admitted = await admittedBy(spec, aws, balancer.vpcId);
  const outside = admitted.filter((source) => !source.startsWith("sg-"));
  return outside.length === 0 ? undefined : `${name} admits ${outside.join(", ")}`;
}

const admittedBy = async (
  { names }: ServiceSpec,
  aws: RegionalAws,
  vpcId: string,
): Promise<readonly string[]> =>
  (await aws.securityGroups(vpcId, [names.of("alb")])).flatMap(({ admits }) => admits);
