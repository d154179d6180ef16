import { Construct } from "constructs";
import type { PolicyStatement } from "../encryption/key-policy.ts";
import type { Names } from "../naming/names.ts";
import { PrivateBucket } from "../storage/private-bucket.ts";
import type { IngressConfig } from "./schema.ts";

interface AccessLogsProps {
  readonly config: IngressConfig;
  readonly names: Names;
  readonly accountId: string;
}

/** One line per request, in a bucket that only Elastic Load Balancing may write to. */
export class AccessLogs extends Construct {
  readonly bucket: PrivateBucket;

  constructor(scope: Construct, id: string, { config, names, accountId }: AccessLogsProps) {
    super(scope, id);
    this.bucket = new PrivateBucket(this, "logs", {
      bucketName: names.bucket("access"),
      // SSE-S3: with a customer key nothing would be delivered (T29).
      expireAfterDays: config.accessLogs.retentionDays,
      admit: (bucketArn) => [deliveryStatement(bucketArn, accountId)],
      // A load balancer that may be deleted would otherwise leave a bucket that may not.
      forceDestroy: !config.deletionProtection,
    });
  }
}

/**
 * Admits the delivery service, in old and new regions alike; AWS advises against the per-region account ids of old.
 *
 * The service writes below the id of the load balancer's owner only, which keeps other accounts out. A condition on
 * `aws:SourceArn` is documented for network load balancers alone, and a key that is missing refuses silently.
 * https://docs.aws.amazon.com/elasticloadbalancing/latest/application/enable-access-logging.html
 */
function deliveryStatement(bucketArn: string, accountId: string): PolicyStatement {
  return {
    Sid: "LoadBalancerDelivers",
    Effect: "Allow",
    Principal: { Service: "logdelivery.elasticloadbalancing.amazonaws.com" },
    Action: "s3:PutObject",
    Resource: `${bucketArn}/AWSLogs/${accountId}/*`,
  };
}
