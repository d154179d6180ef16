import type { AlarmDefinition, Thresholds } from "../../observability/alarm.ts";

interface WatchedNodes {
  /** Dimensions of the load balancer's metrics about the nodes. */
  readonly targetDimensions: Readonly<Record<string, string>>;
  readonly autoScalingGroupName: string;
  /** Fewest nodes that should answer. */
  readonly leastCount: number;
}

/** What of nodes is watched; nothing while there are meant to be none. */
export function nodeAlarms(
  { targetDimensions, autoScalingGroupName, leastCount }: WatchedNodes,
  thresholds: Thresholds,
): readonly AlarmDefinition[] {
  if (leastCount === 0) return [];
  return [
    {
      scope: "service",
      id: "service-nodes",
      description: `Fewer than ${leastCount} nodes answer the load balancer; look at the node group, then at the pods`,
      // Seen from outside: a node that has joined may still have no pod that answers.
      namespace: "AWS/ApplicationELB",
      metric: "HealthyHostCount",
      dimensions: targetDimensions,
      statistic: "Minimum",
      periodSeconds: 60,
      evaluationPeriods: 5,
      comparison: "below",
      threshold: leastCount,
      missing: "breaching",
    },
    {
      scope: "service",
      id: "service-cpu",
      description: "The nodes are short of CPU; look at traffic and the latest deployment, then add nodes",
      namespace: "AWS/EC2",
      metric: "CPUUtilization",
      dimensions: { AutoScalingGroupName: autoScalingGroupName },
      statistic: "Average",
      periodSeconds: 300,
      evaluationPeriods: 3,
      comparison: "above",
      threshold: thresholds.serviceCpuPercent,
      missing: "notBreaching",
    },
  ];
}
