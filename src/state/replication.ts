import { IamRolePolicy } from "@cdktf/provider-aws/lib/iam-role-policy/index.js";
import { IamRole } from "@cdktf/provider-aws/lib/iam-role/index.js";
import { S3BucketReplicationConfigurationA } from "@cdktf/provider-aws/lib/s3-bucket-replication-configuration/index.js";
import { Construct } from "constructs";
import { policyDocument, type PolicyStatement } from "../encryption/key-policy.ts";
import type { Names } from "../naming/names.ts";
import type { StateReplicationConfig } from "./schema.ts";
import type { StateBucket } from "./state-bucket.ts";

/** S3's replication time control knows no other figure. */
const TIME_CONTROL_MINUTES = 15;

interface StateReplicationProps {
  readonly config: StateReplicationConfig;
  readonly names: Names;
  readonly from: StateBucket;
  readonly to: StateBucket;
}

/**
 * Carries new versions and delete markers from one state bucket to the other.
 *
 * What S3 replicated it does not replicate again, so that the same in the other direction makes no loop. Both exist
 * before a disaster, since the configuration of buckets is a control plane of us-east-1 (T33).
 */
export class StateReplication extends Construct {
  constructor(scope: Construct, id: string, props: StateReplicationProps) {
    super(scope, id);
    const role = this.addRole(props);
    const policy = this.allow(role, props);
    this.addRule(role, policy, props);
  }

  private addRole({ names, to }: StateReplicationProps): IamRole {
    return new IamRole(this, "role", {
      name: names.of(`state-to-${to.region}`),
      // S3 documents no source account or ARN for this call; another account would have to pass the role, and can't.
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

  private allow(role: IamRole, { from, to }: StateReplicationProps): IamRolePolicy {
    return new IamRolePolicy(this, "policy", {
      name: "replicate-state",
      role: role.id,
      policy: policyDocument([...readFrom(from), ...writeTo(to)]),
    });
  }

  private addRule(role: IamRole, policy: IamRolePolicy, { config, from, to }: StateReplicationProps): void {
    const minutes = { minutes: TIME_CONTROL_MINUTES };
    new S3BucketReplicationConfigurationA(this, "rules", {
      bucket: from.bucketName,
      role: role.arn,
      rule: [
        {
          id: "state",
          status: "Enabled",
          priority: 1,
          filter: { prefix: "" },
          // Without its marker a lock that was released would stay in the replica (T34).
          deleteMarkerReplication: { status: "Enabled" },
          sourceSelectionCriteria: { sseKmsEncryptedObjects: { status: "Enabled" } },
          destination: {
            bucket: to.bucketArn,
            encryptionConfiguration: { replicaKmsKeyId: to.keyArn },
            ...(config.timeControl && {
              replicationTime: { status: "Enabled", time: minutes },
              metrics: { status: "Enabled", eventThreshold: minutes },
            }),
          },
        },
      ],
      dependsOn: [policy, ...from.ready, ...to.ready],
    });
  }
}

function readFrom(bucket: StateBucket): PolicyStatement[] {
  return [
    {
      Sid: "ReadRules",
      Effect: "Allow",
      Action: ["s3:GetReplicationConfiguration", "s3:ListBucket"],
      Resource: bucket.bucketArn,
    },
    {
      Sid: "ReadVersions",
      Effect: "Allow",
      Action: ["s3:GetObjectVersionAcl", "s3:GetObjectVersionForReplication", "s3:GetObjectVersionTagging"],
      Resource: `${bucket.bucketArn}/*`,
    },
    useKey("Decrypt", bucket),
  ];
}

/** Neither overwriting nor deleting as such: S3 has actions of their own for what replication writes. */
function writeTo(bucket: StateBucket): PolicyStatement[] {
  return [
    {
      Sid: "WriteReplicas",
      Effect: "Allow",
      Action: ["s3:ReplicateDelete", "s3:ReplicateObject", "s3:ReplicateTags"],
      Resource: `${bucket.bucketArn}/*`,
    },
    useKey("Encrypt", bucket),
  ];
}

/** Through S3 and for objects of the bucket: their own ARN, or the bucket's with a bucket key (T32). */
function useKey(action: "Decrypt" | "Encrypt", { keyArn, bucketArn, region }: StateBucket): PolicyStatement {
  return {
    Sid: action,
    Effect: "Allow",
    Action: `kms:${action}`,
    Resource: keyArn,
    Condition: {
      StringEquals: { "kms:ViaService": `s3.${region}.amazonaws.com` },
      ArnLike: { "kms:EncryptionContext:aws:s3:arn": [bucketArn, `${bucketArn}/*`] },
    },
  };
}
