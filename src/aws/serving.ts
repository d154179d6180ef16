/** An image of a repository. */
export interface Image {
  readonly digest: string;
  readonly tags: readonly string[];
  readonly pushedAt: Date | undefined;
}

/** A rule of a registry's replication. */
export interface ReplicationRule {
  /** Prefixes of repository names; empty when every repository is meant. */
  readonly prefixes: readonly string[];
  readonly destinations: readonly { readonly region: string; readonly accountId: string }[];
}

/** A service and what runs of it. */
export interface RunningService {
  readonly status: string;
  readonly desiredCount: number;
  readonly runningCount: number;
  /** Images of the running tasks as they were pulled. */
  readonly images: readonly RunningImage[];
}

/** The image of a running container. */
export interface RunningImage {
  readonly container: string;
  /** As the task definition names it. */
  readonly image: string;
  readonly digest: string | undefined;
}

/** An Auto Scaling group. */
export interface InstanceGroup {
  /** How many instances it is told to have. */
  readonly desiredCount: number;
  /** Instances that have started and pass their health check. */
  readonly inServiceCount: number;
}

/** A managed node group of a Kubernetes cluster. */
export interface NodeGroup {
  /** AWS's word for its cluster: ACTIVE, CREATING, UPDATING, FAILED, DELETING. */
  readonly clusterStatus: string;
  /** AWS's word: ACTIVE, CREATING, UPDATING, DEGRADED, CREATE_FAILED, DELETING, DELETE_FAILED. */
  readonly status: string;
  /** How many nodes it is told to have. */
  readonly desiredCount: number;
  /** The Auto Scaling groups behind it. */
  readonly groups: readonly string[];
  /** What AWS says is wrong with it or with its cluster. */
  readonly problems: readonly string[];
}

/** A certificate of ACM. */
export interface Certificate {
  /** AWS's word: ISSUED, PENDING_VALIDATION, EXPIRED, REVOKED, FAILED. */
  readonly status: string;
  /** Names that it covers, wildcards included. */
  readonly names: readonly string[];
  readonly expiresAt: Date | undefined;
  /** Whether ACM can renew it by itself; undefined when ACM does not say. */
  readonly renewable: boolean | undefined;
  /** What became of the last renewal, when it is not done. */
  readonly renewalProblem: string | undefined;
}

/** An application load balancer. */
export interface LoadBalancer {
  readonly arn: string;
  /** AWS's word: active, provisioning, active_impaired, failed. */
  readonly state: string;
  readonly dnsName: string;
  readonly zoneId: string;
  readonly vpcId: string;
  /** The groups that say who may reach it. */
  readonly securityGroupIds: readonly string[];
  readonly listenerPorts: readonly number[];
}

/** What a target group says of a target. */
export interface Target {
  readonly id: string;
  /** AWS's word: healthy, unhealthy, initial, draining, unused. */
  readonly state: string;
  readonly reason: string | undefined;
}
