import type { ComputeFacts } from "../facts.ts";
import { instancesVcpuNeed } from "../instances/vcpu-need.ts";
import { clusterNameOf } from "../names.ts";
import { nodeGroupNameOf } from "./names.ts";
import type { EksConfig } from "./schema.ts";
import { nodeSizes } from "./sizes.ts";
import { eksActivated, eksPilotLight } from "./standby.ts";

/** Amazon EKS, as everybody sees it who builds nothing. */
export function eksFacts(config: EksConfig): ComputeFacts {
  const sizes = nodeSizes(config);
  const { instanceType } = config.nodes;
  return {
    vcpuNeed: instancesVcpuNeed([{ instanceType, usual: sizes.desired, most: sizes.max }]),
    scale: (names) => ({
      kind: "node-group",
      clusterName: clusterNameOf(names),
      nodeGroupName: nodeGroupNameOf(names),
      sizes,
    }),
    pairedWith: (standby) =>
      standby.platform === "eks"
        ? {
            problems: () => [],
            pilotLight: () => eksPilotLight(config, standby),
            activated: () => eksActivated(config, standby),
          }
        : undefined,
  };
}
