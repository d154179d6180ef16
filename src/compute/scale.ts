/** Sizes of a group of instances. */
export interface GroupSizes {
  readonly min: number;
  readonly max: number;
  /** How many it is told to have. */
  readonly desired: number;
}

/** An Auto Scaling group and its sizes. */
export interface InstanceGroupScale extends GroupSizes {
  readonly name: string;
}

/**
 * What is scaled to change how much of a service runs.
 *
 * Its kind says how AWS is asked for what runs: tasks are counted by ECS, while the load balancer alone sees whether the
 * pods on nodes answer.
 */
export type Scale =
  | {
      readonly kind: "tasks";
      readonly clusterName: string;
      readonly serviceName: string;
      /** Fewest tasks that run. */
      readonly count: number;
    }
  | {
      readonly kind: "node-group";
      readonly clusterName: string;
      readonly nodeGroupName: string;
      readonly sizes: GroupSizes;
    }
  | {
      readonly kind: "instance-groups";
      readonly clusterName: string;
      /** In the order in which they are scaled up. */
      readonly groups: readonly InstanceGroupScale[];
    };
