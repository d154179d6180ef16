import type { HealthCheckConfig } from "@aws-sdk/client-route-53";
import type { World } from "../../gateway/emulation.ts";
import type { Changes } from "../changes.ts";
import type { AnonymousRead } from "../s3/anonymous-read.ts";
import { endpointOf, type Endpoint } from "./endpoint.ts";
import { portOf, usesTls, type HealthCheck } from "./health-check.ts";
import type { HealthChecker } from "./ip-ranges.ts";
import type { LoadBalancers } from "./load-balancer.ts";
import { answered, connected, failure, type Observation } from "./observation.ts";

export interface ProbeProps {
  readonly world: World;
  readonly objects: AnonymousRead;
  readonly balancers: LoadBalancers;
  /** Marked by every call that may have changed what an endpoint answers. */
  readonly changes: Changes;
}

interface Remembered {
  readonly config: HealthCheckConfig;
  readonly isDown: boolean;
  readonly changes: number;
  readonly at: number;
  readonly seen: ReadonlyMap<string, Observation>;
}

/** A change that nobody reported is seen after this long, in real time. */
const REMEMBERED_MS = 1000;

const isStill = (known: Remembered, state: Omit<Remembered, "at" | "seen">): boolean =>
  known.config === state.config &&
  known.isDown === state.isDown &&
  known.changes === state.changes &&
  performance.now() - known.at < REMEMBERED_MS;

/** Asks endpoints as health checkers do, from their addresses. */
export class Probe {
  private readonly props: ProbeProps;
  private readonly remembered = new Map<string, Remembered>();

  constructor(props: ProbeProps) {
    this.props = props;
  }

  /** A clock that moves by a month asks ninety thousand times; the answer is looked up again, and is another map, only if something happened. */
  async observe(
    check: HealthCheck,
    checkers: readonly HealthChecker[],
  ): Promise<ReadonlyMap<string, Observation>> {
    const { config } = check;
    const endpoint = endpointOf(
      config.FullyQualifiedDomainName ?? config.IPAddress ?? "",
      config.ResourcePath ?? "/",
    );
    const isDown = endpoint.kind !== "unknown" && this.props.world.isDown(endpoint.region);
    const state = { config, isDown, changes: this.props.changes.seen() };
    const known = this.remembered.get(check.id);
    if (known !== undefined && isStill(known, state)) {
      return known.seen;
    }
    const addresses = checkers.map(({ address }) => address);
    const seen = isDown
      ? new Map(addresses.map((address) => [address, failure("The connection timed out")]))
      : await this.ask(check, endpoint, addresses);
    this.remembered.set(check.id, { ...state, at: performance.now(), seen });
    return seen;
  }

  forget(id: string): void {
    this.remembered.delete(id);
  }

  private async ask(
    { config }: HealthCheck,
    endpoint: Endpoint,
    addresses: readonly string[],
  ): Promise<ReadonlyMap<string, Observation>> {
    const everywhere = (seen: Observation) => new Map(addresses.map((address) => [address, seen]));
    if (config.Type?.endsWith("_STR_MATCH")) {
      return everywhere(failure("the sandbox has no bodies to search"));
    }
    if (endpoint.kind === "unknown") {
      return everywhere(failure(`nothing in the sandbox answers for ${endpoint.name}`));
    }
    const port = portOf(config);
    if (endpoint.kind === "load balancer") {
      const protocol = config.Type === "TCP" ? "TCP" : usesTls(config) ? "HTTPS" : "HTTP";
      return this.props.balancers.observe({ ...endpoint, port, protocol }, addresses);
    }
    if (port !== (usesTls(config) ? 443 : 80) && !(config.Type === "TCP" && port === 443)) {
      return everywhere(failure("The connection timed out"));
    }
    if (config.Type === "TCP") {
      return everywhere(connected);
    }
    const statuses = await this.props.objects.statuses({ ...endpoint, isSecure: usesTls(config) }, addresses);
    return new Map([...statuses].map(([address, status]) => [address, answered(status)]));
  }
}
