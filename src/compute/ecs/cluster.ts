import { CloudwatchLogGroup } from "@cdktf/provider-aws/lib/cloudwatch-log-group/index.js";
import { EcsClusterCapacityProviders } from "@cdktf/provider-aws/lib/ecs-cluster-capacity-providers/index.js";
import { EcsCluster } from "@cdktf/provider-aws/lib/ecs-cluster/index.js";
import { Construct } from "constructs";
import type { Keys } from "../../encryption/keys.ts";
import type { Names } from "../../naming/names.ts";
import type { Network } from "../../network/network.ts";
import { clusterNameOf } from "../names.ts";
import { type CapacityShare, fargateShares } from "./capacity.ts";
import { Instances } from "./ec2/instances.ts";
import type { EcsConfig } from "./schema.ts";

interface ClusterProps {
  readonly config: EcsConfig;
  readonly names: Names;
  readonly accountId: string;
  readonly region: string;
  readonly tags: Readonly<Record<string, string>>;
  readonly network: Network;
  readonly keys: Keys;
}

/** A cluster with its capacity; whatever it logs by itself is encrypted. */
export class Cluster extends Construct {
  readonly arn: string;
  readonly clusterName: string;
  /** How its tasks are spread over its capacity. */
  readonly shares: readonly CapacityShare[];
  /** Instances of its own under the tasks; undefined on Fargate. */
  readonly instances: Instances | undefined;
  /** A service that names a capacity provider fails until the cluster has it. */
  readonly capacityProviders: EcsClusterCapacityProviders;
  /** Log group of ECS Exec sessions; undefined when there are none. */
  readonly execLogGroup: CloudwatchLogGroup | undefined;

  constructor(scope: Construct, id: string, props: ClusterProps) {
    super(scope, id);
    const { config } = props;
    this.execLogGroup = config.exec ? this.addExecLog(props) : undefined;
    const cluster = this.addCluster(props);
    this.arn = cluster.arn;
    this.clusterName = cluster.name;
    const { capacity } = config;
    if (capacity.mode === "ec2") {
      this.instances = new Instances(this, "instances", { ...props, config: capacity, cluster });
      this.shares = [{ capacityProvider: this.instances.capacityProvider, weight: 1 }];
      this.capacityProviders = this.offer(cluster, [this.instances.capacityProvider], this.shares);
    } else {
      this.shares = fargateShares(capacity);
      this.capacityProviders = this.offer(cluster, [], [{ capacityProvider: "FARGATE", weight: 1 }]);
    }
  }

  /** Fargate stays on offer beside instances, so that a service can move between the two without an outage. */
  private offer(
    cluster: EcsCluster,
    own: readonly string[],
    otherwise: readonly CapacityShare[],
  ): EcsClusterCapacityProviders {
    return new EcsClusterCapacityProviders(this, "capacity-providers", {
      clusterName: cluster.name,
      capacityProviders: ["FARGATE", "FARGATE_SPOT", ...own],
      defaultCapacityProviderStrategy: [...otherwise],
    });
  }

  private addCluster(props: ClusterProps): EcsCluster {
    const { config, names } = props;
    const insights = config.containerInsights ? [this.addInsightsLog(props)] : [];
    return new EcsCluster(this, "fargate", {
      name: clusterNameOf(names),
      setting: [{ name: "containerInsights", value: config.containerInsights ? "enabled" : "disabled" }],
      ...(this.execLogGroup && {
        configuration: {
          executeCommandConfiguration: {
            logging: "OVERRIDE",
            logConfiguration: {
              cloudWatchEncryptionEnabled: true,
              cloudWatchLogGroupName: this.execLogGroup.name,
            },
          },
        },
      }),
      tags: { Name: names.prefix },
      dependsOn: insights,
    });
  }

  private addExecLog({ config, names, keys }: ClusterProps): CloudwatchLogGroup {
    return new CloudwatchLogGroup(this, "exec-log", {
      name: names.path("exec"),
      retentionInDays: config.logRetentionDays,
      kmsKeyId: keys.telemetry.arn,
    });
  }

  /** Container Insights would make the group itself, without a key and without an end. */
  private addInsightsLog({ config, names, keys }: ClusterProps): CloudwatchLogGroup {
    return new CloudwatchLogGroup(this, "insights-log", {
      name: `/aws/ecs/containerinsights/${names.prefix}/performance`,
      retentionInDays: config.logRetentionDays,
      kmsKeyId: keys.telemetry.arn,
    });
  }
}
