/** What one checker thinks of an endpoint. */
export interface Opinion {
  readonly isHealthy: boolean;
  /** Observations in a row that say the opposite. */
  readonly contradictions: number;
}

/** Route 53 takes a new check for healthy until there is enough data. */
export const FIRST_OPINION: Opinion = { isHealthy: true, contradictions: 0 };

/** It takes as many observations in a row as the failure threshold says, to either side. */
export function revise(opinion: Opinion, isSuccess: boolean, failureThreshold: number): Opinion {
  if (isSuccess === opinion.isHealthy) {
    return { ...opinion, contradictions: 0 };
  }
  const contradictions = opinion.contradictions + 1;
  return contradictions >= failureThreshold
    ? { isHealthy: isSuccess, contradictions: 0 }
    : { ...opinion, contradictions };
}

/** https://docs.aws.amazon.com/Route53/latest/DeveloperGuide/dns-failover-determining-health-of-endpoints.html */
const HEALTHY_SHARE = 0.18;

/** More than 18 % of the checkers are enough. */
export const isHealthyOverall = (opinions: readonly Opinion[]): boolean =>
  opinions.length === 0 ||
  opinions.filter(({ isHealthy }) => isHealthy).length / opinions.length > HEALTHY_SHARE;
