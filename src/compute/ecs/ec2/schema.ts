import { z } from "zod";
import { pattern, section } from "../../../config/fields.ts";
import type { Verdict } from "../../fields.ts";
import {
  amiId,
  type Architecture,
  boundsProblem,
  instanceType,
  instanceTypeProblem,
  volumeGiB,
} from "../../instances/fields.ts";

/** Pinned, since one called latest or recommended replaces instances whenever AWS publishes another (T11). */
const amiSchema = z
  .union(
    [
      section({
        name: pattern(
          /^al2023-ami-ecs-hvm-\d{4}\.\d+\.\d{8}-kernel-\d+\.\d+-(x86_64|arm64)$/,
          "the whole name of an ECS-optimized AMI such as al2023-ami-ecs-hvm-2023.0.20260108-kernel-6.1-arm64",
          "name a release, since a recommended or latest AMI is another one tomorrow (T11)",
        ).describe("name of an ECS-optimized AMI of Amazon Linux 2023; the same in every region"),
      }),
      section({ id: amiId().describe("id of an AMI of the environment's region") }),
    ],
    { error: 'expected a pinned AMI; write { name: "al2023-ami-ecs-hvm-..." } or { id: "ami-..." }' },
  )
  .describe("AMI of the instances, by name or id; a change replaces them one by one");

/** Instances of one's own under the tasks. */
export const ec2CapacitySchema = section({
  mode: z.literal("ec2").describe("EC2 instances in an Auto Scaling group"),
  instanceType: instanceType().describe(
    "type of the instances; each task takes one of the type's network interfaces, of which one is the instance's own",
  ),
  minInstances: z.int().min(0).max(1000).default(2).describe("fewest instances; 0 in a standby"),
  maxInstances: z.int().min(1).max(1000).describe("most instances; ECS adds and removes them as tasks need"),
  ami: amiSchema,
  volumeGiB: volumeGiB(),
});

export type Ec2Capacity = z.output<typeof ec2CapacitySchema>;

/** What is wrong with instances for images of an architecture, by the path below `capacity`. */
export function ec2Problems(
  { instanceType, minInstances, maxInstances, ami }: Ec2Capacity,
  architecture: Architecture,
): readonly Verdict[] {
  return [
    [["instanceType"], instanceTypeProblem(instanceType, architecture)],
    [["minInstances"], boundsProblem(minInstances, maxInstances)],
    [["ami", "name"], "name" in ami ? amiProblem(ami.name, architecture) : undefined],
  ];
}

function amiProblem(name: string, architecture: Architecture): string | undefined {
  if (name.endsWith(`-${architecture}`)) return undefined;
  return `is of another architecture than compute.architecture, got ${name}; choose one that ends in ${architecture}`;
}
