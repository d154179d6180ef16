import type { Names } from "../naming/names.ts";
import { ecsFacts } from "./ecs/facts.ts";
import { eksFacts } from "./eks/facts.ts";
import type { Finding } from "./finding.ts";
import { k3sFacts } from "./k3s/facts.ts";
import type { SavedState } from "./saved-state.ts";
import type { Scale } from "./scale.ts";
import type { ComputeConfig, StandbyComputeConfig } from "./schema.ts";
import type { VcpuNeed } from "./vcpu-need.ts";

/** What follows from the choice of a platform, without building it: recovery asks when no stack can be synthesized. */
export interface ComputeFacts {
  /** What it takes of which quota; undefined when its instance type counts towards one that is not known here. */
  readonly vcpuNeed: VcpuNeed | undefined;
  readonly scale: (names: Names) => Scale;
  /** What is wrong with it as long as nothing recovers it. */
  readonly unpaired?: readonly Finding[];
  /** State of the cluster that reaches the standby; absent where there is none. */
  readonly savedState?: (names: Names) => SavedState | undefined;
  /** The same for a drill's copy, which has to go without a trace: without measurements that come late. Absent where it is the same. */
  readonly disposable?: ComputeConfig;
  /** What it makes of a standby; undefined for one on another platform. */
  readonly pairedWith: (standby: StandbyComputeConfig) => PairedCompute | undefined;
}

/** A platform in both members of a pair. */
export interface PairedCompute {
  /** What is wrong between the two; keys are those of the standby. */
  readonly problems: () => Iterable<Finding>;
  /** The standby in peace: nothing runs. */
  readonly pilotLight: () => ComputeConfig;
  /** The standby with the primary's size. */
  readonly activated: () => ComputeConfig;
}

/** What follows from an environment's platform. */
export function factsOf(config: ComputeConfig): ComputeFacts {
  switch (config.platform) {
    case "ecs":
      return ecsFacts(config);
    case "eks":
      return eksFacts(config);
    case "k3s":
      return k3sFacts(config);
  }
}
