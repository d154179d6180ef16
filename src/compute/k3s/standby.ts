import { standbyContainer } from "../standby-container.ts";
import type { K3sConfig, StandbyK3sConfig } from "./schema.ts";

/** Neither server nor worker, with all that an activation must not create. */
export function k3sPilotLight(primary: K3sConfig, standby: StandbyK3sConfig): K3sConfig {
  const config = k3sActivated(primary, standby);
  return {
    ...config,
    servers: { ...config.servers, count: 0 },
    // All sizes together: with a maximum above 0 anything could start one (T9).
    workers: { ...config.workers, minCount: 0, maxCount: 0 },
  };
}

/** The primary's cluster in the standby's region. */
export const k3sActivated = (primary: K3sConfig, standby: StandbyK3sConfig): K3sConfig => ({
  ...primary,
  amiId: standby.amiId,
  container: standbyContainer(primary, standby),
});
