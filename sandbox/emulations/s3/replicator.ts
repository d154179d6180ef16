import type { World } from "../../gateway/emulation.ts";
import type { Changes } from "../changes.ts";
import type { ReplicationDelays } from "../replication/delays.ts";
import { DeliveryQueues } from "../replication/delivery-queue.ts";
import { matchingRules } from "./matching-rules.ts";
import type { MotoS3, ObjectVersion } from "./moto-s3.ts";
import { isKms, replicaKey, sourceKey } from "./replication-keys.ts";
import type { ReplicationAccess } from "./replication-access.ts";
import type { ReplicationConfiguration, ReplicationRule } from "./replication-configuration.ts";
import type { ReplicationStatuses } from "./replication-statuses.ts";

export interface ReplicatorProps {
  readonly world: World;
  readonly s3: MotoS3;
  readonly access: ReplicationAccess;
  readonly statuses: ReplicationStatuses;
  readonly delays: ReplicationDelays;
  readonly changes: Changes;
}

interface Task {
  readonly roleArn: string;
  readonly rule: ReplicationRule;
  readonly version: ObjectVersion;
  readonly destinationRegion: string;
}

/**
 * Carries writes to other buckets. What it writes itself goes to moto directly, past the gateway, so that a replica is
 * never replicated again and two buckets may replicate to each other.
 */
export class Replicator {
  private readonly props: ReplicatorProps;
  private readonly queues: DeliveryQueues;

  constructor(props: ReplicatorProps) {
    this.props = props;
    this.queues = new DeliveryQueues(props.world);
  }

  /** A new version. Its replica is on its way when this resolves. */
  async objectWritten(configuration: ReplicationConfiguration, version: ObjectVersion): Promise<void> {
    const { s3, statuses } = this.props;
    const head = await s3.head(version);
    if (head === undefined) {
      return;
    }
    const rules = matchingRules(configuration.rules, {
      key: version.key,
      kind: "object",
      tags: await s3.tags(version),
      isKmsEncrypted: isKms(head),
    });
    for (const rule of rules) {
      statuses.set(version, rule.destinationBucket, "PENDING");
    }
    await this.enqueue(configuration, version, rules, async (task) => {
      const problem = await this.copyObject(task);
      statuses.set(version, task.rule.destinationBucket, problem === undefined ? "COMPLETED" : "FAILED");
      return problem;
    });
  }

  async deleteMarkerWritten(configuration: ReplicationConfiguration, version: ObjectVersion): Promise<void> {
    const rules = matchingRules(configuration.rules, {
      key: version.key,
      kind: "delete marker",
      tags: {},
      isKmsEncrypted: false,
    });
    await this.enqueue(configuration, version, rules, (task) => this.copyDeleteMarker(task));
  }

  private async enqueue(
    { roleArn }: ReplicationConfiguration,
    version: ObjectVersion,
    rules: readonly ReplicationRule[],
    carryOut: (task: Task) => Promise<string | undefined>,
  ): Promise<void> {
    const { s3, delays, world, changes } = this.props;
    const sourceRegion = (await s3.regionOf(version.bucket)) ?? "";
    for (const rule of rules) {
      const destinationRegion = (await s3.regionOf(rule.destinationBucket)) ?? sourceRegion;
      const name = `replication of ${version.bucket} to ${rule.destinationBucket}`;
      const queue = this.queues.between(name, [sourceRegion, destinationRegion]);
      queue.add(delays.s3Ms, async () => {
        const problem = await carryOut({ roleArn, rule, version, destinationRegion });
        changes.mark();
        const outcome = problem === undefined ? "replicated" : "not replicated";
        const reason = problem === undefined ? "" : `: ${problem}`;
        world.note(`s3://${version.bucket}/${version.key} ${outcome} to ${rule.destinationBucket}${reason}`);
      });
    }
  }

  /** The reason why it failed, if it did. */
  private async copyObject({ roleArn, rule, version, destinationRegion }: Task): Promise<string | undefined> {
    const { s3, access, statuses } = this.props;
    const head = await s3.head(version);
    if (head === undefined) {
      return "the version is gone";
    }
    if (!(await s3.isVersioned(rule.destinationBucket))) {
      return `${rule.destinationBucket} is not there or has no versioning`;
    }
    const encrypts = replicaKey(head, rule, version.key, destinationRegion);
    const problem = await access.problem({
      roleArn,
      kind: "object",
      source: { ...version, hasTags: Object.keys(await s3.tags(version)).length > 0 },
      destinationBucket: rule.destinationBucket,
      decrypts: sourceKey(head, version, (await s3.regionOf(version.bucket)) ?? ""),
      encrypts,
    });
    if (problem !== undefined) {
      return problem;
    }
    const versionId = await s3.copy(version, {
      Bucket: rule.destinationBucket,
      // A replica has its source's kind of encryption, whatever the destination's default is.
      ...(encrypts === undefined
        ? { ServerSideEncryption: "AES256" as const }
        : {
            ServerSideEncryption: "aws:kms" as const,
            SSEKMSKeyId: encrypts.keyArn,
            BucketKeyEnabled: head.BucketKeyEnabled,
          }),
      StorageClass: rule.storageClass ?? head.StorageClass,
    });
    statuses.addReplica({ bucket: rule.destinationBucket, key: version.key, versionId });
    return undefined;
  }

  private async copyDeleteMarker({ roleArn, rule, version }: Task): Promise<string | undefined> {
    const { s3, access } = this.props;
    const problem = await access.problem({
      roleArn,
      kind: "delete marker",
      source: { ...version, hasTags: false },
      destinationBucket: rule.destinationBucket,
      decrypts: undefined,
      encrypts: undefined,
    });
    if (problem === undefined) {
      await s3.putDeleteMarker(rule.destinationBucket, version.key);
    }
    return problem;
  }
}
