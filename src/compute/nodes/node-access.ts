import { AutoscalingAttachment } from "@cdktf/provider-aws/lib/autoscaling-attachment/index.js";
import { SecurityGroup } from "@cdktf/provider-aws/lib/security-group/index.js";
import { VpcSecurityGroupEgressRule } from "@cdktf/provider-aws/lib/vpc-security-group-egress-rule/index.js";
import { VpcSecurityGroupIngressRule } from "@cdktf/provider-aws/lib/vpc-security-group-ingress-rule/index.js";
import { Construct } from "constructs";
import type { Database } from "../../database/database.ts";
import type { Ingress } from "../../ingress/ingress.ts";
import type { Names } from "../../naming/names.ts";
import type { Network } from "../../network/network.ts";

interface NodeAccessProps {
  /** Port on which every node listens for the load balancer. */
  readonly nodePort: number;
  readonly names: Names;
  readonly network: Network;
  readonly ingress: Ingress;
  readonly database: Database;
}

/** Who reaches Kubernetes nodes, and what they reach; each node is a target of the load balancer. */
export class NodeAccess extends Construct {
  readonly securityGroupId: string;

  private readonly ingress: Ingress;

  constructor(scope: Construct, id: string, props: NodeAccessProps) {
    super(scope, id);
    this.ingress = props.ingress;
    this.securityGroupId = this.addSecurityGroup(props).id;
    this.admitLoadBalancer(props);
    this.connectNodes();
    this.letOut(props);
  }

  /** Makes every instance of an Auto Scaling group a target, as soon as it starts and until it leaves. */
  serve(id: string, autoScalingGroupName: string): void {
    new AutoscalingAttachment(this, id, {
      autoscalingGroupName: autoScalingGroupName,
      lbTargetGroupArn: this.ingress.targetGroupArn,
      // A group of targets without a load balancer is never checked (T1).
      dependsOn: [this.ingress.listener],
    });
  }

  private addSecurityGroup({ names, network }: NodeAccessProps): SecurityGroup {
    return new SecurityGroup(this, "firewall", {
      name: names.of("nodes"),
      description: "Who may reach the nodes and their pods, and what they may reach",
      vpcId: network.vpcId,
      tags: { Name: names.of("nodes") },
    });
  }

  private admitLoadBalancer({ nodePort, ingress }: NodeAccessProps): void {
    new VpcSecurityGroupIngressRule(this, "from-load-balancer", {
      securityGroupId: this.securityGroupId,
      description: "Requests and health checks of the load balancer",
      referencedSecurityGroupId: ingress.securityGroupId,
      ipProtocol: "tcp",
      fromPort: nodePort,
      toPort: nodePort,
    });
    ingress.forwardTo(this.securityGroupId, nodePort);
  }

  /** A request enters at any node and goes on to a pod on any other, which also ask the cluster's DNS there. */
  private connectNodes(): void {
    const among = {
      securityGroupId: this.securityGroupId,
      description: "Nodes and pods among themselves",
      referencedSecurityGroupId: this.securityGroupId,
      ipProtocol: "-1",
    };
    new VpcSecurityGroupIngressRule(this, "from-nodes", among);
    new VpcSecurityGroupEgressRule(this, "to-nodes", among);
  }

  private letOut({ database }: NodeAccessProps): void {
    const { securityGroupId } = this;
    new VpcSecurityGroupEgressRule(this, "to-database", {
      securityGroupId,
      description: "PostgreSQL",
      referencedSecurityGroupId: database.securityGroupId,
      ipProtocol: "tcp",
      fromPort: database.port,
      toPort: database.port,
    });
    new VpcSecurityGroupEgressRule(this, "to-https", {
      securityGroupId,
      description: "HTTPS to AWS and to what the application calls",
      cidrIpv4: "0.0.0.0/0",
      ipProtocol: "tcp",
      fromPort: 443,
      toPort: 443,
    });
    database.admit("service", securityGroupId);
  }
}
