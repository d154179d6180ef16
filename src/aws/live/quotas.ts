import type { Usage } from "../data.ts";
import { AwsFailure } from "../failure.ts";
import type { RegionalAws } from "../port.ts";
import type { Sdk, ServiceQuota } from "../sdk.ts";
import { ask } from "./ask.ts";

type Questions = Pick<
  RegionalAws,
  "databaseInstances" | "databaseStorageGiB" | "fargateVcpus" | "instanceVcpus" | "elasticIps"
>;

/** Codes of Service Quotas. Source: the Service Quotas console of each service. */
const FARGATE = { "on-demand": "L-3032A538", spot: "L-36FBB829" } as const;
const STANDARD_INSTANCES = "L-1216C47A";
const ELASTIC_IPS = "L-0263D0A3";

/** How far back the use is looked at: usage metrics come every five minutes. */
const USAGE_WINDOW_MS = 15 * 60_000;

/** Limits of the account in a region, and what of them is used. */
export function quotaQuestions(sdk: Sdk): Questions {
  const { region } = sdk;
  return {
    databaseInstances: () => databaseQuota(sdk, "DBInstances"),
    databaseStorageGiB: () => databaseQuota(sdk, "AllocatedStorage"),
    async fargateVcpus(capacity) {
      const { value, metric } = await quotaOf(sdk, "fargate", FARGATE[capacity]);
      return { quota: value, used: await usageOf(sdk, metric) };
    },
    async instanceVcpus() {
      const { value, metric } = await quotaOf(sdk, "ec2", STANDARD_INSTANCES);
      return { quota: value, used: await usageOf(sdk, metric) };
    },
    async elasticIps() {
      const [{ value }, addresses] = await Promise.all([
        quotaOf(sdk, "ec2", ELASTIC_IPS),
        ask("ec2:DescribeAddresses", region, () => sdk.describeAddresses()),
      ]);
      return { quota: value, used: addresses.Addresses?.length ?? 0 };
    },
  };
}

async function databaseQuota(sdk: Sdk, name: string): Promise<Usage> {
  const action = "rds:DescribeAccountAttributes";
  const { AccountQuotas = [] } = await ask(action, sdk.region, () => sdk.describeAccountAttributes());
  const found = AccountQuotas.find(({ AccountQuotaName }) => AccountQuotaName === name);
  if (found?.Max === undefined)
    throw new AwsFailure("failed", action, sdk.region, `no quota ${name} in the answer`);
  return { used: found.Used ?? 0, quota: found.Max };
}

type Metric = ServiceQuota["UsageMetric"];

/** What the account was given, or AWS's default where nobody ever asked for more. */
async function quotaOf(sdk: Sdk, service: string, code: string): Promise<{ value: number; metric: Metric }> {
  const action = "servicequotas:GetServiceQuota";
  const applied = await ask(action, sdk.region, () => sdk.serviceQuota(service, code), [
    "NoSuchResourceException",
  ]);
  const { Quota } =
    applied ??
    (await ask("servicequotas:GetAWSDefaultServiceQuota", sdk.region, () => sdk.defaultQuota(service, code)));
  if (Quota?.Value === undefined) throw new AwsFailure("failed", action, sdk.region, `no value for ${code}`);
  return { value: Quota.Value, metric: Quota.UsageMetric };
}

async function usageOf(sdk: Sdk, metric: Metric): Promise<number> {
  const action = "cloudwatch:GetMetricStatistics";
  if (metric?.MetricName === undefined)
    throw new AwsFailure("failed", action, sdk.region, "the quota names no metric for its use");
  const { MetricNamespace, MetricName, MetricDimensions = {} } = metric;
  const now = Date.now();
  const { Datapoints = [] } = await ask(action, sdk.region, () =>
    sdk.metric({
      Namespace: MetricNamespace,
      MetricName,
      Dimensions: Object.entries(MetricDimensions).map(([Name, Value]) => ({ Name, Value })),
      Statistics: ["Maximum"],
      Period: 300,
      StartTime: new Date(now - USAGE_WINDOW_MS),
      EndTime: new Date(now),
    }),
  );
  // Where nothing runs there is no metric.
  return Math.max(0, ...Datapoints.map(({ Maximum = 0 }) => Maximum));
}
