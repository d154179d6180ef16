import { Construct } from "constructs";
import type { ITerraformDependable } from "cdktf";
import type { Peer } from "../../config/spec.ts";
import type { Keys } from "../../encryption/keys.ts";
import type { Names } from "../../naming/names.ts";
import { PrivateBucket } from "../../storage/private-bucket.ts";
import { storeOf } from "./names.ts";
import { SnapshotReplication } from "./replication.ts";
import type { K3sConfig } from "./schema.ts";
import { OBJECTS } from "./user-data/objects.ts";

/** A lease leaves a version behind every minute; what somebody deleted can be brought back for so long. */
const UNDELETE_DAYS = 7;

interface StoreProps {
  readonly config: K3sConfig["snapshots"];
  readonly names: Names;
  readonly accountId: string;
  readonly region: string;
  readonly keys: Keys;
  readonly peer: Peer | undefined;
}

/** The bucket in which the nodes of a cluster meet, and in which its state outlives them. */
export class Store extends Construct {
  /** As scripts and policies name it: without a reference, so that they can be read before the apply. */
  readonly name: string;
  readonly bucketName: string;
  readonly arn: string;
  /** What must be there before a node may start: depend on it. */
  readonly ready: readonly ITerraformDependable[];

  constructor(scope: Construct, id: string, props: StoreProps) {
    super(scope, id);
    const { config, names, keys, peer } = props;
    const name = storeOf(names);
    this.name = name;
    const bucket = new PrivateBucket(this, "store", {
      bucketName: name,
      key: keys.data,
      versioned: true,
      // Tokens stay: a snapshot is worth nothing without its own.
      expireAfterDays: config.retentionDays,
      expirePrefix: OBJECTS.snapshots,
      expireNoncurrentAfterDays: UNDELETE_DAYS,
      forceDestroy: config.forceDestroy,
    });
    this.bucketName = bucket.bucketName;
    this.arn = `arn:aws:s3:::${name}`;
    this.ready = bucket.ready;
    if (config.replicated && peer !== undefined) {
      new SnapshotReplication(this, "replication", { ...props, from: this, peer });
    }
  }
}
