import type { Pair, Service, Standby } from "../config/configuration.ts";

/** The environments among which registries are shared. */
export interface Neighbours {
  readonly services: readonly Service[];
  readonly pairs: readonly Pair[];
}

/**
 * The one environment that may configure the replication of a region's registry (T4): the one that asks for it, else a
 * standby whose primary does. Its posture does not matter, so that an incident decides nothing.
 */
export function registryOwner(
  region: string,
  { services, pairs }: Neighbours,
): Service | Standby | undefined {
  const owner = services.find((service) => service.region === region && replicates(service));
  return (
    owner ?? pairs.find(({ primary, standby }) => standby.region === region && replicates(primary))?.standby
  );
}

/** Regions that receive what is pushed to the repository of an environment that serves in peace. */
export function destinationsOfPrimary(service: Service, pair: Pair | undefined): readonly string[] {
  const { enabled, regions } = service.config.registry.replication;
  if (!enabled) return [];
  return regions ?? (pair === undefined ? [] : [pair.standby.region]);
}

/** The same of a standby: none in peace, and once it serves the way back to its primary. */
export function destinationsOfStandby(pair: Pair, neighbours: Neighbours): readonly string[] {
  const { primary, standby, activation } = pair;
  if (activation?.posture !== "active" || !replicates(primary)) return [];
  return registryOwner(standby.region, neighbours)?.name === standby.name ? [primary.region] : [];
}

export const replicates = ({ config }: Service): boolean => config.registry.replication.enabled;
