import { SecurityGroup } from "@cdktf/provider-aws/lib/security-group/index.js";
import { VpcEndpoint } from "@cdktf/provider-aws/lib/vpc-endpoint/index.js";
import { VpcSecurityGroupIngressRule } from "@cdktf/provider-aws/lib/vpc-security-group-ingress-rule/index.js";
import { Construct } from "constructs";
import type { Names } from "../naming/names.ts";
import type { Network } from "./network.ts";
import type { NetworkConfig } from "./schema.ts";

interface VpcEndpointsProps {
  readonly config: NetworkConfig;
  readonly names: Names;
  readonly region: string;
  readonly network: Network;
  /** Interface endpoints besides those that every platform needs. */
  readonly more: readonly string[];
  readonly routeTableIds: readonly string[];
}

const GATEWAYS = ["s3", "dynamodb"];
const INTERFACES = ["ecr.api", "ecr.dkr", "logs", "secretsmanager", "kms", "sts", "ssmmessages"];

/** Private ways to AWS: S3 and DynamoDB at no cost, the others when asked for. */
export class VpcEndpoints extends Construct {
  constructor(scope: Construct, id: string, props: VpcEndpointsProps) {
    super(scope, id);
    const { config, names, region, network, routeTableIds } = props;
    for (const service of GATEWAYS) {
      new VpcEndpoint(this, service, {
        vpcId: network.vpcId,
        serviceName: `com.amazonaws.${region}.${service}`,
        vpcEndpointType: "Gateway",
        routeTableIds: [...routeTableIds],
        tags: { Name: names.of(service) },
      });
    }
    if (config.interfaceEndpoints) this.addInterfaces(props);
  }

  private addInterfaces({ names, region, network, more }: VpcEndpointsProps): void {
    const group = new SecurityGroup(this, "access", {
      name: names.of("endpoints"),
      description: "HTTPS from the VPC to its endpoints",
      vpcId: network.vpcId,
      tags: { Name: names.of("endpoints") },
    });
    new VpcSecurityGroupIngressRule(this, "https", {
      securityGroupId: group.id,
      description: "HTTPS from the VPC",
      cidrIpv4: network.cidr,
      ipProtocol: "tcp",
      fromPort: 443,
      toPort: 443,
    });
    for (const service of [...INTERFACES, ...more]) {
      new VpcEndpoint(this, service.replace(".", "-"), {
        vpcId: network.vpcId,
        serviceName: `com.amazonaws.${region}.${service}`,
        vpcEndpointType: "Interface",
        subnetIds: [...network.privateSubnetIds],
        securityGroupIds: [group.id],
        privateDnsEnabled: true,
        tags: { Name: names.of(service.replace(".", "-")) },
      });
    }
  }
}
