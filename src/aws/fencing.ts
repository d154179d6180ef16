import type { GroupSizes } from "../compute/scale.ts";

/** Changes that keep a service from being used, and that take this back; all of them can be made twice. */
export interface FencingAws {
  /** What scales the tasks of a service by itself; undefined when nothing does. */
  taskScaling(cluster: string, service: string): Promise<TaskScaling | undefined>;
  /**
   * Suspends everything that scales tasks by itself, or resumes it.
   *
   * Each call is a registration, and AWS moves a count that lies outside of the bounds into them then: so suspend first, and
   * set the count afterwards.
   */
  suspendTaskScaling(cluster: string, service: string, suspended: boolean): Promise<void>;
  setTaskCount(cluster: string, service: string, count: number): Promise<void>;
  resizeInstanceGroup(name: string, sizes: GroupSizes): Promise<void>;
  resizeNodeGroup(cluster: string, nodeGroup: string, sizes: GroupSizes): Promise<void>;
  /** Security groups of a VPC that bear one of the names. */
  securityGroups(vpcId: string, names: readonly string[]): Promise<readonly SecurityGroup[]>;
  /** Puts a load balancer into these security groups and no others, at once. */
  setLoadBalancerGroups(loadBalancerArn: string, groupIds: readonly string[]): Promise<void>;
  /** Alarms on metrics whose names begin so. */
  alarms(prefix: string): Promise<readonly Alarm[]>;
}

/** Automatic scaling of a number of tasks. */
export interface TaskScaling {
  readonly min: number;
  readonly max: number;
  /** Whether neither policies nor schedules change the number. */
  readonly suspended: boolean;
}

/** A security group and who may come in. */
export interface SecurityGroup {
  readonly id: string;
  readonly name: string;
  /** Ranges, prefix lists and groups that it admits on any port; empty when it is closed. */
  readonly admits: readonly string[];
}

/** An alarm of CloudWatch on a metric. */
export interface Alarm {
  readonly name: string;
  /** AWS's word: OK, ALARM, INSUFFICIENT_DATA. */
  readonly state: string;
  readonly reason: string;
  /** When the state became what it is. */
  readonly since: Date | undefined;
  /** Whether it tells anybody. */
  readonly enabled: boolean;
}
