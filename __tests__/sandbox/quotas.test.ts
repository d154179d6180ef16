import * as rds from "@aws-sdk/client-rds";
import {
  GetAWSDefaultServiceQuotaCommand,
  GetServiceQuotaCommand,
  ServiceQuotasClient,
} from "@aws-sdk/client-service-quotas";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { SANDBOX_CREDENTIALS } from "../../sandbox/gateway/moto-port.ts";
import { startSandbox, type Sandbox } from "../../sandbox/start.ts";
import { probe } from "./support.ts";

const capabilities = await probe();

describe.skipIf(!capabilities.isReady)("what an account may have", () => {
  let sandbox: Sandbox;
  beforeAll(async () => {
    sandbox = await startSandbox({ capabilities });
  });
  afterAll(() => sandbox?.stop());

  const settings = () => ({
    endpoint: sandbox.url,
    region: "eu-west-1",
    credentials: SANDBOX_CREDENTIALS,
    maxAttempts: 1,
  });

  it("an account has AWS's default quotas and none of its own, and uses up those of databases", async () => {
    const databases = new rds.RDSClient(settings());
    const used = async () => {
      const { AccountQuotas = [] } = await databases.send(new rds.DescribeAccountAttributesCommand({}));
      return AccountQuotas.map(({ AccountQuotaName, Used }) => [AccountQuotaName, Used]);
    };
    expect(await used()).toEqual([
      ["DBInstances", 0],
      ["AllocatedStorage", 0],
    ]);
    await databases.send(
      new rds.CreateDBInstanceCommand({
        DBInstanceIdentifier: "orders",
        DBInstanceClass: "db.t4g.micro",
        Engine: "postgres",
        AllocatedStorage: 20,
      }),
    );
    expect(await used()).toEqual([
      ["DBInstances", 1],
      ["AllocatedStorage", 20],
    ]);
    const quotas = new ServiceQuotasClient(settings());
    const fargate = { ServiceCode: "fargate", QuotaCode: "L-3032A538" };
    const { Quota } = await quotas.send(new GetAWSDefaultServiceQuotaCommand(fargate));
    expect(Quota).toMatchObject({ ...fargate, Value: 6, UsageMetric: { MetricNamespace: "AWS/Usage" } });
    await expect(quotas.send(new GetServiceQuotaCommand(fargate))).rejects.toMatchObject({
      name: "NoSuchResourceException",
    });
  });

  it("a region offers classes of instances for versions of an engine", async () => {
    const databases = new rds.RDSClient(settings());
    const versions = async (DBInstanceClass: string) => {
      const { OrderableDBInstanceOptions = [] } = await databases.send(
        new rds.DescribeOrderableDBInstanceOptionsCommand({ Engine: "postgres", DBInstanceClass }),
      );
      return OrderableDBInstanceOptions.map(({ EngineVersion }) => EngineVersion);
    };
    expect(await versions("db.m7g.large")).toContain("17.4");
    expect(await versions("db.z9.large")).toEqual([]);
  });
});
