import type { Finding } from "../finding.ts";
import type { EcsConfig, StandbyEcsConfig } from "./schema.ts";

/** What the ECS services of a pair say about each other; keys are those of the standby. */
export function* checkEcsPair({ capacity }: EcsConfig, { amiId }: StandbyEcsConfig): Generator<Finding> {
  const theirs = capacity.mode === "ec2" && "id" in capacity.ami ? capacity.ami.id : undefined;
  if (theirs !== undefined && amiId === undefined) {
    yield {
      key: "compute.amiId",
      message: `missing, while the primary names an AMI of its own region, got ${theirs}; name its copy in the standby's region, or an ECS-optimized AMI by name in the primary`,
    };
  }
  if (theirs === undefined && amiId !== undefined) {
    yield {
      key: "compute.amiId",
      message: `has no effect, since the primary names no AMI by id, got ${amiId}; remove the key`,
    };
  }
}
