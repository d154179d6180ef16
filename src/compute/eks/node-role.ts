import { IamRolePolicy } from "@cdktf/provider-aws/lib/iam-role-policy/index.js";
import { IamRole } from "@cdktf/provider-aws/lib/iam-role/index.js";
import { Construct } from "constructs";
import { policyDocument, type PolicyStatement } from "../../encryption/key-policy.ts";
import type { Names } from "../../naming/names.ts";
import type { Network } from "../../network/network.ts";
import { pullImages } from "../../registry/pull-images.ts";
import type { Registry } from "../../registry/registry.ts";
import { INSTANCES_ASSUME, OPEN_SESSIONS } from "../instances/sessions.ts";
import { clusterNameOf } from "../names.ts";

interface NodeRoleProps {
  readonly names: Names;
  readonly accountId: string;
  readonly region: string;
  readonly network: Network;
  readonly registry: Registry;
  /** Whether nodes can be reached through Session Manager. */
  readonly sessions: boolean;
}

/** What a node may do: join its own cluster, give its pods addresses, and pull images. */
export class NodeRole extends Construct {
  readonly arn: string;
  /** A node that starts before its policies can't join. */
  readonly policies: readonly IamRolePolicy[];

  private readonly role: IamRole;

  constructor(scope: Construct, id: string, props: NodeRoleProps) {
    super(scope, id);
    this.role = new IamRole(this, "role", {
      name: props.names.of("node"),
      assumeRolePolicy: policyDocument([INSTANCES_ASSUME]),
    });
    this.arn = this.role.arn;
    this.policies = [
      this.addPolicy("cluster", joinCluster(props)),
      this.addPolicy("addresses", giveAddresses(props)),
      this.addPolicy("images", [...pullImages(props.registry), pullAddons(props)]),
      ...(props.sessions ? [this.addPolicy("sessions", [OPEN_SESSIONS])] : []),
    ];
  }

  private addPolicy(id: string, statements: readonly PolicyStatement[]): IamRolePolicy {
    return new IamRolePolicy(this, `${id}-policy`, {
      name: id,
      role: this.role.id,
      policy: policyDocument(statements),
    });
  }
}

const arnOf = ({ region, accountId }: NodeRoleProps, resource: string): string =>
  `arn:aws:ec2:${region}:${accountId}:${resource}`;

/** What AmazonEKSWorkerNodePolicy allows, narrowed to one cluster where EKS knows resources. */
function joinCluster({ names, accountId, region }: NodeRoleProps): PolicyStatement[] {
  return [
    {
      Sid: "KnowInstances",
      Effect: "Allow",
      Action: [
        "ec2:DescribeInstances",
        "ec2:DescribeInstanceTypes",
        "ec2:DescribeRouteTables",
        "ec2:DescribeSecurityGroups",
        "ec2:DescribeSubnets",
        "ec2:DescribeVolumes",
        "ec2:DescribeVolumesModifications",
        "ec2:DescribeVpcs",
      ],
      Resource: "*",
    },
    {
      // The agent on the node asks for the pods; EKS answers for service accounts with an association only.
      Sid: "JoinCluster",
      Effect: "Allow",
      Action: ["eks:DescribeCluster", "eks-auth:AssumeRoleForPodIdentity"],
      Resource: `arn:aws:eks:${region}:${accountId}:cluster/${clusterNameOf(names)}`,
    },
  ];
}

/**
 * What the VPC CNI calls to give pods addresses, within the environment's own network.
 *
 * Narrower than AmazonEKS_CNI_Policy, which reaches every network interface of the account:
 * https://github.com/aws/amazon-vpc-cni-k8s/blob/master/docs/iam-policy.md
 */
function giveAddresses(props: NodeRoleProps): PolicyStatement[] {
  const { names, network } = props;
  const here = { ArnEquals: { "ec2:Vpc": arnOf(props, `vpc/${network.vpcId}`) } };
  const interfaces = arnOf(props, "network-interface/*");
  return [
    {
      Sid: "KnowAddresses",
      Effect: "Allow",
      Action: ["ec2:DescribeNetworkInterfaces", "ec2:DescribeTags"],
      Resource: "*",
    },
    {
      Sid: "MakeInterfaces",
      Effect: "Allow",
      Action: "ec2:CreateNetworkInterface",
      Resource: interfaces,
    },
    {
      Sid: "MakeInterfacesHere",
      Effect: "Allow",
      Action: "ec2:CreateNetworkInterface",
      Resource: [arnOf(props, "subnet/*"), arnOf(props, "security-group/*")],
      Condition: here,
    },
    {
      // Also one that is there: the first interface of a node gets its tags from the CNI.
      Sid: "TagInterfaces",
      Effect: "Allow",
      Action: "ec2:CreateTags",
      Resource: interfaces,
    },
    {
      Sid: "UseInterfacesHere",
      Effect: "Allow",
      Action: [
        "ec2:AssignPrivateIpAddresses",
        "ec2:AttachNetworkInterface",
        "ec2:DeleteNetworkInterface",
        "ec2:DetachNetworkInterface",
        "ec2:ModifyNetworkInterfaceAttribute",
        "ec2:UnassignPrivateIpAddresses",
      ],
      Resource: interfaces,
      Condition: here,
    },
    {
      Sid: "UseFirewallsHere",
      Effect: "Allow",
      Action: "ec2:ModifyNetworkInterfaceAttribute",
      Resource: arnOf(props, "security-group/*"),
      Condition: here,
    },
    {
      Sid: "AttachToNodes",
      Effect: "Allow",
      Action: [
        "ec2:AttachNetworkInterface",
        "ec2:DetachNetworkInterface",
        "ec2:ModifyNetworkInterfaceAttribute",
      ],
      Resource: arnOf(props, "instance/*"),
      Condition: {
        StringEquals: { [`aws:ResourceTag/kubernetes.io/cluster/${clusterNameOf(names)}`]: "owned" },
      },
    },
  ];
}

/** Add-ons come from repositories of AWS, in accounts that differ by region; their policies admit everybody. */
const pullAddons = ({ accountId, region }: NodeRoleProps): PolicyStatement => ({
  Sid: "PullAddons",
  Effect: "Allow",
  Action: ["ecr:BatchCheckLayerAvailability", "ecr:GetDownloadUrlForLayer", "ecr:BatchGetImage"],
  Resource: `arn:aws:ecr:${region}:*:repository/*`,
  Condition: { StringNotEquals: { "aws:ResourceAccount": accountId } },
});
