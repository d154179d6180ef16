import type { ComputeFacts } from "../facts.ts";
import { clusterNameOf, serviceNameOf } from "../names.ts";
import { checkEcsPair } from "./check-pair.ts";
import type { EcsConfig } from "./schema.ts";
import { ecsActivated, ecsPilotLight } from "./standby.ts";
import { ecsVcpuNeed } from "./vcpu-need.ts";

/** Amazon ECS, as everybody sees it who builds nothing. */
export function ecsFacts(config: EcsConfig): ComputeFacts {
  return {
    vcpuNeed: ecsVcpuNeed(config),
    scale: (names) => ({
      kind: "tasks",
      clusterName: clusterNameOf(names),
      serviceName: serviceNameOf(names),
      count: config.autoscaling?.minCount ?? config.desiredCount,
    }),
    disposable: { ...config, containerInsights: false },
    pairedWith: (standby) =>
      standby.platform === "ecs"
        ? {
            problems: () => checkEcsPair(config, standby),
            pilotLight: () => ecsPilotLight(config, standby),
            activated: () => ecsActivated(config, standby),
          }
        : undefined,
  };
}
