import {
  ApplicationAutoScalingClient,
  DescribeScalableTargetsCommand,
} from "@aws-sdk/client-application-auto-scaling";
import { DescribeServicesCommand, ECSClient, UpdateServiceCommand } from "@aws-sdk/client-ecs";
import { z } from "zod";
import type { Emulation, World } from "../../gateway/emulation.ts";
import { readJson } from "../../gateway/input.ts";

const registration = z.object({ ServiceNamespace: z.string(), ResourceId: z.string() });

/**
 * moto only notes the range of a scalable target. AWS moves a count that is outside into it at once, which is how the
 * service of an activated standby gets its tasks.
 */
export const scalableTargets = (world: World): Emulation => ({
  service: "application-autoscaling",
  async observe(call, { status }) {
    if (call.action !== "RegisterScalableTarget" || status !== 200) {
      return;
    }
    const { ServiceNamespace, ResourceId } = await readJson(call, registration);
    const [, cluster, service] = ResourceId.split("/");
    if (ServiceNamespace !== "ecs" || cluster === undefined || service === undefined) {
      return;
    }
    const scaling = new ApplicationAutoScalingClient(world.moto.client(call.region));
    const { ScalableTargets: [target] = [] } = await scaling.send(
      new DescribeScalableTargetsCommand({ ServiceNamespace: "ecs", ResourceIds: [ResourceId] }),
    );
    const ecs = new ECSClient(world.moto.client(call.region));
    const { services: [described] = [] } = await ecs.send(
      new DescribeServicesCommand({ cluster, services: [service] }),
    );
    const desiredCount = described?.desiredCount ?? 0;
    const within = Math.min(
      Math.max(desiredCount, target?.MinCapacity ?? desiredCount),
      target?.MaxCapacity ?? desiredCount,
    );
    if (within !== desiredCount) {
      await ecs.send(new UpdateServiceCommand({ cluster, service, desiredCount: within }));
      world.note(`${service}: desired count moved from ${desiredCount} into its range, to ${within}`);
    }
  },
});
