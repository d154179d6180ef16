import {
  DescribeServicesCommand,
  ECSClient,
  ListClustersCommand,
  paginateListServices,
} from "@aws-sdk/client-ecs";
import {
  DescribeTargetHealthCommand,
  ElasticLoadBalancingV2Client,
} from "@aws-sdk/client-elastic-load-balancing-v2";
import { z } from "zod";
import type { World } from "../../gateway/emulation.ts";

const settingSchema = z.strictObject({
  targetGroupArn: z.string().startsWith("arn:aws:elasticloadbalancing:"),
  /** Null lets the sandbox decide again. */
  healthy: z.boolean().nullable(),
});

/** What a test says of target groups: health checkers and load balancers of one sandbox see the same. */
const said = new WeakMap<World, Map<string, boolean>>();

export function saidOfTargets(world: World): Map<string, boolean> {
  const known = said.get(world) ?? new Map<string, boolean>();
  said.set(world, known);
  return known;
}

export type TargetHealthInput = z.input<typeof settingSchema>;

/**
 * Whether a target group has a target that serves. No application runs here: targets that are registered count as
 * moto says, and an ECS service with a desired count as one healthy target, unless a test says otherwise.
 */
export class TargetHealth {
  private readonly settings: Map<string, boolean>;
  private readonly world: World;

  constructor(world: World) {
    this.world = world;
    this.settings = saidOfTargets(world);
  }

  /** Takes what a test says of a target group, and returns all that was said. */
  set(input: unknown): Readonly<Record<string, boolean>> {
    const { targetGroupArn, healthy } = settingSchema.parse(input);
    if (healthy === null) {
      this.settings.delete(targetGroupArn);
    } else {
      this.settings.set(targetGroupArn, healthy);
    }
    return Object.fromEntries(this.settings);
  }

  async isHealthy(region: string, targetGroupArn: string): Promise<boolean> {
    return (
      this.settings.get(targetGroupArn) ??
      ((await this.hasHealthyTarget(region, targetGroupArn)) || (await this.isServed(region, targetGroupArn)))
    );
  }

  private async hasHealthyTarget(region: string, TargetGroupArn: string): Promise<boolean> {
    const elb = new ElasticLoadBalancingV2Client(this.world.moto.client(region));
    const { TargetHealthDescriptions: targets = [] } = await elb.send(
      new DescribeTargetHealthCommand({ TargetGroupArn }),
    );
    return targets.some(({ TargetHealth: health }) => health?.State === "healthy");
  }

  /** moto starts no tasks, and registers none. */
  private async isServed(region: string, targetGroupArn: string): Promise<boolean> {
    const ecs = new ECSClient(this.world.moto.client(region));
    const { clusterArns = [] } = await ecs.send(new ListClustersCommand({}));
    for (const cluster of clusterArns) {
      for await (const { serviceArns = [] } of paginateListServices({ client: ecs }, { cluster })) {
        if (serviceArns.length > 0 && (await this.anyServes(ecs, cluster, serviceArns, targetGroupArn))) {
          return true;
        }
      }
    }
    return false;
  }

  private async anyServes(
    ecs: ECSClient,
    cluster: string,
    serviceArns: string[],
    targetGroupArn: string,
  ): Promise<boolean> {
    const { services = [] } = await ecs.send(new DescribeServicesCommand({ cluster, services: serviceArns }));
    return services.some(
      ({ desiredCount = 0, loadBalancers = [] }) =>
        desiredCount > 0 && loadBalancers.some((balancer) => balancer.targetGroupArn === targetGroupArn),
    );
  }
}
