import { standbyContainer } from "../standby-container.ts";
import type { EcsConfig, StandbyEcsConfig } from "./schema.ts";

/** Neither task nor instance, with all that an activation must not create. */
export function ecsPilotLight(primary: EcsConfig, standby: StandbyEcsConfig): EcsConfig {
  // Autoscaling is left out, since its minimum would start tasks.
  const { autoscaling: _, ...application } = primary;
  const { amiId: _ami, ...own } = standby;
  const capacity = capacityHere(primary, standby);
  return {
    ...application,
    ...own,
    // All sizes together: a maximum above 0 would let ECS start instances, and a later count needs one (T9).
    capacity: capacity.mode === "ec2" ? { ...capacity, minInstances: 0, maxInstances: 0 } : capacity,
    container: standbyContainer(primary, standby),
  };
}

/** The primary's service in the standby's region. */
export function ecsActivated(primary: EcsConfig, standby: StandbyEcsConfig): EcsConfig {
  return {
    ...primary,
    capacity: capacityHere(primary, standby),
    container: standbyContainer(primary, standby),
  };
}

/** An AMI's id belongs to a region, its name to all. */
function capacityHere({ capacity }: EcsConfig, { amiId }: StandbyEcsConfig): EcsConfig["capacity"] {
  return capacity.mode === "ec2" && amiId !== undefined ? { ...capacity, ami: { id: amiId } } : capacity;
}
