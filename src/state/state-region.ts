import type { Bootstrap, Pair } from "../config/configuration.ts";
import type { Project } from "../project/schema.ts";

/** Which regions have a bucket with state, and whether all of it is to be taken from one of them. */
export interface StateRegions {
  /** The primary region, and then that of the replica. */
  readonly holding: readonly [home: string, ...replicas: string[]];
  /** What `STATE_REGION` says; absent in peace. */
  readonly only: string | undefined;
}

/** Regions with a bucket that holds the state. */
export function holdingState(project: Project, bootstrap: Bootstrap | undefined): StateRegions["holding"] {
  const { primary, standby } = project.regions;
  return bootstrap?.config.stateReplication.enabled === true ? [primary, standby] : [primary];
}

/** Where an environment keeps its state; all but standbys and what belongs to them do so in the primary region. */
export function stateRegion(project: Project, { only }: StateRegions): string {
  return only ?? project.regions.primary;
}

/** Where a standby keeps its state: in its own region if it can, else in any but the one that it recovers from. */
export function stateRegionOfStandby(project: Project, { holding, only }: StateRegions, pair: Pair): string {
  const { primary, standby } = pair;
  const nearest = holding.find((region) => region === standby.region);
  const safe = holding.find((region) => region !== primary.region);
  return only ?? nearest ?? safe ?? project.regions.primary;
}

/** What it means for a recovery where the state lies. */
export function* stateWarnings(
  project: Project,
  regions: StateRegions,
  pairs: readonly Pair[],
  bootstrap: string,
): Generator<string> {
  if (regions.only !== undefined) {
    yield `STATE_REGION: all state is read and written in ${regions.only}; docs/state.md says how to return without losing a write`;
    return;
  }
  for (const pair of pairs) {
    const { primary, standby } = pair;
    const region = stateRegionOfStandby(project, regions, pair);
    if (region === primary.region) {
      yield `${standby.file}: state of ${standby.name} lies in ${region}, so that it can't be applied while that region is down; set stateReplication.enabled in ${bootstrap}`;
    } else if (region !== standby.region) {
      yield `${standby.file}: state of ${standby.name} lies in ${region}, so that a recovery needs that region beside its own ${standby.region}`;
    }
  }
}
