import type {
  Certificate,
  Image,
  InstanceGroup,
  LoadBalancer,
  NodeGroup,
  ReplicationRule,
  RunningService,
  Target,
} from "./serving.ts";
import type { ExistingAws } from "./existing.ts";
import type { FencingAws } from "./fencing.ts";
import type { InventoryAws } from "./inventory.ts";
import type { NewsAws } from "./news.ts";
import type { SafekeepingAws } from "./safekeeping.ts";
import type {
  BackupJob,
  CopyJob,
  Key,
  OfferedClass,
  ReplicatedBackup,
  Snapshot,
  StoredPoint,
  Usage,
} from "./data.ts";

/**
 * What recovery asks of AWS, and nothing else.
 *
 * Every question may reject with `AwsFailure`: it was not answered. What does not exist is undefined; an empty list is
 * AWS's own word that there is nothing.
 */
export interface Aws {
  /** What one region answers by itself. */
  in(region: string): RegionalAws;
  /** What only the control plane of Route 53 answers, in us-east-1 (T36). */
  readonly dns: Dns;
}

/** Questions to one region, and the few changes that recovery makes there by itself. */
export interface RegionalAws extends FencingAws, SafekeepingAws, InventoryAws, NewsAws, ExistingAws {
  readonly region: string;

  /** Who asks, by the region's own STS (T44). */
  caller(): Promise<Caller>;

  /** Recovery points of a resource in a vault; undefined when there is no such vault. */
  recoveryPoints(vaultName: string): Promise<readonly StoredPoint[] | undefined>;
  /** Backup jobs of a resource that were created in this region since then, whatever became of them. */
  backupJobs(resourceArn: string, since: Date): Promise<readonly BackupJob[]>;
  /** Copy jobs that were started in this region since then, whatever became of them. */
  copyJobs(toVaultArn: string, since: Date): Promise<readonly CopyJob[]>;
  snapshot(arn: string): Promise<Snapshot | undefined>;
  /** Manual snapshots of an instance that lie in this region. */
  snapshotsOf(instanceIdentifier: string): Promise<readonly Snapshot[]>;
  /** Automated backups that this region receives from another region's instance. */
  replicatedBackup(sourceInstanceArn: string): Promise<ReplicatedBackup | undefined>;
  /** A key by its alias, id or ARN. */
  key(id: string): Promise<Key | undefined>;
  /** PostgreSQL versions that the region offers with an instance class; empty when it has none of that class. */
  offeredVersions(instanceClass: string): Promise<readonly OfferedClass[]>;

  /** Images of a repository; undefined when there is no such repository. */
  image(repository: string, reference: ImageReference): Promise<Image | "no repository" | undefined>;
  /** Every image of a repository that has a tag, in no order; none where there is no such repository. */
  taggedImages(repository: string): Promise<readonly Image[]>;
  replicationRules(): Promise<readonly ReplicationRule[]>;
  service(cluster: string, service: string): Promise<RunningService | undefined>;
  /** An Auto Scaling group by its name. */
  instanceGroup(name: string): Promise<InstanceGroup | undefined>;
  nodeGroup(cluster: string, nodeGroup: string): Promise<NodeGroup | undefined>;
  certificate(arn: string): Promise<Certificate | undefined>;
  loadBalancer(name: string): Promise<LoadBalancer | undefined>;
  /** Targets of the load balancer's groups. */
  targets(loadBalancerArn: string): Promise<readonly Target[]>;
  /** Subscriptions of a topic, confirmed or not; undefined when there is no such topic. */
  subscriptions(topicArn: string): Promise<readonly Subscription[] | undefined>;

  databaseInstances(): Promise<Usage>;
  /** Allocated storage of all databases, in GiB. */
  databaseStorageGiB(): Promise<Usage>;
  fargateVcpus(capacity: "on-demand" | "spot"): Promise<Usage>;
  /** vCPU of on-demand instances of the families A, C, D, H, I, M, R, T and Z. */
  instanceVcpus(): Promise<Usage>;
  elasticIps(): Promise<Usage>;

  /** An object without its content; undefined when it does not exist. */
  head(bucket: string, key: string): Promise<ObjectHead | undefined>;
  /** An object as text; undefined when it does not exist. */
  read(bucket: string, key: string): Promise<StoredText | undefined>;
  /** Keys below a prefix, in order. */
  list(bucket: string, prefix: string): Promise<readonly string[]>;
  /**
   * Puts an object, and returns its new ETag.
   *
   * @throws Conflict when `only` does not hold: the object is there already, or is not the one with that ETag any more
   */
  write(bucket: string, key: string, text: string, only?: WriteCondition): Promise<string>;
  remove(bucket: string, key: string): Promise<void>;
}

/** Questions to Route 53. */
export interface Dns {
  /** Records of a name that follow a failover policy. */
  failoverRecords(zoneId: string, name: string): Promise<readonly FailoverRecord[]>;
  healthCheck(id: string): Promise<HealthCheck | undefined>;
  /** Records of a name that follow no policy. */
  simpleRecords(zoneId: string, name: string): Promise<readonly SimpleRecord[]>;
  hostedZone(id: string): Promise<HostedZone | undefined>;
}

/** A record that always answers the same. */
export interface SimpleRecord {
  readonly type: string;
  /** The alias target, or the values. */
  readonly target: string;
}

/** A zone of DNS. */
export interface HostedZone {
  readonly name: string;
  /** Only VPCs ask it, and nobody outside (T59). */
  readonly isPrivate: boolean;
}

/** Who asks, and how AWS's clock compares. */
export interface Caller {
  readonly accountId: string;
  readonly arn: string;
  /** AWS's time when it answered. */
  readonly awsTime: Date | undefined;
  /** This machine's time when the answer came. */
  readonly localTime: Date;
  /** When the credentials end; undefined for those that don't. */
  readonly expiresAt: Date | undefined;
}

/** An image by its tag or its digest. */
export type ImageReference = { readonly tag: string } | { readonly digest: string };

/** Whoever a topic tells. */
export interface Subscription {
  readonly protocol: string;
  readonly endpoint: string;
  readonly confirmed: boolean;
}

/** What is known of an object without reading it. */
export interface ObjectHead {
  readonly etag: string;
  readonly modifiedAt: Date;
  readonly sizeBytes: number;
  /** What S3 says of its replication: `REPLICA` of a copy; undefined where nothing replicates it. */
  readonly replication: "completed" | "pending" | "failed" | "replica" | undefined;
}

/** A small object that holds text. */
export interface StoredText {
  readonly text: string;
  readonly etag: string;
  readonly modifiedAt: Date;
}

/** What must hold for a write to happen. */
export type WriteCondition = { readonly absent: true } | { readonly etag: string };

/** One side of a failover record. */
export interface FailoverRecord {
  readonly type: string;
  readonly role: "primary" | "secondary";
  readonly healthCheckId: string | undefined;
  /** Where it leads to: the alias target, or the values. */
  readonly target: string;
  readonly evaluatesTargetHealth: boolean;
}

/** A health check and what Route 53's checkers last saw, before any inversion. */
export interface HealthCheck {
  readonly disabled: boolean;
  readonly inverted: boolean;
  readonly fqdn: string | undefined;
  readonly path: string | undefined;
  /** Checkers that succeeded and that have reported. */
  readonly succeeding: number;
  readonly reporting: number;
}
