import { CloudWatchClient, PutMetricDataCommand } from "@aws-sdk/client-cloudwatch";
import type { Emulation, World } from "../../gateway/emulation.ts";
import { GLOBAL_REGION } from "../../gateway/identify.ts";
import type { HealthChecks } from "./health-checks.ts";

const READS: ReadonlySet<string> = new Set(["GetMetricData", "GetMetricStatistics", "ListMetrics"]);

/**
 * The metric `HealthCheckStatus`. Route 53 writes it each minute; here the present value is written when somebody is
 * about to read metrics, and each turn when it happens.
 */
export class StatusMetric {
  private readonly checks: HealthChecks;
  private readonly world: World;

  constructor(world: World, checks: HealthChecks) {
    this.world = world;
    this.checks = checks;
  }

  emulation(): Emulation {
    return {
      service: "monitoring",
      handles: ({ region, action }) => region === GLOBAL_REGION && READS.has(action),
      handle: async () => {
        await this.write();
        return "pass";
      },
    };
  }

  async write(): Promise<void> {
    const MetricData = this.checks.ids().map((id) => ({
      MetricName: "HealthCheckStatus",
      Dimensions: [{ Name: "HealthCheckId", Value: id }],
      Timestamp: this.world.clock.now(),
      Value: this.checks.isHealthy(id) ? 1 : 0,
    }));
    if (MetricData.length > 0) {
      const cloudWatch = new CloudWatchClient(this.world.moto.client(GLOBAL_REGION));
      await cloudWatch.send(new PutMetricDataCommand({ Namespace: "AWS/Route53", MetricData }));
    }
  }
}
