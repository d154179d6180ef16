import { standbyContainer } from "../standby-container.ts";
import type { EksConfig, StandbyEksConfig } from "./schema.ts";

/** A control plane without nodes, with all that an activation must not create. */
export function eksPilotLight(primary: EksConfig, standby: StandbyEksConfig): EksConfig {
  const { logRetentionDays } = standby;
  // EKS takes no maximum below 1.
  const nodes = { ...primary.nodes, minCount: 0, desiredCount: 0, maxCount: 1, autoscaled: false };
  return { ...regional(primary, standby), nodes, logRetentionDays };
}

/** The primary's cluster in the standby's region. */
export function eksActivated(primary: EksConfig, standby: StandbyEksConfig): EksConfig {
  // A desired size that Terraform left alone would stay 0, and EKS refuses a minimum above it.
  return { ...regional(primary, standby), nodes: { ...primary.nodes, autoscaled: false } };
}

const regional = (primary: EksConfig, standby: StandbyEksConfig): EksConfig => ({
  ...primary,
  endpoint: standby.endpoint ?? primary.endpoint,
  container: standbyContainer(primary, standby),
});
