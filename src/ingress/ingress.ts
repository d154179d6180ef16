import { LbListener } from "@cdktf/provider-aws/lib/lb-listener/index.js";
import { LbTargetGroup } from "@cdktf/provider-aws/lib/lb-target-group/index.js";
import { Lb } from "@cdktf/provider-aws/lib/lb/index.js";
import { SecurityGroup } from "@cdktf/provider-aws/lib/security-group/index.js";
import { VpcSecurityGroupEgressRule } from "@cdktf/provider-aws/lib/vpc-security-group-egress-rule/index.js";
import { VpcSecurityGroupIngressRule } from "@cdktf/provider-aws/lib/vpc-security-group-ingress-rule/index.js";
import { Wafv2WebAclAssociation } from "@cdktf/provider-aws/lib/wafv2-web-acl-association/index.js";
import type { ITerraformDependable } from "cdktf";
import { Construct } from "constructs";
import type { Names } from "../naming/names.ts";
import type { Network } from "../network/network.ts";
import type { AlarmDefinition, Thresholds, Watched } from "../observability/alarm.ts";
import { AccessLogs } from "./access-logs.ts";
import { loadBalancerAlarms } from "./alarms.ts";
import type { IngressConfig } from "./schema.ts";
import { targetGroupSuffix, type TargetType } from "./target-group-name.ts";

interface IngressProps {
  readonly config: IngressConfig;
  readonly names: Names;
  readonly accountId: string;
  readonly network: Network;
  /** Port on which the targets listen. */
  readonly targetPort: number;
  readonly targetType: TargetType;
}

/** TLS 1.2 and 1.3 with forward secrecy, what AWS recommends for application load balancers. */
const TLS_POLICY = "ELBSecurityPolicy-TLS13-1-2-2021-06";

const HTTPS = { id: "https", port: 443, description: "HTTPS" };
const HTTP = { id: "http", port: 80, description: "HTTP" };

/** The load balancer with its listeners; whether anyone may reach it is decided by its security group alone (T1). */
export class Ingress extends Construct implements Watched {
  readonly securityGroupId: string;
  readonly targetGroupArn: string;
  /** Associates the target group with the load balancer: whatever registers targets depends on it (T1). */
  readonly listener: ITerraformDependable;
  /** Path that answers when a target is healthy. */
  readonly healthPath: string;
  /** Dimensions of the metrics about the targets. */
  readonly targetDimensions: Readonly<Record<"LoadBalancer" | "TargetGroup", string>>;
  readonly dnsName: string;
  readonly zoneId: string;

  private readonly names: Names;
  private readonly loadBalancer: Lb;
  private readonly targetGroup: LbTargetGroup;

  constructor(scope: Construct, id: string, props: IngressProps) {
    super(scope, id);
    this.names = props.names;
    this.securityGroupId = this.addSecurityGroup(props).id;
    this.loadBalancer = this.addLoadBalancer(props);
    this.targetGroup = this.addTargetGroup(props);
    this.listener = this.addListeners(props.config.certificateArn);
    if (props.config.public) this.open(props.config);
    if (props.config.webAclArn !== undefined) this.protect(props.config.webAclArn);

    this.targetGroupArn = this.targetGroup.arn;
    this.healthPath = props.config.healthCheck.path;
    this.targetDimensions = {
      LoadBalancer: this.loadBalancer.arnSuffix,
      TargetGroup: this.targetGroup.arnSuffix,
    };
    this.dnsName = this.loadBalancer.dnsName;
    this.zoneId = this.loadBalancer.zoneId;
  }

  /** Lets the load balancer reach the targets, and nothing else. */
  forwardTo(securityGroupId: string, port: number): void {
    new VpcSecurityGroupEgressRule(this, "forward", {
      securityGroupId: this.securityGroupId,
      description: "Requests and health checks to the service",
      referencedSecurityGroupId: securityGroupId,
      ipProtocol: "tcp",
      fromPort: port,
      toPort: port,
    });
  }

  alarms(thresholds: Thresholds): readonly AlarmDefinition[] {
    return loadBalancerAlarms(
      { loadBalancer: this.loadBalancer.arnSuffix, targetGroup: this.targetGroup.arnSuffix },
      thresholds,
    );
  }

  private addSecurityGroup({ names, network }: IngressProps): SecurityGroup {
    return new SecurityGroup(this, "access", {
      name: names.of("alb"),
      description: "Who may reach the load balancer, and what it may reach",
      vpcId: network.vpcId,
      tags: { Name: names.of("alb") },
    });
  }

  private addLoadBalancer(props: IngressProps): Lb {
    const { config, names, network } = props;
    const bucket = config.accessLogs.enabled ? new AccessLogs(this, "access-logs", props).bucket : undefined;
    return new Lb(this, "load-balancer", {
      name: names.of("alb"),
      loadBalancerType: "application",
      internal: false,
      subnets: [...network.publicSubnetIds],
      securityGroups: [this.securityGroupId],
      dropInvalidHeaderFields: true,
      enableDeletionProtection: config.deletionProtection,
      idleTimeout: config.idleTimeoutSeconds,
      // Without the block Terraform would leave delivery on when it is turned off.
      accessLogs: { enabled: bucket !== undefined, bucket: bucket?.bucketName ?? "" },
      tags: { Name: names.of("alb") },
      // AWS refuses a public load balancer in a VPC without a way out, and tests that it may write its logs.
      dependsOn: [network.internetRoute, ...(bucket?.ready ?? [])],
    });
  }

  private addTargetGroup({ config, names, network, targetPort, targetType }: IngressProps): LbTargetGroup {
    const { healthCheck } = config;
    return new LbTargetGroup(this, "targets", {
      name: names.of(targetGroupSuffix(targetPort, targetType)),
      vpcId: network.vpcId,
      targetType,
      port: targetPort,
      protocol: "HTTP",
      deregistrationDelay: String(config.deregistrationDelaySeconds),
      healthCheck: {
        path: healthCheck.path,
        interval: healthCheck.intervalSeconds,
        timeout: healthCheck.timeoutSeconds,
        healthyThreshold: healthCheck.healthyCount,
        unhealthyThreshold: healthCheck.unhealthyCount,
        matcher: "200-299",
      },
      tags: { Name: names.of("app") },
      lifecycle: { createBeforeDestroy: true },
    });
  }

  private addListeners(certificateArn: string | undefined): LbListener {
    if (certificateArn === undefined) return this.addHttpListener({ forward: true });
    const https = new LbListener(this, HTTPS.id, {
      loadBalancerArn: this.loadBalancer.arn,
      port: HTTPS.port,
      protocol: "HTTPS",
      certificateArn,
      sslPolicy: TLS_POLICY,
      defaultAction: [{ type: "forward", targetGroupArn: this.targetGroup.arn }],
      tags: { Name: this.names.of(HTTPS.id) },
    });
    this.addHttpListener({ forward: false, after: https });
    return https;
  }

  /** One address for both forms: a certificate turns the forward into a redirect, once HTTPS answers. */
  private addHttpListener(
    kind: { readonly forward: true } | { readonly forward: false; readonly after: LbListener },
  ): LbListener {
    return new LbListener(this, HTTP.id, {
      loadBalancerArn: this.loadBalancer.arn,
      port: HTTP.port,
      protocol: "HTTP",
      defaultAction: kind.forward
        ? [{ type: "forward", targetGroupArn: this.targetGroup.arn }]
        : [{ type: "redirect", redirect: { protocol: "HTTPS", port: "443", statusCode: "HTTP_301" } }],
      tags: { Name: this.names.of(HTTP.id) },
      ...(!kind.forward && { dependsOn: [kind.after] }),
    });
  }

  private open({ allowedCidrs, certificateArn }: IngressConfig): void {
    const doors = certificateArn === undefined ? [HTTP] : [HTTPS, HTTP];
    for (const cidr of allowedCidrs) {
      for (const { id, port, description } of doors) {
        new VpcSecurityGroupIngressRule(this, `${id}-from-${cidr.replaceAll(/[./]/g, "-")}`, {
          securityGroupId: this.securityGroupId,
          description: `${description} from ${cidr}`,
          cidrIpv4: cidr,
          ipProtocol: "tcp",
          fromPort: port,
          toPort: port,
        });
      }
    }
  }

  private protect(webAclArn: string): void {
    new Wafv2WebAclAssociation(this, "firewall", { resourceArn: this.loadBalancer.arn, webAclArn });
  }
}
