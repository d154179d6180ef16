import type { GroupSizes } from "../scale.ts";
import type { EksConfig } from "./schema.ts";

/** Sizes of the node group, which EKS takes together only (T9). */
export function nodeSizes({ nodes }: Pick<EksConfig, "nodes">): GroupSizes {
  const { minCount: min, maxCount: max, desiredCount: desired = min } = nodes;
  return { min, max, desired };
}
