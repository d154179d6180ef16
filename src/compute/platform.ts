import type { Construct } from "constructs";
import type { TargetType } from "../ingress/target-group-name.ts";
import type { Compute, ComputeProps } from "./compute.ts";
import { ecsPlatform } from "./ecs/platform.ts";
import { eksPlatform } from "./eks/platform.ts";
import { k3sPlatform } from "./k3s/platform.ts";
import type { ComputeConfig } from "./schema.ts";

/** What the rest of a stack needs to know of a platform before it is built. */
export interface Platform {
  /** How the load balancer addresses what runs. */
  readonly targetType: TargetType;
  /** Port on which that listens for the load balancer. */
  readonly targetPort: number;
  /** AWS services that encrypt the platform's storage with the data key. */
  readonly storageServices: readonly string[];
  /** AWS services that it must reach, as VPC endpoints name them, besides those that every platform needs. */
  readonly endpoints: readonly string[];
  /** Ids of zones that it is not offered in, by region; every zone will do when absent. */
  readonly excludedZoneIds?: ReadonlyMap<string, readonly string[]>;
  readonly create: (scope: Construct, id: string, wiring: ComputeProps) => Compute;
}

/** The platform that an environment chose. */
export function platformOf(config: ComputeConfig): Platform {
  switch (config.platform) {
    case "ecs":
      return ecsPlatform(config);
    case "eks":
      return eksPlatform(config);
    case "k3s":
      return k3sPlatform(config);
  }
}
