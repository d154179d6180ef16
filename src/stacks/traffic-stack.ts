import { DataTerraformRemoteStateS3 } from "cdktf";
import { Construct } from "constructs";
import type { ServiceSpec, TrafficSpec } from "../config/spec.ts";
import type { Publisher } from "../observability/publishers.ts";
import { OtherRegion } from "../region/other-region.ts";
import { Alerts } from "../traffic/alerts.ts";
import { cutOver } from "../traffic/cut-over.ts";
import { EndpointCheck } from "../traffic/endpoint-check.ts";
import { FailoverRecords } from "../traffic/failover-records.ts";
import { HEALTH_CHECK_METRICS_REGION, HealthAlarms } from "../traffic/health-alarms.ts";
import { isOpenToTheWorld } from "../traffic/open-to-the-world.ts";
import { turnersOf } from "../traffic/operators.ts";
import type { LoadBalancerConfig } from "../traffic/schema.ts";
import { Switch } from "../traffic/switch.ts";
import { switchObject } from "../traffic/switch-object.ts";
import { BaseStack, stateOf } from "./base-stack.ts";

/** The failover records of a pair; no other stack knows of it. */
export class TrafficStack extends BaseStack {
  private readonly traffic: TrafficSpec;

  constructor(scope: Construct, spec: TrafficSpec) {
    super(scope, spec);
    this.traffic = spec;
    const { config, names } = spec;
    const primary = config.loadBalancers?.primary ?? this.loadBalancerOf(spec.primary);
    const standby = config.loadBalancers?.standby ?? this.loadBalancerOf(spec.standby);
    const endpoint = this.isWatchable()
      ? new EndpointCheck(this, "endpoint", { config, names, fqdn: primary.albDnsName })
      : undefined;
    const lever = config.mode.by === "operator" ? this.addSwitch() : undefined;
    const check = lever ?? endpoint;
    if (check === undefined) throw new Error(`${spec.name}: nothing decides who serves`);
    new FailoverRecords(this, "records", { config, primary, standby, check });
    this.watch(endpoint, lever);

    this.output("record_name", "name of the failover records", config.recordName);
    this.output("zone_id", "hosted zone of the record", config.zoneId);
    this.output("mode", "who moves the traffic: operator or automatic", config.mode.by);
    this.output("deciding_health_check_id", "health check that decides who serves", check.healthCheckId);
    this.output("endpoint_health_check_id", "health check on the primary", endpoint?.healthCheckId);
    const { totalSeconds } = cutOver(config.healthCheck);
    this.output("cut_over_seconds", "how long a cut-over takes at most", String(totalSeconds));
  }

  /** An operator is told of the primary's endpoint only if health checkers reach it: an alarm for ever tells nothing. */
  private isWatchable(): boolean {
    const { config, primaryIngress } = this.traffic;
    return config.loadBalancers !== undefined || isOpenToTheWorld(primaryIngress);
  }

  /** What the member of the pair says of its own load balancer. */
  private loadBalancerOf(member: ServiceSpec): LoadBalancerConfig {
    const state = new DataTerraformRemoteStateS3(this, `${member.name}-state`, stateOf(member));
    // A state without outputs is that of an environment that was destroyed, or never applied to its end.
    state.addOverride("defaults", { alb_dns_name: "", alb_zone_id: "" });
    state.addOverride("lifecycle.postcondition", [
      {
        condition: '${self.outputs.alb_dns_name != "" && self.outputs.alb_zone_id != ""}',
        error_message: `${member.name} has no load balancer; apply ${member.name} before ${this.traffic.name}`,
      },
    ]);
    return { albDnsName: state.getString("alb_dns_name"), albZoneId: state.getString("alb_zone_id") };
  }

  private addSwitch(): Switch {
    const { config, names, region, project } = this.traffic;
    const object = switchObject(names, region);
    const local = region === HEALTH_CHECK_METRICS_REGION;
    const publishers: Publisher[] = [
      { bucketName: object.bucketName },
      ...(local ? ["alarms" as const] : []),
    ];
    const alerts = this.addAlerts(this, region, publishers);
    const lever = new Switch(this, "switch", {
      config,
      names,
      object,
      turners: turnersOf(config, project),
      alerts,
    });
    this.output("switch_bucket", "bucket of the switch object", lever.bucketName);
    this.output("switch_key", "object whose presence sends traffic to the standby", object.key);
    this.output("switch_region", "region of the switch", object.region);
    return lever;
  }

  private watch(endpoint: EndpointCheck | undefined, lever: Switch | undefined): void {
    const { config, names, region: home } = this.traffic;
    const region = HEALTH_CHECK_METRICS_REGION;
    const there =
      home === region
        ? new Construct(this, "health-metrics")
        : new OtherRegion(this, "health-metrics", { region });
    const { topicArn } =
      lever !== undefined && home === region ? lever.alerts : this.addAlerts(there, region, ["alarms"]);
    new HealthAlarms(there, "alarms", {
      names,
      mode: config.mode.by,
      endpoint: endpoint?.healthCheckId,
      switch: lever?.healthCheckId,
      topicArn,
    });
  }

  private addAlerts(scope: Construct, region: string, publishers: readonly Publisher[]): Alerts {
    const { names, project, alarmEmails: emails } = this.traffic;
    return new Alerts(scope, "alerts", { names, accountId: project.accountId, region, publishers, emails });
  }
}
