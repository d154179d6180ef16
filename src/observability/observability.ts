import { CloudwatchDashboard } from "@cdktf/provider-aws/lib/cloudwatch-dashboard/index.js";
import { CloudwatchMetricAlarm } from "@cdktf/provider-aws/lib/cloudwatch-metric-alarm/index.js";
import { Construct } from "constructs";
import type { Keys } from "../encryption/keys.ts";
import type { Names } from "../naming/names.ts";
import type { AlarmDefinition, Watched } from "./alarm.ts";
import { dashboardBody } from "./dashboard.ts";
import type { ObservabilityConfig } from "./schema.ts";
import { alertsTopicName } from "./topic-address.ts";
import { Topic } from "./topic.ts";

interface ObservabilityProps {
  readonly config: ObservabilityConfig;
  readonly names: Names;
  readonly accountId: string;
  readonly region: string;
  readonly keys: Keys;
  /** What knows its own alarms, in the order of the dashboard. */
  readonly watched: readonly Watched[];
}

/** The topic, and the alarms and the dashboard that the watched constructs ask for. */
export class Observability extends Construct {
  readonly topicArn: string;

  private readonly names: Names;

  constructor(scope: Construct, id: string, props: ObservabilityProps) {
    super(scope, id);
    const { config, names, accountId, region, keys, watched } = props;
    this.names = names;
    this.topicArn = new Topic(this, "alerts", {
      topicName: alertsTopicName(names),
      accountId,
      region,
      key: keys.telemetry,
      publishers: keys.publishers,
      recoveryRoleArn: keys.recoveryRoleArn,
      emails: config.alarmEmails,
    }).arn;

    const definitions = watched.flatMap((one) => one.alarms(config.thresholds));
    for (const definition of definitions) {
      if (isWatched(definition, config.alarms)) this.addAlarm(definition);
    }
    if (config.dashboard) this.addDashboard(definitions, region);
  }

  private addAlarm(definition: AlarmDefinition): void {
    const { id, description, threshold, comparison, missing } = definition;
    new CloudwatchMetricAlarm(this, id, {
      alarmName: this.names.of(id),
      alarmDescription: description,
      namespace: definition.namespace,
      metricName: definition.metric,
      dimensions: { ...definition.dimensions },
      ...statistic(definition.statistic),
      period: definition.periodSeconds,
      evaluationPeriods: definition.evaluationPeriods,
      comparisonOperator: comparison === "above" ? "GreaterThanThreshold" : "LessThanThreshold",
      threshold,
      treatMissingData: missing,
      alarmActions: [this.topicArn],
      okActions: [this.topicArn],
      tags: { Name: this.names.of(id) },
    });
  }

  private addDashboard(definitions: readonly AlarmDefinition[], region: string): void {
    new CloudwatchDashboard(this, "dashboard", {
      dashboardName: this.names.prefix,
      dashboardBody: dashboardBody(definitions, region),
    });
  }
}

function isWatched({ scope }: AlarmDefinition, alarms: ObservabilityConfig["alarms"]): boolean {
  return alarms === "all" || alarms === scope;
}

/** CloudWatch takes a percentile in a field of its own. */
function statistic(name: string) {
  return /^p\d/.test(name) ? { extendedStatistic: name } : { statistic: name };
}
