import { Route53Record } from "@cdktf/provider-aws/lib/route53-record/index.js";
import { Construct } from "constructs";
import type { DecidingCheck } from "./deciding-check.ts";
import type { LoadBalancerConfig, TrafficConfig } from "./schema.ts";

interface FailoverRecordsProps {
  readonly config: TrafficConfig;
  readonly primary: LoadBalancerConfig;
  readonly standby: LoadBalancerConfig;
  /** Decides between the two. */
  readonly check: DecidingCheck;
}

/** Both answers are there from the start: a failover changes a health check's verdict, never a record (T38). */
export class FailoverRecords extends Construct {
  constructor(scope: Construct, id: string, props: FailoverRecordsProps) {
    super(scope, id);
    const { config, primary, standby, check } = props;
    for (const type of config.dualStack ? ["A", "AAAA"] : ["A"]) {
      const record = {
        zoneId: config.zoneId,
        name: config.recordName,
        type,
        lifecycle: {
          // Users are led by these: a name of its own is there before the old one goes, and neither goes unasked.
          createBeforeDestroy: true,
          preventDestroy: config.removalReason === undefined,
          postcondition: [isInZone(config)],
        },
      };
      const primaryRecord = new Route53Record(this, `primary-${type.toLowerCase()}`, {
        ...record,
        dependsOn: [...check.settled],
        setIdentifier: "primary",
        failoverRoutingPolicy: { type: "PRIMARY" },
        healthCheckId: check.healthCheckId,
        alias: aliasOf(primary),
      });
      // Without a check of its own: if it could be unhealthy too, traffic would go back to the primary unasked (T42).
      new Route53Record(this, `standby-${type.toLowerCase()}`, {
        ...record,
        // A record that is alone answers everybody: the standby's comes second, and goes first.
        dependsOn: [primaryRecord],
        setIdentifier: "standby",
        failoverRoutingPolicy: { type: "SECONDARY" },
        alias: aliasOf(standby),
      });
    }
  }
}

/** The provider appends the zone's real name to a record that does not end with it. */
const isInZone = ({ recordName, zoneId, zoneName }: TrafficConfig) => ({
  condition: `\${self.fqdn == "${recordName}"}`,
  errorMessage: `zone ${zoneId} is not ${zoneName}, so that the record got another name; correct zoneId or zoneName`,
});

/** Evaluating the target's health would move traffic without anyone asking for it (T41). */
const aliasOf = ({ albDnsName, albZoneId }: LoadBalancerConfig) => ({
  name: albDnsName,
  zoneId: albZoneId,
  evaluateTargetHealth: false,
});
