import { AppautoscalingPolicy } from "@cdktf/provider-aws/lib/appautoscaling-policy/index.js";
import { AppautoscalingTarget } from "@cdktf/provider-aws/lib/appautoscaling-target/index.js";
import { Construct } from "constructs";
import type { Names } from "../../naming/names.ts";
import type { AutoscalingConfig } from "../fields.ts";

interface ScalingProps {
  readonly config: AutoscalingConfig;
  readonly names: Names;
  readonly clusterName: string;
  readonly serviceName: string;
}

/** A burst is answered within a minute, a lull only when it lasts. */
const SCALE_OUT_COOLDOWN_SECONDS = 60;
const SCALE_IN_COOLDOWN_SECONDS = 300;

/**
 * Keeps the number of tasks within bounds and their CPU use near a target.
 *
 * The registration itself moves the number of tasks into the bounds, at once. This is what starts the tasks of an
 * activated standby: its count stays at 0 because Terraform ignores it now (T8), and a service without tasks has no CPU
 * use that could ever scale it out. https://docs.aws.amazon.com/autoscaling/application/userguide/getting-started.html
 */
export class Scaling extends Construct {
  constructor(scope: Construct, id: string, { config, names, clusterName, serviceName }: ScalingProps) {
    super(scope, id);
    const target = new AppautoscalingTarget(this, "target", {
      serviceNamespace: "ecs",
      scalableDimension: "ecs:service:DesiredCount",
      resourceId: `service/${clusterName}/${serviceName}`,
      minCapacity: config.minCount,
      maxCapacity: config.maxCount,
    });
    new AppautoscalingPolicy(this, "cpu", {
      name: names.of("cpu"),
      policyType: "TargetTrackingScaling",
      serviceNamespace: target.serviceNamespace,
      scalableDimension: target.scalableDimension,
      resourceId: target.resourceId,
      targetTrackingScalingPolicyConfiguration: {
        predefinedMetricSpecification: { predefinedMetricType: "ECSServiceAverageCPUUtilization" },
        targetValue: config.cpuTargetPercent,
        scaleOutCooldown: SCALE_OUT_COOLDOWN_SECONDS,
        scaleInCooldown: SCALE_IN_COOLDOWN_SECONDS,
      },
    });
  }
}
