import { instancesVcpuNeed } from "../instances/vcpu-need.ts";
import type { VcpuNeed } from "../vcpu-need.ts";
import type { EcsConfig } from "./schema.ts";

/** On Fargate tasks count, on instances of one's own the instances. */
export function ecsVcpuNeed(config: EcsConfig): VcpuNeed | undefined {
  const { capacity, cpu, desiredCount, autoscaling } = config;
  if (capacity.mode === "ec2") {
    const { instanceType, minInstances, maxInstances } = capacity;
    return instancesVcpuNeed([{ instanceType, usual: minInstances, most: maxInstances }]);
  }
  const most = Math.max(desiredCount, autoscaling?.maxCount ?? 0);
  return {
    pool: capacity.mode,
    runs: `${desiredCount} tasks`,
    usual: (desiredCount * cpu) / 1024,
    most: (most * cpu) / 1024,
  };
}
