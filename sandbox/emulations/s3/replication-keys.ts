import type { HeadObjectCommandOutput } from "@aws-sdk/client-s3";
import type { ObjectVersion } from "./moto-s3.ts";
import type { KeyUse } from "./replication-access.ts";
import type { ReplicationRule } from "./replication-configuration.ts";

type Head = Pick<HeadObjectCommandOutput, "ServerSideEncryption" | "SSEKMSKeyId" | "BucketKeyEnabled">;

export const isKms = (head: Head): boolean => head.ServerSideEncryption?.startsWith("aws:kms") ?? false;

const boundTo = (head: Head, bucket: string, key: string): string =>
  head.BucketKeyEnabled === true ? `arn:aws:s3:::${bucket}` : `arn:aws:s3:::${bucket}/${key}`;

/** The key that the source must be decrypted with. Undefined for SSE-S3, and for the key that AWS manages. */
export const sourceKey = (head: Head, { bucket, key }: ObjectVersion, region: string): KeyUse | undefined =>
  isKms(head) && head.SSEKMSKeyId !== undefined
    ? { keyArn: head.SSEKMSKeyId, region, boundTo: boundTo(head, bucket, key) }
    : undefined;

/** The key that the replica gets: the rule's, for SSE-KMS objects only. */
export const replicaKey = (
  head: Head,
  rule: ReplicationRule,
  key: string,
  region: string,
): KeyUse | undefined =>
  isKms(head) && rule.replicaKeyId !== undefined
    ? { keyArn: rule.replicaKeyId, region, boundTo: boundTo(head, rule.destinationBucket, key) }
    : undefined;
