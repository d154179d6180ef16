import { AwsFailure } from "../../aws/failure.ts";
import type { RegionalAws } from "../../aws/port.ts";
import type { ServiceSpec } from "../../config/spec.ts";
import { isIngressFenced } from "../fence/ingress.ts";
import { capacityOf } from "./capacity.ts";

/** Whether an environment serves as its file wants, and what was seen. */
export interface Serving {
  readonly serves: boolean;
  /** Whether it answers any user at all: there is something to lose. */
  readonly servesAnyone: boolean;
  readonly evidence: string;
}

const NOT = { serves: false, servesAnyone: false } as const;

/**
 * Looks whether an environment serves, as its load balancer and its compute say.
 *
 * @throws AwsFailure
 */
export async function servingOf(spec: ServiceSpec, aws: RegionalAws): Promise<Serving> {
  const name = spec.names.of("alb");
  const [capacity, balancer, isFenced] = await Promise.all([
    capacityOf(spec, aws),
    aws.loadBalancer(name),
    isIngressFenced(spec, aws),
  ]);
  if (capacity === undefined) return { ...NOT, evidence: "it has no service" };
  if (balancer === undefined) return { ...NOT, evidence: `there is no load balancer ${name}` };
  if (isFenced) return { ...NOT, evidence: `${name} is in the empty security group` };
  const targets = await aws.targets(balancer.arn);
  const healthy = targets.filter(({ state }) => state === "healthy").length;
  const { running, least, unit } = capacity;
  return {
    serves: running >= least && targets.length > 0 && healthy === targets.length,
    servesAnyone: healthy > 0,
    evidence: `${running} ${unit} run, ${healthy} of ${targets.length} targets are healthy`,
  };
}

/** Whether an environment is seen to answer any user; not so where nobody can say. */
export async function isSeenToServe(spec: ServiceSpec, aws: RegionalAws): Promise<boolean> {
  try {
    return (await servingOf(spec, aws)).servesAnyone;
  } catch (error) {
    if (error instanceof AwsFailure) return false;
    throw error;
  }
}
