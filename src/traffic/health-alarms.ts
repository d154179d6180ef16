import {
  CloudwatchMetricAlarm,
  type CloudwatchMetricAlarmConfig,
} from "@cdktf/provider-aws/lib/cloudwatch-metric-alarm/index.js";
import { Construct } from "constructs";
import type { Names } from "../naming/names.ts";

/** Route 53 publishes the metrics of health checks in this region only. */
export const HEALTH_CHECK_METRICS_REGION = "us-east-1";

interface HealthAlarmsProps {
  readonly names: Names;
  readonly mode: "operator" | "automatic";
  /** The check on the primary's endpoint; undefined where none reaches it. */
  readonly endpoint: string | undefined;
  /** The check on the switch object; only with an operator. */
  readonly switch: string | undefined;
  /** Topic in `HEALTH_CHECK_METRICS_REGION`. */
  readonly topicArn: string;
}

/** Alarms on what moves traffic, and on what should make a person think of moving it. */
export class HealthAlarms extends Construct {
  constructor(scope: Construct, id: string, props: HealthAlarmsProps) {
    super(scope, id);
    const { names, mode, endpoint, topicArn } = props;
    const common = { treatMissingData: "notBreaching", evaluationPeriods: 1, alarmActions: [topicArn] };
    const add = (suffix: string, config: Omit<CloudwatchMetricAlarmConfig, "alarmName">): void => {
      const alarmName = names.of(suffix);
      new CloudwatchMetricAlarm(this, suffix, { ...config, alarmName, tags: { Name: alarmName } });
    };
    if (endpoint !== undefined) {
      add("endpoint", {
        ...common,
        alarmDescription: ENDPOINT[mode],
        ...statusOf(endpoint),
        statistic: "Minimum",
        comparisonOperator: "LessThanThreshold",
        threshold: 1,
        okActions: [topicArn],
      });
    }
    if (props.switch !== undefined) {
      add("switch", {
        ...common,
        alarmDescription:
          "the health check on the switch changed its verdict, traffic moves; see who put or deleted the object",
        // A change in either direction: both mean that somebody turned the switch.
        metricQuery: [
          { id: "verdict", metric: { ...statusOf(props.switch), stat: "Minimum" } },
          { id: "change", expression: "ABS(DIFF(verdict))", label: "verdict changed", returnData: true },
        ],
        comparisonOperator: "GreaterThanThreshold",
        threshold: 0,
      });
    }
  }
}

const ENDPOINT = {
  operator: "the primary does not answer the world; traffic stays there until an operator turns the switch",
  automatic: "the primary does not answer the world, and traffic goes to the standby until it does",
} as const;

const statusOf = (healthCheckId: string) => ({
  namespace: "AWS/Route53",
  metricName: "HealthCheckStatus",
  dimensions: { HealthCheckId: healthCheckId },
  period: 60,
});
