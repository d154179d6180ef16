import type { AlarmDefinition, Thresholds } from "../../observability/alarm.ts";

interface WatchedService {
  readonly clusterName: string;
  readonly serviceName: string;
  /** Fewest tasks that should run. */
  readonly leastCount: number;
}

/** What of the service is watched; nothing while it is meant to have no task. */
export function serviceAlarms(
  { clusterName, serviceName, leastCount }: WatchedService,
  thresholds: Thresholds,
): readonly AlarmDefinition[] {
  if (leastCount === 0) return [];
  const common = {
    scope: "service",
    namespace: "AWS/ECS",
    dimensions: { ClusterName: clusterName, ServiceName: serviceName },
  } as const;
  const use = {
    ...common,
    statistic: "Average",
    periodSeconds: 300,
    evaluationPeriods: 3,
    comparison: "above",
    // Without a task there is no use to measure; the missing tasks have an alarm of their own.
    missing: "notBreaching",
  } as const;
  return [
    {
      ...use,
      id: "service-cpu",
      description:
        "The tasks are short of CPU; look at traffic and the latest deployment, then add tasks or CPU",
      metric: "CPUUtilization",
      threshold: thresholds.serviceCpuPercent,
    },
    {
      ...use,
      id: "service-memory",
      description: "The tasks are short of memory and may soon be killed; look for a leak, then add memory",
      metric: "MemoryUtilization",
      threshold: thresholds.serviceMemoryPercent,
    },
    {
      ...common,
      id: "service-tasks",
      description: `Fewer than ${leastCount} tasks run; look at the service's events and the reason why tasks stopped`,
      // Each running task reports once a minute: the samples are the tasks, without Container Insights.
      // https://docs.aws.amazon.com/AmazonECS/latest/developerguide/cloudwatch-metrics.html
      metric: "CPUUtilization",
      statistic: "SampleCount",
      periodSeconds: 60,
      evaluationPeriods: 5,
      comparison: "below",
      threshold: leastCount,
      missing: "breaching",
    },
  ];
}

interface WatchedCapacity {
  readonly clusterName: string;
  readonly capacityProvider: string;
  /** Fewest tasks that should run. */
  readonly leastCount: number;
}

/** Whether the instances are enough; nothing while there is no task for them. */
export function capacityAlarms({
  clusterName,
  capacityProvider,
  leastCount,
}: WatchedCapacity): readonly AlarmDefinition[] {
  if (leastCount === 0) return [];
  return [
    {
      scope: "service",
      id: "service-capacity",
      description:
        "Tasks wait for instances; raise maxInstances, or look at the activity of the Auto Scaling group",
      // Instances that are needed per instance that runs, in percent.
      // https://aws.amazon.com/blogs/containers/deep-dive-on-amazon-ecs-cluster-auto-scaling/
      namespace: "AWS/ECS/ManagedScaling",
      metric: "CapacityProviderReservation",
      dimensions: { CapacityProviderName: capacityProvider, ClusterName: clusterName },
      statistic: "Average",
      periodSeconds: 60,
      // An instance takes a few minutes to start and to join.
      evaluationPeriods: 15,
      comparison: "above",
      threshold: 100,
      missing: "notBreaching",
    },
  ];
}
