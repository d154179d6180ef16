import {
  ChangeResourceRecordSetsCommand,
  CreateHealthCheckCommand,
  CreateHostedZoneCommand,
  GetHealthCheckLastFailureReasonCommand,
  GetHealthCheckStatusCommand,
  Route53Client,
  type HealthCheckConfig,
  type HealthCheckObservation,
  type ResourceRecordSet,
} from "@aws-sdk/client-route-53";
import { CloudWatchClient, GetMetricStatisticsCommand } from "@aws-sdk/client-cloudwatch";
import type { Storage } from "./storage.ts";

/** Route 53 as the tests ask it. */
export class Dns {
  readonly route53: Route53Client;
  private readonly storage: Storage;

  constructor(storage: Storage) {
    this.storage = storage;
    this.route53 = new Route53Client(storage.settings("us-east-1"));
  }

  async createCheck(config: Partial<HealthCheckConfig>): Promise<string> {
    const { HealthCheck } = await this.route53.send(
      new CreateHealthCheckCommand({
        CallerReference: crypto.randomUUID(),
        HealthCheckConfig: { Type: "HTTPS", RequestInterval: 30, FailureThreshold: 3, ...config },
      }),
    );
    return HealthCheck?.Id ?? "";
  }

  async createZone(name: string): Promise<string> {
    const { HostedZone } = await this.route53.send(
      new CreateHostedZoneCommand({ Name: name, CallerReference: crypto.randomUUID() }),
    );
    return HostedZone?.Id ?? "";
  }

  async upsert(HostedZoneId: string, ...sets: ResourceRecordSet[]): Promise<void> {
    await this.route53.send(
      new ChangeResourceRecordSetsCommand({
        HostedZoneId,
        ChangeBatch: {
          Changes: sets.map((ResourceRecordSet) => ({ Action: "UPSERT", ResourceRecordSet })),
        },
      }),
    );
  }

  async observations(HealthCheckId: string): Promise<HealthCheckObservation[]> {
    const answer = await this.route53.send(new GetHealthCheckStatusCommand({ HealthCheckId }));
    return answer.HealthCheckObservations ?? [];
  }

  /** What the checkers say, each word once. */
  async seen(id: string): Promise<string[]> {
    const observations = await this.observations(id);
    return [...new Set(observations.map(({ StatusReport: report }) => report?.Status ?? ""))].toSorted();
  }

  async lastFailures(HealthCheckId: string): Promise<string[]> {
    const answer = await this.route53.send(new GetHealthCheckLastFailureReasonCommand({ HealthCheckId }));
    return [
      ...new Set(
        (answer.HealthCheckObservations ?? []).map(({ StatusReport: report }) => report?.Status ?? ""),
      ),
    ];
  }

  /** The verdict, as CloudWatch has it in us-east-1. */
  async isHealthy(id: string): Promise<boolean> {
    const { now } = await this.storage.sandbox.client.clock();
    const { Datapoints: points = [] } = await new CloudWatchClient(this.storage.settings("us-east-1")).send(
      new GetMetricStatisticsCommand({
        Namespace: "AWS/Route53",
        MetricName: "HealthCheckStatus",
        Dimensions: [{ Name: "HealthCheckId", Value: id }],
        StartTime: new Date(now.getTime() - 5000),
        EndTime: new Date(now.getTime() + 60_000),
        Period: 60,
        Statistics: ["Minimum"],
      }),
    );
    const [point] = points;
    if (point === undefined) {
      throw new Error("no datapoint");
    }
    return point.Minimum === 1;
  }
}
