import type { Ec2Capacity } from "./schema.ts";

/**
 * The AMI as a launch template takes it.
 *
 * A named release is resolved by EC2 in the region where the instances start, so that a pair names it once and a plan
 * asks nobody. AWS publishes every release as a parameter:
 * https://docs.aws.amazon.com/AmazonECS/latest/developerguide/retrieve-ecs-optimized_AMI.html
 */
export function imageIdOf(ami: Ec2Capacity["ami"]): string {
  if ("id" in ami) return ami.id;
  const folder = ami.name.endsWith("-arm64") ? "amazon-linux-2023/arm64" : "amazon-linux-2023";
  return `resolve:ssm:/aws/service/ecs/optimized-ami/${folder}/${ami.name}/image_id`;
}
