import {
  ListHostedZonesCommand,
  ListResourceRecordSetsCommand,
  Route53Client,
  type ResourceRecordSet,
} from "@aws-sdk/client-route-53";
import type { World } from "../../gateway/emulation.ts";
import { AwsError } from "../../gateway/reply.ts";
import { chooseRecord } from "./choose-record.ts";
import { endpointOf } from "./endpoint.ts";
import type { HealthChecks } from "./health-checks.ts";
import type { LoadBalancers } from "./load-balancer.ts";

export interface Answer {
  readonly setIdentifier: string | undefined;
  readonly failover: string | undefined;
  /** Name that an alias stands for. */
  readonly aliasTarget: string | undefined;
  readonly records: readonly string[];
  readonly ttlSeconds: number;
}

/** What a resolver gets, and what resolvers may still hold. */
export interface Resolution {
  readonly name: string;
  readonly type: string;
  /** Null when there is no such record. */
  readonly answer: Answer | null;
  /** Since when the authoritative servers give this answer, as far as it was seen. */
  readonly since: Date;
  /** The answer before, while a resolver may still have it in its cache. */
  readonly cached: { readonly answer: Answer; readonly until: Date } | null;
}

interface Known {
  readonly name: string;
  readonly type: string;
  readonly answer: Answer | null;
  readonly since: Date;
  readonly before: Answer | null;
}

/** The TTL of an alias to a load balancer is not the owner's to choose. */
const ALIAS_TTL_SECONDS = 60;

export interface AnswersProps {
  readonly world: World;
  readonly checks: HealthChecks;
  readonly balancers: LoadBalancers;
}

/** Route 53's data plane: it answers while the control plane, or any region, is down. */
export class Answers {
  private readonly known = new Map<string, Known>();
  private readonly props: AnswersProps;
  private readonly route53: Route53Client;

  constructor(props: AnswersProps) {
    this.props = props;
    this.route53 = new Route53Client(props.world.moto.client("us-east-1"));
  }

  async resolve(name: string, type: string): Promise<Resolution> {
    const asked = name.toLowerCase().replace(/\.?$/, ".");
    const known = await this.remember(asked, type, await this.recordSets());
    if (known === "unsupported") {
      throw new AwsError("Unsupported", `${asked} has a routing policy other than simple and failover`, 501);
    }
    const { answer, since, before } = known;
    const until = new Date(since.getTime() + (before?.ttlSeconds ?? 0) * 1000);
    const isCached = before !== null && until > this.props.world.clock.now();
    return { name: asked, type, answer, since, cached: isCached ? { answer: before, until } : null };
  }

  /** Notices answers that have changed, at the time when they changed. */
  async refresh(): Promise<void> {
    const sets = await this.recordSets();
    const names = [
      ...sets.map(({ Name: name = "", Type: type = "" }) => ({ name, type })),
      ...this.known.values(),
    ];
    const distinct = new Map(names.map(({ name, type }) => [`${name} ${type}`, { name, type }]));
    for (const { name, type } of distinct.values()) {
      await this.remember(name, type, sets);
    }
  }

  private async remember(
    name: string,
    type: string,
    all: readonly ResourceRecordSet[],
  ): Promise<Known | "unsupported"> {
    const sets = all.filter((set) => set.Name === name && set.Type === type);
    const chosen = await chooseRecord(sets, (set) => this.isHealthy(set));
    if (chosen === "unsupported") {
      return chosen;
    }
    const answer = chosen === undefined ? null : answerOf(chosen);
    const last = this.known.get(`${name} ${type}`);
    if (last !== undefined && JSON.stringify(last.answer) === JSON.stringify(answer)) {
      return last;
    }
    const since = this.props.world.clock.now();
    const known = { name, type, answer, since, before: last?.answer ?? null };
    this.known.set(`${name} ${type}`, known);
    return known;
  }

  private async isHealthy(set: ResourceRecordSet): Promise<boolean> {
    const { checks, balancers, world } = this.props;
    if (set.HealthCheckId !== undefined && !checks.isHealthy(set.HealthCheckId)) {
      return false;
    }
    if (set.AliasTarget?.EvaluateTargetHealth !== true) {
      return true;
    }
    const target = endpointOf(set.AliasTarget.DNSName ?? "", "/");
    return (
      target.kind !== "load balancer" ||
      (!world.isDown(target.region) && (await balancers.isHealthyTarget(target.region, target.dnsName)))
    );
  }

  private async recordSets(): Promise<ResourceRecordSet[]> {
    const { HostedZones: zones = [] } = await this.route53.send(new ListHostedZonesCommand({}));
    const lists = zones
      .filter(({ Config: config }) => config?.PrivateZone !== true)
      .map(async ({ Id: HostedZoneId }) => {
        const { ResourceRecordSets: sets = [] } = await this.route53.send(
          new ListResourceRecordSetsCommand({ HostedZoneId, MaxItems: 10_000 }),
        );
        return sets;
      });
    return (await Promise.all(lists)).flat();
  }
}

const answerOf = (set: ResourceRecordSet): Answer => ({
  setIdentifier: set.SetIdentifier,
  failover: set.Failover,
  aliasTarget: set.AliasTarget?.DNSName?.replace(/\.$/, ""),
  records: (set.ResourceRecords ?? []).flatMap(({ Value: value = [] }) => value),
  ttlSeconds: set.AliasTarget === undefined ? (set.TTL ?? 0) : ALIAS_TTL_SECONDS,
});
