import { DescribeDBInstancesCommand, RDSClient } from "@aws-sdk/client-rds";
import { z } from "zod";
import type { Call } from "../gateway/call.ts";
import type { Emulation, World } from "../gateway/emulation.ts";
import { readForm, readJson } from "../gateway/input.ts";
import { AwsError, jsonReply, queryReply, type Reply } from "../gateway/reply.ts";
import { structure } from "./rds/xml.ts";

const NAMESPACE = "http://rds.amazonaws.com/doc/2014-10-31/";

/** AWS's defaults for a new account. Source: Service Quotas. */
const QUOTAS: Readonly<
  Record<string, { readonly value: number; readonly metric?: Readonly<Record<string, string>> }>
> = {
  "fargate L-3032A538": { value: 6, metric: vcpu("Fargate", "Standard/OnDemand") },
  "fargate L-36FBB829": { value: 6, metric: vcpu("Fargate", "Standard/Spot") },
  "ec2 L-1216C47A": { value: 5, metric: vcpu("EC2", "Standard/OnDemand") },
  "ec2 L-0263D0A3": { value: 5 },
};

const INSTANCES = 40;
const STORAGE_GIB = 100_000;

/** Engine versions and classes that a region offers; a small part of RDS's thousands. */
const VERSIONS = ["13.20", "14.17", "15.12", "16.4", "16.8", "17.2", "17.4", "18.1"];
const CLASSES = /^db\.(t4g|m6g|m7g|r6g|r7g|t3|m5)\.(micro|small|medium|large|xlarge|2xlarge|4xlarge)$/;

const request = z.object({ ServiceCode: z.string(), QuotaCode: z.string() });

/** What an account may have, and what a region offers: moto knows neither for Fargate and PostgreSQL. */
export function quotas(world: World): Emulation[] {
  const database: Readonly<Record<string, (call: Call) => Promise<string>>> = {
    DescribeAccountAttributes: (call) => accountAttributes(world, call.region),
    DescribeOrderableDBInstanceOptions: async (call) => orderable(await readForm(call)),
  };
  return [
    {
      service: "rds",
      handles: ({ action }) => Object.hasOwn(database, action),
      async handle(call): Promise<Reply> {
        return queryReply(call.action, NAMESPACE, (await database[call.action]?.(call)) ?? "");
      },
    },
    {
      service: "servicequotas",
      handles: ({ action }) => ["GetServiceQuota", "GetAWSDefaultServiceQuota"].includes(action),
      async handle(call): Promise<Reply> {
        const { ServiceCode, QuotaCode } = await readJson(call, request);
        const quota = QUOTAS[`${ServiceCode} ${QuotaCode}`];
        // Nobody has asked for more, and AWS then has no value of the account's own.
        if (quota === undefined || call.action === "GetServiceQuota")
          throw new AwsError(
            "NoSuchResourceException",
            "The request failed because the specified quota does not exist.",
          );
        const { value: Value, metric: MetricDimensions } = quota;
        const UsageMetric = MetricDimensions && {
          MetricNamespace: "AWS/Usage",
          MetricName: "ResourceCount",
          MetricDimensions,
          MetricStatisticRecommendation: "Maximum",
        };
        return jsonReply({ Quota: { ServiceCode, QuotaCode, Value, UsageMetric } });
      },
    },
  ];
}

async function accountAttributes(world: World, region: string): Promise<string> {
  const client = new RDSClient(world.moto.client(region));
  const { DBInstances = [] } = await client.send(new DescribeDBInstancesCommand({}));
  const storage = DBInstances.reduce((sum, { AllocatedStorage = 0 }) => sum + AllocatedStorage, 0);
  const found = [
    { AccountQuotaName: "DBInstances", Used: DBInstances.length, Max: INSTANCES },
    { AccountQuotaName: "AllocatedStorage", Used: storage, Max: STORAGE_GIB },
  ];
  return `<AccountQuotas>${found.map((quota) => `<AccountQuota>${structure(quota)}</AccountQuota>`).join("")}</AccountQuotas>`;
}

function orderable(form: URLSearchParams): string {
  const [Engine, DBInstanceClass] = [form.get("Engine"), form.get("DBInstanceClass") ?? ""];
  const versions = Engine === "postgres" && CLASSES.test(DBInstanceClass) ? VERSIONS : [];
  const options = versions.map((EngineVersion) =>
    structure({ Engine: "postgres", EngineVersion, DBInstanceClass, MultiAZCapable: true, Vpc: true }),
  );
  return `<OrderableDBInstanceOptions>${options.map((one) => `<OrderableDBInstanceOption>${one}</OrderableDBInstanceOption>`).join("")}</OrderableDBInstanceOptions>`;
}

function vcpu(Service: string, Class: string): Readonly<Record<string, string>> {
  return { Service, Class, Type: "Resource", Resource: "vCPU" };
}
