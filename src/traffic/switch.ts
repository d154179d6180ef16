import { DataAwsIpRanges } from "@cdktf/provider-aws/lib/data-aws-ip-ranges/index.js";
import { Route53HealthCheck } from "@cdktf/provider-aws/lib/route53-health-check/index.js";
import { S3BucketNotification } from "@cdktf/provider-aws/lib/s3-bucket-notification/index.js";
import { DataResource, type ITerraformDependable, TerraformVariable } from "cdktf";
import { Construct } from "constructs";
import type { Names } from "../naming/names.ts";
import { PrivateBucket } from "../storage/private-bucket.ts";
import type { Alerts } from "./alerts.ts";
import { settlingSeconds } from "./cut-over.ts";
import type { DecidingCheck } from "./deciding-check.ts";
import type { TrafficConfig } from "./schema.ts";
import { switchAccess } from "./switch-access.ts";
import type { SwitchObject } from "./switch-object.ts";

interface SwitchProps {
  readonly config: TrafficConfig;
  readonly names: Names;
  readonly object: SwitchObject;
  /** Roles that alone may turn it; undefined leaves that to IAM. */
  readonly turners: readonly string[] | undefined;
  /** In the same region; hears of every turn. */
  readonly alerts: Alerts;
}

/**
 * An object that an operator puts to move traffic, and the inverted health check that watches it.
 *
 * Object absent: the check is healthy, the primary serves. Object present: unhealthy, the standby serves. Putting an
 * object needs S3's data plane in the standby's region and nothing else (T38, T39).
 */
export class Switch extends Construct implements DecidingCheck {
  readonly bucketName: string;
  readonly healthCheckId: string;
  readonly settled: readonly ITerraformDependable[];
  readonly alerts: Alerts;

  constructor(scope: Construct, id: string, props: SwitchProps) {
    super(scope, id);
    this.alerts = props.alerts;
    const bucket = this.addBucket(props);
    const healthCheck = this.watch(props, bucket);
    this.bucketName = bucket.bucketName;
    this.healthCheckId = healthCheck.id;
    this.settled = [this.settle(props, healthCheck)];
    this.announce(props, bucket);
  }

  private addBucket({ object, turners }: SwitchProps): PrivateBucket {
    const checkers = new DataAwsIpRanges(this, "health-checkers", {
      services: ["route53_healthchecks"],
      url: this.addSource().stringValue,
    });
    // Only IPv4: checkers ask no other address of an endpoint that is given by name.
    const ranges = `\${jsonencode(${checkers.fqn}.cidr_blocks)}`;
    return new PrivateBucket(this, "bucket", {
      bucketName: object.bucketName,
      // Shows who turned the switch and when; a delete marker counts as absent.
      versioned: true,
      // It keeps who turned the switch, and must not stop a removal half-way: the records are what is protected.
      forceDestroy: true,
      expireNoncurrentAfterDays: 365,
      admit: (arn) => switchAccess(arn, object.key, ranges, turners),
    });
  }

  /** A variable, so that a network without the way out can name a copy of the list. */
  private addSource(): TerraformVariable {
    const variable = new TerraformVariable(this, "source", {
      type: "string",
      default: "https://ip-ranges.amazonaws.com/ip-ranges.json",
      description: "where AWS's address ranges are read from",
    });
    variable.overrideLogicalId("ip_ranges_url");
    return variable;
  }

  private watch({ config, names, object }: SwitchProps, bucket: PrivateBucket): Route53HealthCheck {
    return new Route53HealthCheck(this, "health-check", {
      type: "HTTPS",
      // The regional name: S3 redirects from the global one while a bucket is new, and a redirect counts as success.
      fqdn: `${object.bucketName}.s3.${object.region}.amazonaws.com`,
      port: 443,
      resourcePath: `/${object.key}`,
      enableSni: true,
      invertHealthcheck: true,
      failureThreshold: config.healthCheck.failureThreshold,
      requestInterval: config.healthCheck.intervalSeconds,
      tags: { Name: names.of("switch") },
      // A changed interval makes a new check: the records keep the old one until the new one has settled.
      lifecycle: { createBeforeDestroy: true },
      dependsOn: [...bucket.ready],
    });
  }

  /** Until there is data a new check that is inverted counts as unhealthy: records that went by it would move traffic (T39). */
  private settle({ config }: SwitchProps, healthCheck: Route53HealthCheck): DataResource {
    return new DataResource(this, "settled", {
      triggersReplace: { health_check_id: healthCheck.id },
      provisioners: [{ type: "local-exec", command: `sleep ${settlingSeconds(config.healthCheck)}` }],
    });
  }

  private announce({ alerts }: SwitchProps, bucket: PrivateBucket): void {
    new S3BucketNotification(this, "turned", {
      bucket: bucket.bucketName,
      topic: [{ topicArn: alerts.topicArn, events: ["s3:ObjectCreated:*", "s3:ObjectRemoved:*"] }],
      // S3 sends a test message, and refuses a topic that does not take it.
      dependsOn: [...alerts.ready],
    });
  }
}
