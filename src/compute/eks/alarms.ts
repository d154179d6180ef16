import type { AlarmDefinition } from "../../observability/alarm.ts";

/** Whether pods find room; nothing while there is no node for them. */
export function podAlarms(clusterName: string, leastCount: number): readonly AlarmDefinition[] {
  if (leastCount === 0) return [];
  return [
    {
      scope: "service",
      id: "service-pending-pods",
      description: "Pods find no node that has room for them; add nodes, or look at what they ask for",
      // A metric that EKS reports by itself: https://docs.aws.amazon.com/eks/latest/userguide/cloudwatch.html
      namespace: "AWS/EKS",
      metric: "scheduler_pending_pods_UNSCHEDULABLE",
      dimensions: { ClusterName: clusterName },
      statistic: "Sum",
      periodSeconds: 60,
      // A deployment or a replaced node leaves pods without one for a few minutes.
      evaluationPeriods: 15,
      comparison: "above",
      threshold: 0,
      missing: "notBreaching",
    },
  ];
}
