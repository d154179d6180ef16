import { EksNodeGroup } from "@cdktf/provider-aws/lib/eks-node-group/index.js";
import { LaunchTemplate } from "@cdktf/provider-aws/lib/launch-template/index.js";
import { VpcSecurityGroupIngressRule } from "@cdktf/provider-aws/lib/vpc-security-group-ingress-rule/index.js";
import type { ITerraformDependable } from "cdktf";
import { Construct } from "constructs";
import type { ComputeProps } from "../compute.ts";
import { launchSettings } from "../instances/launch-settings.ts";
import { NodeAccess } from "../nodes/node-access.ts";
import type { ControlPlane } from "./cluster.ts";
import { nodeGroupNameOf } from "./names.ts";
import { NodeRole } from "./node-role.ts";
import type { EksConfig } from "./schema.ts";
import { nodeSizes } from "./sizes.ts";

interface NodesProps extends ComputeProps {
  readonly config: EksConfig;
  readonly controlPlane: ControlPlane;
}

const AMI_TYPES: Readonly<Record<EksConfig["architecture"], string>> = {
  x86_64: "AL2023_x86_64_STANDARD",
  arm64: "AL2023_ARM_64_STANDARD",
};

/** The managed node group: each of its instances is a node of the cluster and a target of the load balancer. */
export class Nodes extends Construct {
  readonly securityGroupId: string;
  /** EKS names the Auto Scaling group itself. */
  readonly autoScalingGroupName: string;
  /** What needs nodes comes after them. */
  readonly group: ITerraformDependable;

  constructor(scope: Construct, id: string, props: NodesProps) {
    super(scope, id);
    const { config, controlPlane, names } = props;
    const access = new NodeAccess(this, "access", { ...props, nodePort: config.nodePort });
    this.securityGroupId = access.securityGroupId;
    controlPlane.admitGroup("nodes", this.securityGroupId);
    this.admitControlPlane(controlPlane);

    const role = new NodeRole(this, "role", { ...props, sessions: config.nodeSessions });
    const template = this.addTemplate(props, names.of("nodes"));
    const group = this.addGroup(props, role, template);
    this.group = group;
    this.autoScalingGroupName = group.resources.get(0).autoscalingGroups.get(0).name;
    access.serve("target", this.autoScalingGroupName);
  }

  /** The kubelet, and the webhooks and API extensions of whatever is installed. */
  private admitControlPlane({ securityGroupId }: ControlPlane): void {
    new VpcSecurityGroupIngressRule(this, "from-control-plane", {
      securityGroupId: this.securityGroupId,
      description: "Kubelet and webhooks for the control plane",
      referencedSecurityGroupId: securityGroupId,
      ipProtocol: "tcp",
      fromPort: 1025,
      toPort: 65_535,
    });
  }

  /** EKS adds the AMI and the script that joins the cluster, to a version of its own. */
  private addTemplate({ config, keys, tags }: NodesProps, name: string): LaunchTemplate {
    const { volumeGiB, instanceType } = config.nodes;
    const settings = launchSettings({ name, volumeGiB, keys, tags });
    return new LaunchTemplate(this, "template", {
      ...settings,
      // Here and not in the node group, which would be replaced when it changes.
      instanceType,
      // A list of its own keeps the group out that EKS makes, which lets everything out.
      vpcSecurityGroupIds: [this.securityGroupId],
      // A node group hands its tags to nobody.
      tagSpecifications: [
        ...settings.tagSpecifications,
        { resourceType: "instance", tags: { ...tags, Name: name } },
      ],
    });
  }

  private addGroup(props: NodesProps, role: NodeRole, template: LaunchTemplate): EksNodeGroup {
    const { config, names, network, controlPlane } = props;
    const { min, max, desired } = nodeSizes(config);
    return new EksNodeGroup(this, "group", {
      clusterName: controlPlane.clusterName,
      nodeGroupName: nodeGroupNameOf(names),
      nodeRoleArn: role.arn,
      subnetIds: [...network.privateSubnetIds],
      amiType: AMI_TYPES[config.architecture],
      releaseVersion: config.nodes.amiRelease,
      capacityType: "ON_DEMAND",
      // Disk size and instance type are the template's: EKS refuses the first in both places (T10).
      launchTemplate: { id: template.id, version: template.getStringAttribute("latest_version") },
      scalingConfig: { minSize: min, maxSize: max, desiredSize: desired },
      updateConfig: { maxUnavailable: 1 },
      tags: { Name: names.of("nodes") },
      dependsOn: [...role.policies],
      // Not in a standby: EKS refuses a minimum above a desired size that stayed 0 (T8).
      ...(config.nodes.autoscaled && { lifecycle: { ignoreChanges: ["scaling_config[0].desired_size"] } }),
    });
  }
}
