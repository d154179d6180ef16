import type { VcpuNeed } from "../vcpu-need.ts";
import { standardVcpus } from "./vcpus.ts";

interface Instances {
  readonly instanceType: string;
  /** How many there are as a rule, and at most. */
  readonly usual: number;
  readonly most: number;
}

/** What groups of instances take of the quota of standard instances; undefined when a type has a quota of its own. */
export function instancesVcpuNeed(groups: readonly Instances[]): VcpuNeed | undefined {
  const sized = groups.flatMap((group) => {
    const vcpus = standardVcpus(group.instanceType);
    return vcpus === undefined ? [] : [{ ...group, vcpus }];
  });
  if (sized.length < groups.length) return undefined;
  return {
    pool: "standard-instances",
    runs: sized.map(({ usual, instanceType }) => `${usual} ${instanceType}`).join(" and "),
    usual: sized.reduce((sum, { usual, vcpus }) => sum + usual * vcpus, 0),
    most: sized.reduce((sum, { most, vcpus }) => sum + most * vcpus, 0),
  };
}
