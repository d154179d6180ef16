import type { AlarmDefinition, Thresholds } from "../observability/alarm.ts";

interface LoadBalancerDimensions {
  readonly loadBalancer: string;
  readonly targetGroup: string;
}

/** What of a load balancer is watched; without traffic there is no data, and no data is no error. */
export function loadBalancerAlarms(
  { loadBalancer, targetGroup }: LoadBalancerDimensions,
  thresholds: Thresholds,
): readonly AlarmDefinition[] {
  const common = {
    scope: "service",
    namespace: "AWS/ApplicationELB",
    periodSeconds: 60,
    comparison: "above",
    missing: "notBreaching",
  } as const;
  const targets = { LoadBalancer: loadBalancer, TargetGroup: targetGroup };
  return [
    {
      ...common,
      id: "target-5xx",
      description: "The service answers with server errors; look at its logs and the latest deployment",
      metric: "HTTPCode_Target_5XX_Count",
      dimensions: targets,
      statistic: "Sum",
      evaluationPeriods: 3,
      threshold: thresholds.serverErrorsPerMinute,
    },
    {
      ...common,
      id: "load-balancer-5xx",
      description: "The load balancer itself answers with errors; look for missing or overloaded targets",
      metric: "HTTPCode_ELB_5XX_Count",
      // The load balancer counts its own errors per listener, never per target group.
      dimensions: { LoadBalancer: loadBalancer },
      statistic: "Sum",
      evaluationPeriods: 3,
      threshold: thresholds.serverErrorsPerMinute,
    },
    {
      ...common,
      id: "latency-p95",
      description: "The service answers slowly; look at its CPU and at the database",
      metric: "TargetResponseTime",
      dimensions: targets,
      statistic: "p95",
      evaluationPeriods: 5,
      // The metric is in seconds.
      threshold: thresholds.latencyP95Milliseconds / 1000,
    },
    {
      ...common,
      id: "unhealthy-hosts",
      description: "Targets fail their health check; look at the service's events and logs",
      metric: "UnHealthyHostCount",
      dimensions: targets,
      statistic: "Maximum",
      // A deployment drains and starts targets for a few minutes.
      evaluationPeriods: 5,
      threshold: 0,
    },
  ];
}
