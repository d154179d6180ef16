import { IamRolePolicy } from "@cdktf/provider-aws/lib/iam-role-policy/index.js";
import { IamRole } from "@cdktf/provider-aws/lib/iam-role/index.js";
import { S3BucketReplicationConfigurationA } from "@cdktf/provider-aws/lib/s3-bucket-replication-configuration/index.js";
import { Construct } from "constructs";
import type { Peer } from "../../config/spec.ts";
import { policyDocument, type PolicyStatement } from "../../encryption/key-policy.ts";
import type { Keys } from "../../encryption/keys.ts";
import type { Names } from "../../naming/names.ts";
import { storeOf } from "./names.ts";
import type { Store } from "./store.ts";
import { OBJECTS } from "./user-data/objects.ts";

interface SnapshotReplicationProps {
  readonly names: Names;
  readonly accountId: string;
  readonly region: string;
  readonly keys: Keys;
  readonly from: Store;
  /** The environment that receives; it has a bucket and a key of the same kind. */
  readonly peer: Peer;
}

/**
 * Carries snapshots and their tokens to the other member of the pair, which does the same in return.
 *
 * Both directions exist before a disaster (T33), and S3 does not replicate what it replicated. A rule stands in the stack of
 * the bucket that it reads, so that no plan of a standby needs the primary's region.
 */
export class SnapshotReplication extends Construct {
  constructor(scope: Construct, id: string, props: SnapshotReplicationProps) {
    super(scope, id);
    const role = this.addRole(props);
    const policy = new IamRolePolicy(this, "policy", {
      name: "replicate-snapshots",
      role: role.id,
      policy: policyDocument([...readHere(props), ...writeThere(props)]),
    });
    this.addRule(role, policy, props);
  }

  private addRole({ names }: SnapshotReplicationProps): IamRole {
    return new IamRole(this, "role", {
      name: names.of("snapshots"),
      assumeRolePolicy: policyDocument([
        {
          Sid: "S3Assumes",
          Effect: "Allow",
          Principal: { Service: "s3.amazonaws.com" },
          Action: "sts:AssumeRole",
        },
      ]),
    });
  }

  private addRule(role: IamRole, policy: IamRolePolicy, { from, peer, accountId }: SnapshotReplicationProps) {
    new S3BucketReplicationConfigurationA(this, "rules", {
      bucket: from.bucketName,
      role: role.arn,
      rule: [
        {
          id: "cluster",
          status: "Enabled",
          priority: 1,
          filter: { prefix: OBJECTS.replicated },
          // A node that was taken over can't take the copies along.
          deleteMarkerReplication: { status: "Disabled" },
          sourceSelectionCriteria: { sseKmsEncryptedObjects: { status: "Enabled" } },
          destination: {
            bucket: bucketOf(peer),
            encryptionConfiguration: {
              replicaKmsKeyId: `arn:aws:kms:${peer.region}:${accountId}:${keyAliasOf(peer)}`,
            },
          },
        },
      ],
      dependsOn: [policy, ...from.ready],
    });
  }
}

const bucketOf = ({ names }: Peer): string => `arn:aws:s3:::${storeOf(names)}`;
const keyAliasOf = ({ names }: Peer): string => `alias/${names.of("data")}`;

function readHere({ from, keys, region }: SnapshotReplicationProps): PolicyStatement[] {
  return [
    {
      Sid: "ReadRules",
      Effect: "Allow",
      Action: ["s3:GetReplicationConfiguration", "s3:ListBucket"],
      Resource: from.arn,
    },
    {
      Sid: "ReadVersions",
      Effect: "Allow",
      Action: ["s3:GetObjectVersionAcl", "s3:GetObjectVersionForReplication", "s3:GetObjectVersionTagging"],
      Resource: `${from.arn}/${OBJECTS.replicated}*`,
    },
    useKey("Decrypt", keys.data.arn, from.arn, region),
  ];
}

/** The key of another stack is known by its alias alone. */
function writeThere({ peer, accountId }: SnapshotReplicationProps): PolicyStatement[] {
  const use = useKey("Encrypt", `arn:aws:kms:${peer.region}:${accountId}:key/*`, bucketOf(peer), peer.region);
  return [
    {
      Sid: "WriteReplicas",
      Effect: "Allow",
      Action: ["s3:ReplicateObject", "s3:ReplicateTags"],
      Resource: `${bucketOf(peer)}/${OBJECTS.replicated}*`,
    },
    {
      ...use,
      Condition: {
        ...use.Condition,
        "ForAnyValue:StringEquals": { "kms:ResourceAliases": keyAliasOf(peer) },
      },
    },
  ];
}

/** Through S3 and for objects of the bucket: their own ARN, or the bucket's with a bucket key (T32). */
function useKey(
  action: "Decrypt" | "Encrypt",
  key: string,
  bucketArn: string,
  region: string,
): PolicyStatement {
  return {
    Sid: action,
    Effect: "Allow",
    Action: `kms:${action}`,
    Resource: key,
    Condition: {
      StringEquals: { "kms:ViaService": `s3.${region}.amazonaws.com` },
      ArnLike: { "kms:EncryptionContext:aws:s3:arn": [bucketArn, `${bucketArn}/*`] },
    },
  };
}
