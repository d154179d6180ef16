import { SecurityGroup } from "@cdktf/provider-aws/lib/security-group/index.js";
import { VpcSecurityGroupEgressRule } from "@cdktf/provider-aws/lib/vpc-security-group-egress-rule/index.js";
import { VpcSecurityGroupIngressRule } from "@cdktf/provider-aws/lib/vpc-security-group-ingress-rule/index.js";
import { Construct } from "constructs";
import type { Names } from "../../naming/names.ts";
import type { Network } from "../../network/network.ts";

interface ControlPlaneAccessProps {
  readonly names: Names;
  readonly network: Network;
  /** Security group of the workers. */
  readonly workers: string;
}

interface Port {
  readonly id: string;
  readonly description: string;
  readonly ipProtocol: "tcp" | "udp";
  readonly fromPort: number;
  readonly toPort: number;
}

const API: Port = {
  id: "api",
  description: "Kubernetes API",
  ipProtocol: "tcp",
  fromPort: 6443,
  toPort: 6443,
};
const ETCD: Port = { id: "etcd", description: "etcd", ipProtocol: "tcp", fromPort: 2379, toPort: 2380 };
const KUBELET: Port = {
  id: "kubelet",
  description: "Kubelet",
  ipProtocol: "tcp",
  fromPort: 10_250,
  toPort: 10_250,
};
/** Pods of different nodes talk within it. */
const OVERLAY: Port = {
  id: "overlay",
  description: "Pod network",
  ipProtocol: "udp",
  fromPort: 8472,
  toPort: 8472,
};

/** Who reaches the servers, and what they reach: each other and the workers, and AWS. Source: k3s, "Networking requirements". */
export class ControlPlaneAccess extends Construct {
  readonly securityGroupId: string;

  constructor(scope: Construct, id: string, props: ControlPlaneAccessProps) {
    super(scope, id);
    const { names, network, workers } = props;
    const group = new SecurityGroup(this, "firewall", {
      name: names.of("servers"),
      description: "Who may reach the servers of the cluster, and what they may reach",
      vpcId: network.vpcId,
      tags: { Name: names.of("servers") },
    });
    const servers = group.id;
    this.securityGroupId = servers;
    for (const port of [API, ETCD, KUBELET, OVERLAY])
      this.connect("servers", servers, "servers", servers, port);
    for (const port of [API, OVERLAY, KUBELET]) this.connect("workers", workers, "servers", servers, port);
    for (const port of [KUBELET, OVERLAY]) this.connect("servers", servers, "workers", workers, port);
    new VpcSecurityGroupEgressRule(this, "to-https", {
      securityGroupId: servers,
      description: "HTTPS to AWS",
      cidrIpv4: "0.0.0.0/0",
      ipProtocol: "tcp",
      fromPort: 443,
      toPort: 443,
    });
  }

  /** Both ends of a connection have to allow it. */
  private connect(fromName: string, from: string, toName: string, to: string, { id, ...port }: Port): void {
    const { description } = port;
    new VpcSecurityGroupEgressRule(this, `${id}-from-${fromName}-out-to-${toName}`, {
      ...port,
      securityGroupId: from,
      referencedSecurityGroupId: to,
      description: `${description} of ${toName}`,
    });
    new VpcSecurityGroupIngressRule(this, `${id}-of-${toName}-in-from-${fromName}`, {
      ...port,
      securityGroupId: to,
      referencedSecurityGroupId: from,
      description: `${description} from ${fromName}`,
    });
  }
}
