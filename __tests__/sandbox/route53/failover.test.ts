import { CloudWatchClient, GetMetricDataCommand, ListMetricsCommand } from "@aws-sdk/client-cloudwatch";
import {
  CreateClusterCommand,
  CreateServiceCommand,
  ECSClient,
  RegisterTaskDefinitionCommand,
} from "@aws-sdk/client-ecs";
import type { ResourceRecordSet } from "@aws-sdk/client-route-53";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { Dns } from "../support/dns.ts";
import { createFrontDoor, type FrontDoor } from "../support/front-door.ts";
import { MINUTE_MS, PRIMARY, SECOND_MS, STANDBY, Storage, isReady } from "../support/storage.ts";

const NAME = "shop.example.com";

let storage: Storage;
let dns: Dns;
let primary: FrontDoor;
let standby: FrontDoor;
let zone: string;
beforeAll(async () => {
  storage = await Storage.start();
});
afterAll(() => storage.sandbox.stop());
beforeEach(async () => {
  await storage.sandbox.client.reset();
  dns = new Dns(storage);
  primary = await createFrontDoor(storage, PRIMARY);
  standby = await createFrontDoor(storage, STANDBY);
  zone = await dns.createZone("example.com");
});

const elapse = (ms = 2 * MINUTE_MS) => storage.sandbox.client.advance(ms);
const setHealth = (door: FrontDoor, healthy: boolean | null) =>
  storage.sandbox.client.setTargetHealth({ targetGroupArn: door.targetGroupArn, healthy });
const createCheck = (door: FrontDoor, more: object = {}) =>
  dns.createCheck({
    Type: "HTTP",
    FullyQualifiedDomainName: door.dnsName,
    Port: 80,
    ResourcePath: "/health",
    ...more,
  });
const alias = (door: FrontDoor, EvaluateTargetHealth = false): ResourceRecordSet => ({
  Name: NAME,
  Type: "A",
  AliasTarget: { DNSName: door.dnsName, HostedZoneId: door.zoneId, EvaluateTargetHealth },
});
const answer = async () => (await storage.sandbox.client.resolve(NAME)).answer?.setIdentifier;

/** A failover pair: the primary by its check, if there is one. */
const createPair = (HealthCheckId: string | undefined, evaluatesTarget = false) =>
  dns.upsert(
    zone,
    {
      ...alias(primary, evaluatesTarget),
      SetIdentifier: "primary",
      Failover: "PRIMARY",
      HealthCheckId,
    },
    { ...alias(standby), SetIdentifier: "standby", Failover: "SECONDARY" },
  );

describe.skipIf(!isReady)("a health check of a load balancer", () => {
  it("needs an open door, a healthy target and a region", async () => {
    const check = await createCheck(primary);
    await elapse();
    expect(await dns.seen(check)).toEqual(["Failure: The connection timed out"]);
    await primary.open("0.0.0.0/0");
    await elapse();
    expect(await dns.seen(check)).toEqual(["Failure: HTTP Status Code 503, Service Unavailable"]);
    await setHealth(primary, true);
    await elapse();
    expect(await dns.seen(check)).toEqual(["Success: HTTP Status Code 200, OK"]);
    expect(await dns.isHealthy(check)).toBe(true);
    await storage.sandbox.client.setFaults({ regionsDown: [PRIMARY] });
    await elapse();
    expect(await dns.isHealthy(check)).toBe(false);
  });

  it("sees which port and which addresses are admitted, and a name that is gone", async () => {
    await primary.open("198.51.100.0/24");
    await setHealth(primary, true);
    const closed = await createCheck(primary);
    const wrongPort = await createCheck(standby, { Port: 443, Type: "HTTPS" });
    const gone = await createCheck({ ...primary, dnsName: `gone-1.${PRIMARY}.elb.amazonaws.com` });
    await standby.open("0.0.0.0/0");
    await elapse();
    expect(await dns.seen(closed)).toEqual(["Failure: The connection timed out"]);
    expect(await dns.seen(wrongPort)).toEqual(["Failure: The connection timed out"]);
    expect(await dns.seen(gone)).toEqual(["Failure: DNS resolution failed"]);
  });

  it("is a metric in us-east-1, and nowhere else", async () => {
    const check = await createCheck(primary);
    await elapse();
    const metrics = async (region: string) => {
      const { Metrics = [] } = await new CloudWatchClient(storage.settings(region)).send(
        new ListMetricsCommand({ Namespace: "AWS/Route53" }),
      );
      return Metrics.map(({ Dimensions: [dimension] = [] }) => dimension);
    };
    expect(await metrics("us-east-1")).toEqual([{ Name: "HealthCheckId", Value: check }]);
    expect(await metrics(PRIMARY)).toEqual([]);
    const { now } = await storage.sandbox.client.clock();
    const { MetricDataResults: [verdict] = [] } = await new CloudWatchClient(
      storage.settings("us-east-1"),
    ).send(
      new GetMetricDataCommand({
        StartTime: new Date(now.getTime() - 5 * SECOND_MS),
        EndTime: new Date(now.getTime() + MINUTE_MS),
        MetricDataQueries: [
          {
            Id: "verdict",
            MetricStat: {
              Metric: {
                Namespace: "AWS/Route53",
                MetricName: "HealthCheckStatus",
                Dimensions: [{ Name: "HealthCheckId", Value: check }],
              },
              Period: 60,
              Stat: "Minimum",
            },
          },
        ],
      }),
    );
    // Its door is closed.
    expect(verdict?.Values).toEqual([0]);
  });

  it("takes a service with a desired count for a healthy target", async () => {
    await primary.open("0.0.0.0/0");
    const ecs = new ECSClient(storage.settings(PRIMARY));
    await ecs.send(new CreateClusterCommand({ clusterName: "shop" }));
    await ecs.send(
      new RegisterTaskDefinitionCommand({
        family: "shop",
        containerDefinitions: [{ name: "app", image: "app", memory: 512 }],
      }),
    );
    const check = await createCheck(primary);
    await elapse();
    expect(await dns.isHealthy(check)).toBe(false);
    await ecs.send(
      new CreateServiceCommand({
        cluster: "shop",
        serviceName: "shop",
        taskDefinition: "shop",
        desiredCount: 1,
        loadBalancers: [{ targetGroupArn: primary.targetGroupArn, containerName: "app", containerPort: 80 }],
      }),
    );
    await elapse();
    expect(await dns.isHealthy(check)).toBe(true);
    await setHealth(primary, false);
    await elapse();
    expect(await dns.isHealthy(check)).toBe(false);
  });
});

describe.skipIf(!isReady)("a failover record", () => {
  it("answers the secondary while the primary's check fails, and says what resolvers still hold", async () => {
    await primary.open("0.0.0.0/0");
    await setHealth(primary, true);
    await createPair(await createCheck(primary, { RequestInterval: 10, FailureThreshold: 2 }));
    expect(await storage.sandbox.client.resolve(NAME)).toMatchObject({
      answer: { setIdentifier: "primary", failover: "PRIMARY", aliasTarget: primary.dnsName, ttlSeconds: 60 },
      cached: null,
    });
    await setHealth(primary, false);
    await elapse(25 * SECOND_MS);
    const { answer: now, since, cached } = await storage.sandbox.client.resolve(NAME);
    expect(now?.aliasTarget).toBe(standby.dnsName);
    expect(cached?.answer.aliasTarget).toBe(primary.dnsName);
    expect(cached?.until.getTime()).toBe(since.getTime() + 60 * SECOND_MS);
    await elapse(60 * SECOND_MS);
    expect((await storage.sandbox.client.resolve(NAME)).cached).toBeNull();
    // T42: nothing holds traffic back once the primary recovers.
    await setHealth(primary, true);
    await elapse(25 * SECOND_MS);
    expect(await answer()).toBe("primary");
  });

  it("goes over without any control plane, and answers through the loss of us-east-1", async () => {
    await primary.open("0.0.0.0/0");
    await setHealth(primary, true);
    await createPair(await createCheck(primary));
    await elapse();
    await storage.sandbox.client.setFaults({
      regionsDown: [PRIMARY, "us-east-1"],
      globalControlPlanesDown: true,
    });
    await elapse();
    expect(await answer()).toBe("standby");
    await expect(dns.createZone("example.org")).rejects.toThrow(/ECONNRESET|socket hang up/);
  });

  it("judges the target itself when the record says so (T41)", async () => {
    await setHealth(primary, true);
    await createPair(undefined, true);
    expect(await answer()).toBe("primary");
    await setHealth(primary, false);
    expect(await answer()).toBe("standby");
  });

  it("answers the primary when both are unhealthy", async () => {
    const check = await createCheck(primary);
    await dns.upsert(
      zone,
      {
        ...alias(primary),
        SetIdentifier: "primary",
        Failover: "PRIMARY",
        HealthCheckId: check,
      },
      {
        ...alias(standby, true),
        SetIdentifier: "standby",
        Failover: "SECONDARY",
      },
    );
    await setHealth(standby, true);
    await elapse();
    expect(await answer()).toBe("standby");
    await setHealth(standby, false);
    expect(await answer()).toBe("primary");
  });

  it("answers plain records, and nothing for a name that is not there", async () => {
    await dns.upsert(zone, {
      Name: "plain.example.com",
      Type: "A",
      TTL: 300,
      ResourceRecords: [{ Value: "192.0.2.1" }],
    });
    expect((await storage.sandbox.client.resolve("plain.example.com")).answer).toMatchObject({
      records: ["192.0.2.1"],
      ttlSeconds: 300,
    });
    expect((await storage.sandbox.client.resolve("nowhere.example.com")).answer).toBeNull();
    await dns.upsert(zone, {
      Name: "plain.example.com",
      Type: "A",
      TTL: 300,
      ResourceRecords: [{ Value: "192.0.2.2" }],
    });
    const { answer: changed, cached } = await storage.sandbox.client.resolve("plain.example.com");
    expect([changed?.records, cached?.answer.records]).toEqual([["192.0.2.2"], ["192.0.2.1"]]);
  });
});
