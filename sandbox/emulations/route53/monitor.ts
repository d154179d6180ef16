import type { World } from "../../gateway/emulation.ts";
import type { HealthCheck } from "./health-check.ts";
import { HEALTH_CHECKERS, type HealthChecker } from "./ip-ranges.ts";
import type { Observation } from "./observation.ts";
import type { Probe } from "./probe.ts";
import { FIRST_OPINION, isHealthyOverall, revise, type Opinion } from "./verdict.ts";

export interface Report extends Observation {
  readonly checker: HealthChecker;
  readonly at: Date;
}

export interface MonitorProps {
  readonly world: World;
  readonly probe: Probe;
  /** Called when the endpoint is taken for healthy, or for unhealthy, from now on. */
  readonly onTurn: () => Promise<void>;
}

const checkersOf = ({ config }: HealthCheck): readonly HealthChecker[] =>
  HEALTH_CHECKERS.filter(
    ({ region }) =>
      (config.Regions ?? []).length === 0 || config.Regions?.some((chosen) => chosen === region),
  );

/** Watches one endpoint on the clock: every checker asks once in each interval. */
export class Monitor {
  private lastSeen: ReadonlyMap<string, Observation> | undefined;
  private checkedAt = new Date(0);
  private opinions = new Map<string, Opinion>();
  private latest = new Map<string, Report>();
  private latestFailures = new Map<string, Report>();
  private cancel: () => void;
  private readonly props: MonitorProps;
  private check: HealthCheck;

  constructor(props: MonitorProps, check: HealthCheck) {
    this.props = props;
    this.check = check;
    this.cancel = this.schedule();
  }

  /** Takes over a changed configuration, with what is known so far. */
  update(check: HealthCheck): void {
    this.check = check;
  }

  stop(): void {
    this.cancel();
  }

  /** Of the endpoint itself, before an inversion. */
  isHealthy(): boolean {
    return isHealthyOverall(
      checkersOf(this.check).map(({ address }) => this.opinions.get(address) ?? FIRST_OPINION),
    );
  }

  reports(): Report[] {
    return [...this.latest.values()].map((report) => ({ ...report, at: this.checkedAt }));
  }

  lastFailures(): Report[] {
    const failing = this.reports().filter(({ isSuccess }) => !isSuccess);
    const latest = new Map(failing.map((report) => [report.checker.address, report]));
    return [...this.latestFailures].map(([address, failure]) => latest.get(address) ?? failure);
  }

  /** Every checker has seen the same often enough, so that seeing it again changes nothing. */
  private isSettled(): boolean {
    return [...this.opinions.values()].every(({ contradictions }) => contradictions === 0);
  }

  private schedule(): () => void {
    const { world } = this.props;
    const name = `health check ${this.check.id}`;
    return world.clock.after(this.check.intervalSeconds * 1000, name, async () => {
      this.cancel = this.schedule();
      // A disabled check asks nobody.
      if (this.check.config.Disabled !== true) {
        await this.observe();
      }
    });
  }

  private async observe(): Promise<void> {
    const { probe, world, onTurn } = this.props;
    const wasHealthy = this.isHealthy();
    const checkers = checkersOf(this.check);
    const seen = await probe.observe(this.check, checkers);
    this.checkedAt = world.clock.now();
    if (seen === this.lastSeen && this.isSettled()) {
      return;
    }
    this.lastSeen = seen;
    for (const checker of checkers) {
      const observation = seen.get(checker.address);
      if (observation !== undefined) {
        this.note({ ...observation, checker, at: this.checkedAt });
      }
    }
    if (this.isHealthy() !== wasHealthy) {
      world.note(
        `health check ${this.check.id}: its endpoint is ${wasHealthy ? "unhealthy" : "healthy"} now`,
      );
      await onTurn();
    }
  }

  private note(report: Report): void {
    const { address } = report.checker;
    const opinion = this.opinions.get(address) ?? FIRST_OPINION;
    this.opinions.set(address, revise(opinion, report.isSuccess, this.check.failureThreshold));
    this.latest.set(address, report);
    if (!report.isSuccess) {
      this.latestFailures.set(address, report);
    }
  }
}
