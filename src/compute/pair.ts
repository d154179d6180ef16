import { checkEcsPair } from "./ecs/check-pair.ts";
import { ecsActivated, ecsPilotLight } from "./ecs/standby.ts";
import type { Finding } from "./finding.ts";
import type { ComputeConfig, StandbyComputeConfig } from "./schema.ts";

/** A platform in both members of a pair. */
interface PairedCompute {
  /** What is wrong between the two. */
  readonly problems: () => Iterable<Finding>;
  /** The standby in peace: nothing runs. */
  readonly pilotLight: () => ComputeConfig;
  /** The standby with the primary's size. */
  readonly activated: () => ComputeConfig;
}

/** What a platform makes of a primary and its standby. */
export function pairedCompute(primary: ComputeConfig, standby: StandbyComputeConfig): PairedCompute {
  switch (primary.platform) {
    case "ecs":
      return {
        problems: () => checkEcsPair(primary, standby),
        pilotLight: () => ecsPilotLight(primary, standby),
        activated: () => ecsActivated(primary, standby),
      };
  }
}
