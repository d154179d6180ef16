/** TTL of an alias record of a load balancer, in seconds. Source: Route 53, "Choosing between alias and non-alias records". */
const ALIAS_TTL_SECONDS = 60;

/** How often a checker asks, and how often in a row it must get the same answer. */
interface Pace {
  readonly intervalSeconds: number;
  readonly failureThreshold: number;
}

/** How long a cut-over takes at most, term by term. */
export interface CutOver {
  /** Until enough checkers have seen the change. */
  readonly detectionSeconds: number;
  /** Until resolvers have asked again. */
  readonly ttlSeconds: number;
  readonly totalSeconds: number;
}

/** Computes how long clients may still reach the old side after the switch object is put. */
export function cutOver({ intervalSeconds, failureThreshold }: Pace): CutOver {
  const detectionSeconds = intervalSeconds * failureThreshold;
  return {
    detectionSeconds,
    ttlSeconds: ALIAS_TTL_SECONDS,
    totalSeconds: detectionSeconds + ALIAS_TTL_SECONDS,
  };
}

/** Until every checker knows of a new health check; an estimate, AWS publishes no figure. */
const SPREAD_SECONDS = 60;

/** How long a new health check needs until its verdict can be relied on. */
export const settlingSeconds = (pace: Pace): number => SPREAD_SECONDS + cutOver(pace).detectionSeconds;
