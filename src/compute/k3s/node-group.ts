import {
  AutoscalingGroup,
  type AutoscalingGroupInitialLifecycleHook,
} from "@cdktf/provider-aws/lib/autoscaling-group/index.js";
import { LaunchTemplate } from "@cdktf/provider-aws/lib/launch-template/index.js";
import { Fn, type ITerraformDependable } from "cdktf";
import { Construct } from "constructs";
import type { Keys } from "../../encryption/keys.ts";
import type { Network } from "../../network/network.ts";
import { launchSettings } from "../instances/launch-settings.ts";
import type { GroupSizes } from "../scale.ts";
import type { NodeRole } from "./node-role.ts";

interface NodeGroupProps {
  readonly name: string;
  readonly amiId: string;
  readonly instanceType: string;
  readonly volumeGiB: number;
  readonly sizes: GroupSizes;
  readonly script: string;
  readonly role: NodeRole;
  readonly securityGroupId: string;
  readonly network: Network;
  readonly keys: Keys;
  readonly tags: Readonly<Record<string, string>>;
  /** Holds a new node back from the group until it reports. */
  readonly hook?: AutoscalingGroupInitialLifecycleHook;
  /** Something else sets the desired size between the bounds. */
  readonly isScaled: boolean;
  readonly dependsOn: readonly ITerraformDependable[];
}

/** Nodes of one kind, replaced one by one when their AMI or script changes; there may be none (T11). */
export class NodeGroup extends Construct {
  readonly groupName: string;

  constructor(scope: Construct, id: string, props: NodeGroupProps) {
    super(scope, id);
    this.groupName = this.addGroup(props, this.addTemplate(props)).name;
  }

  private addTemplate(props: NodeGroupProps): LaunchTemplate {
    const { amiId, instanceType, role, securityGroupId, script } = props;
    return new LaunchTemplate(this, "template", {
      ...launchSettings(props),
      imageId: amiId,
      instanceType,
      iamInstanceProfile: { arn: role.profileArn },
      vpcSecurityGroupIds: [securityGroupId],
      // A node that can't go on shuts down, and the group makes another.
      instanceInitiatedShutdownBehavior: "terminate",
      // Readable in the JSON; a backslash is Terraform's own there.
      userData: Fn.base64encode(Fn.rawString(script.replaceAll("\\", String.raw`\\`))),
    });
  }

  private addGroup(props: NodeGroupProps, template: LaunchTemplate): AutoscalingGroup {
    const { name, sizes, network, tags, role, hook, isScaled, dependsOn } = props;
    return new AutoscalingGroup(this, "group", {
      name,
      vpcZoneIdentifier: [...network.privateSubnetIds],
      // A number, not $Latest: only a change that Terraform sees starts the replacement of nodes.
      launchTemplate: { id: template.id, version: template.getStringAttribute("latest_version") },
      minSize: sizes.min,
      maxSize: sizes.max,
      desiredCapacity: sizes.desired,
      // The nodes' start must not hold up the rest of a recovery.
      waitForCapacityTimeout: "0",
      // Whether the service answers is no reason to end a node: a bad deployment would end them all, again and again.
      healthCheckType: "EC2",
      ...(hook && { initialLifecycleHook: [hook] }),
      instanceRefresh: REFRESH,
      tag: Object.entries({ ...tags, Name: name }).map(([key, value]) => ({
        key,
        value,
        propagateAtLaunch: true,
      })),
      dependsOn: [role.policy, ...dependsOn],
      // When the bounds move with the posture, AWS moves it along (T9).
      ...(isScaled && { lifecycle: { ignoreChanges: ["desired_capacity"] } }),
    });
  }
}

/** A new node before an old one goes; after it joined, etcd forgets the old one within a minute or two. */
const REFRESH = {
  strategy: "Rolling",
  preferences: { minHealthyPercentage: 100, maxHealthyPercentage: 110, instanceWarmup: "180" },
} as const;
