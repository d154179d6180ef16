import { Route53HealthCheck } from "@cdktf/provider-aws/lib/route53-health-check/index.js";
import type { ITerraformDependable } from "cdktf";
import { Construct } from "constructs";
import type { Names } from "../naming/names.ts";
import type { DecidingCheck } from "./deciding-check.ts";
import { endpointPort, type TrafficConfig } from "./schema.ts";

interface EndpointCheckProps {
  readonly config: TrafficConfig;
  readonly names: Names;
  /** DNS name of the primary's load balancer. */
  readonly fqdn: string;
}

/** What the world sees of the primary. An operator is told; in automatic mode traffic goes by it. */
export class EndpointCheck extends Construct implements DecidingCheck {
  readonly healthCheckId: string;
  /** Nothing: a new check counts as healthy until there is data. */
  readonly settled: readonly ITerraformDependable[] = [];

  constructor(scope: Construct, id: string, { config, names, fqdn }: EndpointCheckProps) {
    super(scope, id);
    const { protocol, path, failureThreshold, intervalSeconds } = config.healthCheck;
    this.healthCheckId = new Route53HealthCheck(this, "health-check", {
      type: protocol,
      fqdn,
      port: endpointPort(config),
      resourcePath: path,
      failureThreshold,
      requestInterval: intervalSeconds,
      ...(protocol === "HTTPS" && { enableSni: true }),
      tags: { Name: names.of("primary-endpoint") },
      lifecycle: { createBeforeDestroy: true },
    }).id;
  }
}
