import { AutoscalingGroup } from "@cdktf/provider-aws/lib/autoscaling-group/index.js";
import { EcsCapacityProvider } from "@cdktf/provider-aws/lib/ecs-capacity-provider/index.js";
import type { EcsCluster } from "@cdktf/provider-aws/lib/ecs-cluster/index.js";
import { LaunchTemplate } from "@cdktf/provider-aws/lib/launch-template/index.js";
import { SecurityGroup } from "@cdktf/provider-aws/lib/security-group/index.js";
import { VpcSecurityGroupEgressRule } from "@cdktf/provider-aws/lib/vpc-security-group-egress-rule/index.js";
import { Fn } from "cdktf";
import { Construct } from "constructs";
import type { Keys } from "../../../encryption/keys.ts";
import type { Names } from "../../../naming/names.ts";
import type { Network } from "../../../network/network.ts";
import { launchSettings } from "../../instances/launch-settings.ts";
import { clusterNameOf } from "../../names.ts";
import { imageIdOf } from "./image-id.ts";
import { InstanceRole } from "./instance-role.ts";
import type { Ec2Capacity } from "./schema.ts";
import { userData } from "./user-data.ts";

interface InstancesProps {
  readonly config: Ec2Capacity;
  readonly names: Names;
  readonly accountId: string;
  readonly region: string;
  readonly tags: Readonly<Record<string, string>>;
  readonly network: Network;
  readonly keys: Keys;
  readonly cluster: EcsCluster;
}

/** Instances that a cluster adds and removes as its tasks need them, within the environment's bounds. */
export class Instances extends Construct {
  /** Name of the capacity provider that stands for the instances. */
  readonly capacityProvider: string;

  constructor(scope: Construct, id: string, props: InstancesProps) {
    super(scope, id);
    const role = new InstanceRole(this, "access", props);
    const template = this.addTemplate(props, role, this.addSecurityGroup(props));
    const group = this.addGroup(props, template, role);
    this.capacityProvider = this.addCapacityProvider(props, group).name;
  }

  /** Nobody reaches an instance; tasks have groups of their own. */
  private addSecurityGroup({ names, network }: InstancesProps): SecurityGroup {
    const group = new SecurityGroup(this, "firewall", {
      name: names.of("instances"),
      description: "What the instances may reach; nobody reaches them",
      vpcId: network.vpcId,
      tags: { Name: names.of("instances") },
    });
    new VpcSecurityGroupEgressRule(this, "to-https", {
      securityGroupId: group.id,
      description: "HTTPS to AWS",
      cidrIpv4: "0.0.0.0/0",
      ipProtocol: "tcp",
      fromPort: 443,
      toPort: 443,
    });
    return group;
  }

  private addTemplate(props: InstancesProps, role: InstanceRole, firewall: SecurityGroup): LaunchTemplate {
    const { config, names } = props;
    const { volumeGiB } = config;
    return new LaunchTemplate(this, "template", {
      ...launchSettings({ ...props, name: names.of("instances"), volumeGiB }),
      imageId: imageIdOf(config.ami),
      instanceType: config.instanceType,
      iamInstanceProfile: { arn: role.profileArn },
      vpcSecurityGroupIds: [firewall.id],
      userData: Fn.base64encode(Fn.rawString(userData(clusterNameOf(names)))),
    });
  }

  private addGroup(props: InstancesProps, template: LaunchTemplate, role: InstanceRole): AutoscalingGroup {
    const { config, names, network, cluster, tags } = props;
    const name = names.of("instances");
    return new AutoscalingGroup(this, "group", {
      name,
      vpcZoneIdentifier: [...network.privateSubnetIds],
      // A number, not $Latest: only a change that Terraform sees starts the replacement of instances.
      launchTemplate: { id: template.id, version: template.getStringAttribute("latest_version") },
      minSize: config.minInstances,
      maxSize: config.maxInstances,
      desiredCapacity: config.minInstances,
      // The instances' start must not hold up the rest of a recovery; the service waits for them anyway.
      waitForCapacityTimeout: "0",
      // ECS takes the protection away from instances without tasks.
      protectFromScaleIn: true,
      instanceRefresh: REFRESH,
      tag: Object.entries({ ...tags, Name: name, ...MANAGED }).map(([key, value]) => ({
        key,
        value,
        propagateAtLaunch: true,
      })),
      dependsOn: [cluster, ...role.policies],
      // ECS sets it between the bounds; when those move with the posture, AWS moves it along (T9).
      lifecycle: { ignoreChanges: ["desired_capacity"] },
    });
  }

  private addCapacityProvider({ names }: InstancesProps, group: AutoscalingGroup): EcsCapacityProvider {
    return new EcsCapacityProvider(this, "provider", {
      // AWS refuses names that start with aws, ecs or fargate, as a project's may.
      name: `instances-${names.prefix}`,
      autoScalingGroupProvider: {
        autoScalingGroupArn: group.arn,
        managedDraining: "ENABLED",
        managedTerminationProtection: "ENABLED",
        managedScaling: { status: "ENABLED", targetCapacity: 100 },
      },
      tags: { Name: names.of("instances") },
    });
  }
}

/** ECS sets it on groups that it manages; left out, every plan would want to remove it. */
const MANAGED = { AmazonECSManaged: "true" } as const;

/** A new instance before an old one goes, which is drained first; the protection is ECS's, and not against this. */
const REFRESH = {
  strategy: "Rolling",
  preferences: { minHealthyPercentage: 100, maxHealthyPercentage: 110, scaleInProtectedInstances: "Refresh" },
} as const;
