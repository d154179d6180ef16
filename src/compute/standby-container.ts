import type { ContainerConfig, StandbyContainerConfig } from "./fields.ts";

/** The primary's container with the standby's own variables, on whichever platform. */
export function standbyContainer(
  primary: { readonly container: ContainerConfig },
  standby: { readonly container: StandbyContainerConfig },
): ContainerConfig {
  const environment = { ...primary.container.environment, ...standby.container.environment };
  return { ...primary.container, environment };
}
