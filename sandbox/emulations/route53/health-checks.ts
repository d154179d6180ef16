import { Route53Client } from "@aws-sdk/client-route-53";
import type { World } from "../../gateway/emulation.ts";
import { listHealthChecks, type HealthCheck } from "./health-check.ts";
import { Monitor } from "./monitor.ts";
import type { Probe } from "./probe.ts";

/** Types whose endpoint the checkers ask. */
const MONITORED = /^(HTTPS?(_STR_MATCH)?|TCP)$/;

export interface HealthChecksProps {
  readonly world: World;
  readonly probe: Probe;
  readonly onTurn: () => Promise<void>;
}

/** Every health check of the account, and what it says now. */
export class HealthChecks {
  private checks: ReadonlyMap<string, HealthCheck> = new Map();
  private readonly monitors = new Map<string, Monitor>();
  private readonly props: HealthChecksProps;
  private readonly route53: Route53Client;

  constructor(props: HealthChecksProps) {
    this.props = props;
    this.route53 = new Route53Client(props.world.moto.client("us-east-1"));
  }

  /** Follows what was created, changed and deleted. */
  async follow(): Promise<void> {
    const checks = await listHealthChecks(this.route53);
    this.checks = new Map(checks.map((check) => [check.id, check]));
    for (const [id, monitor] of this.monitors) {
      if (!this.checks.has(id)) {
        monitor.stop();
        this.monitors.delete(id);
        this.props.probe.forget(id);
      }
    }
    for (const check of checks.filter(({ config }) => MONITORED.test(config.Type ?? ""))) {
      const monitor = this.monitors.get(check.id);
      if (monitor === undefined) {
        this.monitors.set(check.id, new Monitor(this.props, check));
      } else {
        monitor.update(check);
      }
    }
  }

  ids(): string[] {
    return [...this.checks.keys()];
  }

  get(id: string): HealthCheck | undefined {
    return this.checks.get(id);
  }

  monitor(id: string): Monitor | undefined {
    return this.monitors.get(id);
  }

  /**
   * What DNS goes by. A disabled check counts as healthy, a deleted one too; the inversion comes last, so that a
   * disabled or a new check that is inverted is unhealthy (T39).
   */
  isHealthy(id: string): boolean {
    const check = this.checks.get(id);
    if (check === undefined) {
      return true;
    }
    const { Disabled: isDisabled = false, Inverted: isInverted = false } = check.config;
    return (isDisabled || this.endpointIsHealthy(check)) !== isInverted;
  }

  private endpointIsHealthy({ id, config }: HealthCheck): boolean {
    if (config.Type === "CALCULATED") {
      const healthy = (config.ChildHealthChecks ?? []).filter((child) => this.isHealthy(child));
      return healthy.length >= (config.HealthThreshold ?? 0);
    }
    // Checks on alarms and on routing controls have no data here, as if they were new for ever.
    return this.monitors.get(id)?.isHealthy() ?? true;
  }
}
