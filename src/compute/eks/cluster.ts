import { CloudwatchLogGroup } from "@cdktf/provider-aws/lib/cloudwatch-log-group/index.js";
import { EksCluster } from "@cdktf/provider-aws/lib/eks-cluster/index.js";
import { IamRolePolicy } from "@cdktf/provider-aws/lib/iam-role-policy/index.js";
import { IamRole } from "@cdktf/provider-aws/lib/iam-role/index.js";
import { VpcSecurityGroupIngressRule } from "@cdktf/provider-aws/lib/vpc-security-group-ingress-rule/index.js";
import { Construct } from "constructs";
import { policyDocument, type PolicyStatement } from "../../encryption/key-policy.ts";
import type { Keys } from "../../encryption/keys.ts";
import type { Names } from "../../naming/names.ts";
import type { Network } from "../../network/network.ts";
import { clusterNameOf } from "../names.ts";
import { AccessEntries } from "./access-entries.ts";
import type { EksConfig } from "./schema.ts";

interface ControlPlaneProps {
  readonly config: EksConfig;
  readonly names: Names;
  readonly accountId: string;
  readonly region: string;
  readonly network: Network;
  readonly keys: Keys;
}

/** All that a control plane can log. */
const LOG_TYPES = ["api", "audit", "authenticator", "controllerManager", "scheduler"];

/** A Kubernetes control plane that EKS runs: encrypted, logged, private, and open to named principals only. */
export class ControlPlane extends Construct {
  readonly clusterName: string;
  /** EKS makes the group itself: the control plane's interfaces are in it, and nothing else here. */
  readonly securityGroupId: string;

  constructor(scope: Construct, id: string, props: ControlPlaneProps) {
    super(scope, id);
    const { config } = props;
    const role = this.addRole(props);
    const cluster = this.addCluster(props, role);
    this.clusterName = cluster.name;
    this.securityGroupId = cluster.vpcConfig.clusterSecurityGroupId;
    for (const cidr of new Set(config.endpoint.privateCidrs)) this.admit(cidr);
    new AccessEntries(this, "access", { entries: config.access, clusterName: cluster.name });
  }

  /** Lets a security group use the Kubernetes API. */
  admitGroup(id: string, securityGroupId: string): void {
    new VpcSecurityGroupIngressRule(this, id, {
      securityGroupId: this.securityGroupId,
      description: `Kubernetes API for ${id}`,
      referencedSecurityGroupId: securityGroupId,
      ...HTTPS,
    });
  }

  private admit(cidr: string): void {
    new VpcSecurityGroupIngressRule(this, `api-from-${cidr.replaceAll(/[./]/g, "-")}`, {
      securityGroupId: this.securityGroupId,
      description: `Kubernetes API from ${cidr}`,
      cidrIpv4: cidr,
      ...HTTPS,
    });
  }

  private addCluster(props: ControlPlaneProps, role: Role): EksCluster {
    const { config, names, network, keys } = props;
    const { public: isPublic, allowedCidrs } = config.endpoint;
    return new EksCluster(this, "cluster", {
      name: clusterNameOf(names),
      roleArn: role.role.arn,
      version: config.kubernetesVersion,
      upgradePolicy: { supportType: config.extendedSupport ? "EXTENDED" : "STANDARD" },
      // No rights by creation: whoever applies this needs none in the cluster (T10).
      accessConfig: { authenticationMode: "API", bootstrapClusterCreatorAdminPermissions: false },
      vpcConfig: {
        subnetIds: [...network.privateSubnetIds],
        endpointPrivateAccess: true,
        endpointPublicAccess: isPublic,
        ...(isPublic && { publicAccessCidrs: [...allowedCidrs] }),
      },
      encryptionConfig: { provider: { keyArn: keys.data.arn }, resources: ["secrets"] },
      enabledClusterLogTypes: LOG_TYPES,
      tags: { Name: names.prefix },
      // EKS would make the log group itself, without key and retention; without its rights it can't remove its interfaces.
      dependsOn: [this.addLogGroup(props), role.policy],
    });
  }

  private addLogGroup({ config, names, keys }: ControlPlaneProps): CloudwatchLogGroup {
    return new CloudwatchLogGroup(this, "log", {
      name: `/aws/eks/${clusterNameOf(names)}/cluster`,
      retentionInDays: config.logRetentionDays,
      kmsKeyId: keys.telemetry.arn,
    });
  }

  private addRole(props: ControlPlaneProps): Role {
    const { names } = props;
    const role = new IamRole(this, "role", {
      name: names.of("cluster"),
      assumeRolePolicy: policyDocument([clustersAssume(props)]),
    });
    const policy = new IamRolePolicy(this, "policy", {
      name: "cluster",
      role: role.id,
      policy: policyDocument(runCluster(props)),
    });
    return { role, policy };
  }
}

interface Role {
  readonly role: IamRole;
  readonly policy: IamRolePolicy;
}

const HTTPS = { ipProtocol: "tcp", fromPort: 443, toPort: 443 } as const;

const clustersAssume = ({ accountId }: ControlPlaneProps): PolicyStatement => ({
  Sid: "ClustersAssume",
  Effect: "Allow",
  Principal: { Service: "eks.amazonaws.com" },
  Action: "sts:AssumeRole",
  Condition: { StringEquals: { "aws:SourceAccount": accountId } },
});

/**
 * What a control plane calls to know its nodes. Load balancers are Terraform's, so that none of the rights for them is needed.
 *
 * https://docs.aws.amazon.com/eks/latest/userguide/cluster-iam-role.html
 */
const runCluster = ({ accountId, region }: ControlPlaneProps): PolicyStatement[] => [
  {
    Sid: "TagNodes",
    Effect: "Allow",
    Action: "ec2:CreateTags",
    Resource: `arn:aws:ec2:${region}:${accountId}:instance/*`,
    Condition: { "ForAnyValue:StringLike": { "aws:TagKeys": "kubernetes.io/cluster/*" } },
  },
  {
    Sid: "KnowNodes",
    Effect: "Allow",
    Action: [
      "ec2:DescribeAvailabilityZones",
      "ec2:DescribeDhcpOptions",
      "ec2:DescribeInstances",
      "ec2:DescribeInstanceTopology",
      "ec2:DescribeNetworkInterfaces",
      "ec2:DescribeVpcs",
      "kms:DescribeKey",
    ],
    Resource: "*",
  },
];
