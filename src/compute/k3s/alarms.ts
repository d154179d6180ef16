import type { AlarmDefinition } from "../../observability/alarm.ts";
import { METRICS_NAMESPACE } from "./user-data/settings.ts";

interface WatchedCluster {
  readonly clusterName: string;
  /** Servers and workers that should be ready. */
  readonly servers: number;
  readonly workers: number;
  readonly snapshotIntervalMinutes: number;
}

/** What of the cluster itself is watched; nothing while it is meant to have no node. */
export function clusterAlarms(cluster: WatchedCluster): readonly AlarmDefinition[] {
  const { clusterName, servers, workers, snapshotIntervalMinutes } = cluster;
  if (servers === 0) return [];
  const common = {
    namespace: METRICS_NAMESPACE,
    dimensions: { Cluster: clusterName },
    // Only servers that are ready report: silence is the worst news.
    missing: "breaching",
  } as const;
  return [
    {
      ...common,
      scope: "service",
      id: "cluster-servers",
      description: `Fewer than ${servers} servers are ready; without more than half of them the cluster can't be changed`,
      metric: "ReadyServers",
      statistic: "Maximum",
      periodSeconds: 300,
      evaluationPeriods: 2,
      comparison: "below",
      threshold: servers,
    },
    {
      ...common,
      scope: "service",
      id: "cluster-workers",
      description: `Fewer than ${workers} workers are ready; look at the activity of their group, then at their logs`,
      metric: "ReadyWorkers",
      statistic: "Maximum",
      periodSeconds: 300,
      evaluationPeriods: 2,
      comparison: "below",
      threshold: workers,
    },
    {
      ...common,
      scope: "data",
      id: "cluster-snapshots",
      description:
        "The cluster's state was not saved when it was due; look at pilot-light.service on the servers",
      metric: "SnapshotAge",
      statistic: "Minimum",
      periodSeconds: 300,
      evaluationPeriods: 2,
      comparison: "above",
      threshold: (snapshotIntervalMinutes + LATE_MINUTES) * 60,
    },
  ];
}

/** How late a snapshot may be before anybody hears of it. */
const LATE_MINUTES = 15;
