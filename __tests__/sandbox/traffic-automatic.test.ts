import {
  CloudWatchClient,
  DescribeAlarmsCommand,
  GetMetricStatisticsCommand,
  type MetricAlarm,
} from "@aws-sdk/client-cloudwatch";
import { ListSubscriptionsByTopicCommand, SNSClient } from "@aws-sdk/client-sns";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { cutOver } from "../../src/traffic/cut-over.ts";
import { isReady, MINUTE_MS, PRIMARY, SECOND_MS } from "./support/storage.ts";
import { TrafficExample } from "./support/traffic-example.ts";

/** Where the metrics of health checks are. */
const METRICS = "us-east-1";
const TYPES = ["A", "AAAA"] as const;

describe.skipIf(!isReady)("examples/traffic-automatic with real Terraform", () => {
  let example: TrafficExample;
  let detectionMs: number;

  beforeAll(async () => {
    example = await TrafficExample.create("traffic-automatic");
    const balancer = ({ dnsName, zoneId }: TrafficExample["primary"]) => ({
      albDnsName: dnsName,
      albZoneId: zoneId,
    });
    const { config } = await example.write({
      loadBalancers: { primary: balancer(example.primary), standby: balancer(example.standby) },
    });
    detectionMs = cutOver(config.healthCheck).detectionSeconds * SECOND_MS;
    await example.terraform(["init"]);
  });
  afterAll(() => example?.remove());

  const client = () => example.storage.sandbox.client;
  const served = () => Promise.all(TYPES.map((type) => example.served(type)));
  const primary = () => TYPES.map(() => example.primary.dnsName);
  const standby = () => TYPES.map(() => example.standby.dnsName);

  const cloudWatch = () => new CloudWatchClient(example.storage.settings(METRICS));
  async function alarms(): Promise<readonly MetricAlarm[]> {
    const { MetricAlarms = [] } = await cloudWatch().send(new DescribeAlarmsCommand({}));
    return MetricAlarms;
  }
  /** What the alarm reads now: moto judges no metric, so the test compares it as CloudWatch would. */
  async function watched(alarm: MetricAlarm | undefined): Promise<readonly (number | undefined)[]> {
    const { now } = await client().clock();
    const { Datapoints = [] } = await cloudWatch().send(
      new GetMetricStatisticsCommand({
        Namespace: alarm?.Namespace,
        MetricName: alarm?.MetricName,
        Dimensions: alarm?.Dimensions,
        StartTime: new Date(now.getTime() - 5 * SECOND_MS),
        EndTime: new Date(now.getTime() + MINUTE_MS),
        Period: alarm?.Period,
        Statistics: ["Minimum"],
      }),
    );
    return Datapoints.map(({ Minimum }) => Minimum);
  }

  it("is applied without moving anyone, and then finds nothing to do", async () => {
    await example.terraform(["apply", "-auto-approve"]);
    for (const type of TYPES) {
      const { answer, cached } = await example.resolve(type);
      expect(answer?.aliasTarget).toBe(example.primary.dnsName);
      expect(cached).toBeNull();
    }
    await example.terraform(["plan", "-detailed-exitcode"]);
    await example.elapse(60 * MINUTE_MS);
    expect(await served()).toEqual(primary());
  });

  it("has an alarm on the check that decides, to a topic that is there, and no switch", async () => {
    const output = await example.outputs();
    expect(output("switch_bucket")).toBe("no output switch_bucket");
    const [alarm, ...others] = await alarms();
    expect(others).toEqual([]);
    expect(alarm).toMatchObject({
      Dimensions: [{ Name: "HealthCheckId", Value: output("deciding_health_check_id") }],
      ComparisonOperator: "LessThanThreshold",
      Threshold: 1,
    });
    expect(await watched(alarm)).toEqual([1]);
    expect(alarm?.OKActions).toEqual(alarm?.AlarmActions);
    const [TopicArn = "no topic"] = alarm?.AlarmActions ?? [];
    const { Subscriptions = [] } = await new SNSClient(example.storage.settings(METRICS)).send(
      new ListSubscriptionsByTopicCommand({ TopicArn }),
    );
    expect(Subscriptions.map(({ Endpoint }) => Endpoint)).toEqual(["oncall@example.com"]);
  });

  it("leaves a primary that stops answering within the computed time, by itself", async () => {
    const [alarm] = await alarms();
    await client().clearCalls();
    await example.setPrimaryHealth(false);
    await example.elapse(detectionMs);
    expect(await served()).toEqual(standby());
    expect(await client().calls()).toEqual([]);
    const { cached } = await example.resolve();
    expect(cached?.answer.aliasTarget).toBe(example.primary.dnsName);
    expect(await watched(alarm), "below the threshold").toEqual([0]);
  });

  it("comes back as soon as it answers again, since nothing holds traffic back (T42)", async () => {
    await example.setPrimaryHealth(true);
    await example.elapse(detectionMs);
    expect(await served()).toEqual(primary());
    expect(await watched((await alarms())[0])).toEqual([1]);
  });

  it("leaves a region that is lost together with every global control plane, for as long as that lasts", async () => {
    await client().setFaults({ regionsDown: [PRIMARY, METRICS], globalControlPlanesDown: true });
    await example.elapse(detectionMs);
    expect(await served()).toEqual(standby());
    await example.elapse(24 * 60 * MINUTE_MS);
    expect(await served()).toEqual(standby());
    await client().clearFaults();
    await example.elapse(detectionMs);
    expect(await served()).toEqual(primary());
  });
});
