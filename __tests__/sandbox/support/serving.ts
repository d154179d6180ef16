import { DescribeSecurityGroupsCommand, EC2Client } from "@aws-sdk/client-ec2";
import { DescribeServicesCommand, ECSClient } from "@aws-sdk/client-ecs";
import {
  DescribeLoadBalancersCommand,
  ElasticLoadBalancingV2Client,
} from "@aws-sdk/client-elastic-load-balancing-v2";
import { PRIMARY, type RecoveredPair, STANDBY } from "./recovered-pair.ts";

const REGIONS = { prod: PRIMARY, dr: STANDBY };

/** As an environment is that users are led to. */
export const SERVES = { desired: 3, isPublic: true } as const;
/** Nothing runs, and nobody comes in. */
export const FENCED = { desired: 0, isPublic: false, groups: ["default"] } as const;
/** Closed by its own rules, unlike by a fence. */
export const STOPPED = { desired: 0, isPublic: false, groups: ["shop-dr-alb"] } as const;

/** How much of an environment runs, and how users come in. */
export interface Serving {
  readonly desired: number | undefined;
  /** Names of the load balancer's security groups. */
  readonly groups: readonly (string | undefined)[];
  readonly isPublic: boolean;
}

/** Whether an environment could serve, asked by other means than those of the command line. */
export async function servingOf(pair: RecoveredPair, name: keyof typeof REGIONS): Promise<Serving> {
  const settings = pair.settings(REGIONS[name]);
  const { services: [service] = [] } = await new ECSClient(settings).send(
    new DescribeServicesCommand({ cluster: `shop-${name}`, services: [`shop-${name}-app`] }),
  );
  const { LoadBalancers: [balancer] = [] } = await new ElasticLoadBalancingV2Client(settings).send(
    new DescribeLoadBalancersCommand({ Names: [`shop-${name}-alb`] }),
  );
  const { SecurityGroups = [] } = await new EC2Client(settings).send(
    new DescribeSecurityGroupsCommand({ GroupIds: balancer?.SecurityGroups ?? [] }),
  );
  const admitted = SecurityGroups.flatMap(({ IpPermissions = [] }) => IpPermissions).flatMap(
    ({ IpRanges = [] }) => IpRanges.map(({ CidrIp }) => CidrIp),
  );
  return {
    desired: service?.desiredCount,
    groups: SecurityGroups.map(({ GroupName }) => GroupName),
    isPublic: admitted.includes("0.0.0.0/0"),
  };
}
