import type { Finding } from "./finding.ts";
import { standardVcpus } from "./instances/vcpus.ts";
import type { ComputeConfig } from "./schema.ts";

/** Source: Amazon ECS, "Task definition parameters": 1024 CPU units are one vCPU. */
const UNITS_PER_VCPU = 1024;
const MILLICORES_PER_VCPU = 1000;

/** A task or pod that asks for more than a whole node has is never placed; types that are not known here are left alone. */
export function* checkSize(compute: ComputeConfig): Generator<Finding> {
  switch (compute.platform) {
    case "ecs":
      if (compute.capacity.mode === "ec2")
        yield* fits("compute.cpu", compute.cpu, UNITS_PER_VCPU, compute.capacity.instanceType);
      return;
    case "eks":
      yield* fits(
        "compute.cpuMillicores",
        compute.cpuMillicores,
        MILLICORES_PER_VCPU,
        compute.nodes.instanceType,
      );
      return;
    case "k3s":
      yield* fits(
        "compute.cpuMillicores",
        compute.cpuMillicores,
        MILLICORES_PER_VCPU,
        compute.workers.instanceType,
      );
  }
}

function* fits(key: string, wanted: number, perVcpu: number, instanceType: string): Generator<Finding> {
  const vcpus = standardVcpus(instanceType);
  if (vcpus === undefined || wanted <= vcpus * perVcpu) return;
  yield {
    key,
    message: `is more than the ${vcpus} vCPU of ${instanceType}, got ${wanted}; give it at most ${vcpus * perVcpu}, or choose a larger instance type`,
  };
}
