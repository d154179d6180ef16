import { S3BucketLifecycleConfiguration } from "@cdktf/provider-aws/lib/s3-bucket-lifecycle-configuration/index.js";
import { S3BucketOwnershipControls } from "@cdktf/provider-aws/lib/s3-bucket-ownership-controls/index.js";
import { S3BucketPolicy } from "@cdktf/provider-aws/lib/s3-bucket-policy/index.js";
import { S3BucketPublicAccessBlock } from "@cdktf/provider-aws/lib/s3-bucket-public-access-block/index.js";
import { S3BucketServerSideEncryptionConfigurationA } from "@cdktf/provider-aws/lib/s3-bucket-server-side-encryption-configuration/index.js";
import { S3BucketVersioningA } from "@cdktf/provider-aws/lib/s3-bucket-versioning/index.js";
import { S3Bucket } from "@cdktf/provider-aws/lib/s3-bucket/index.js";
import type { ITerraformDependable } from "cdktf";
import { Construct } from "constructs";
import type { CustomerKey } from "../encryption/customer-key.ts";
import { policyDocument, type PolicyStatement } from "../encryption/key-policy.ts";

/** Longer than any upload of ours takes; parts of an abandoned one cost money and are shown nowhere. */
const ABANDONED_UPLOAD_DAYS = 7;

interface PrivateBucketProps {
  readonly bucketName: string;
  /** Encrypts the objects; without one S3's own key does (SSE-S3), the only choice for access logs (T29). */
  readonly key?: CustomerKey;
  /** Keep overwritten and deleted objects; give them an end with `expireNoncurrentAfterDays`. */
  readonly versioned?: boolean;
  readonly expireAfterDays?: number;
  /** Which objects `expireAfterDays` is about; all by default. */
  readonly expirePrefix?: string;
  readonly expireNoncurrentAfterDays?: number;
  /** What the bucket's policy admits besides the account's own IAM policies. */
  readonly admit?: (bucketArn: string) => readonly PolicyStatement[];
  /** Let Terraform delete the bucket with everything in it. */
  readonly forceDestroy?: boolean;
  /** Refuse every plan that deletes the bucket. */
  readonly preventDestroy?: boolean;
}

/** A bucket that is encrypted, closed to the public, spoken to over TLS only, and free of ACLs. */
export class PrivateBucket extends Construct {
  readonly bucketName: string;
  readonly arn: string;
  /** What must be there before anyone may write: depend on it. */
  readonly ready: readonly ITerraformDependable[];

  private readonly bucket: S3Bucket;

  constructor(scope: Construct, id: string, props: PrivateBucketProps) {
    super(scope, id);
    this.bucket = this.addBucket(props);
    this.bucketName = this.bucket.bucket;
    this.arn = this.bucket.arn;

    const ownership = this.takeOwnership();
    const encryption = this.encrypt(props.key);
    const versioning = props.versioned === true ? [this.keepVersions()] : [];
    this.expire(props, versioning);
    const closed = this.close();
    const policy = this.addPolicy(props, closed);
    this.ready = [ownership, encryption, ...versioning, policy];
  }

  private addBucket({ bucketName, forceDestroy, preventDestroy }: PrivateBucketProps): S3Bucket {
    return new S3Bucket(this, "bucket", {
      bucket: bucketName,
      forceDestroy: forceDestroy ?? false,
      tags: { Name: bucketName },
      ...(preventDestroy === true && { lifecycle: { preventDestroy } }),
    });
  }

  private takeOwnership(): S3BucketOwnershipControls {
    return new S3BucketOwnershipControls(this, "ownership", {
      bucket: this.bucket.id,
      rule: { objectOwnership: "BucketOwnerEnforced" },
    });
  }

  private encrypt(key: CustomerKey | undefined): S3BucketServerSideEncryptionConfigurationA {
    const algorithm =
      key === undefined ? { sseAlgorithm: "AES256" } : { sseAlgorithm: "aws:kms", kmsMasterKeyId: key.arn };
    return new S3BucketServerSideEncryptionConfigurationA(this, "encryption", {
      bucket: this.bucket.id,
      // A bucket key asks KMS once in a while instead of once per object.
      rule: [{ applyServerSideEncryptionByDefault: algorithm, bucketKeyEnabled: key !== undefined }],
    });
  }

  private keepVersions(): S3BucketVersioningA {
    return new S3BucketVersioningA(this, "versioning", {
      bucket: this.bucket.id,
      versioningConfiguration: { status: "Enabled" },
    });
  }

  private expire(props: PrivateBucketProps, versioning: ITerraformDependable[]): void {
    const { expireAfterDays, expirePrefix = "", expireNoncurrentAfterDays } = props;
    const everything = { status: "Enabled", filter: [{ prefix: "" }] };
    new S3BucketLifecycleConfiguration(this, "expiry", {
      bucket: this.bucket.id,
      rule: [
        {
          ...everything,
          id: "abandoned-uploads",
          abortIncompleteMultipartUpload: [{ daysAfterInitiation: ABANDONED_UPLOAD_DAYS }],
        },
        ...(expireAfterDays === undefined
          ? []
          : [
              {
                status: "Enabled",
                filter: [{ prefix: expirePrefix }],
                id: "expired",
                expiration: [{ days: expireAfterDays }],
              },
            ]),
        ...(expireNoncurrentAfterDays === undefined
          ? []
          : [
              {
                ...everything,
                id: "old-versions",
                noncurrentVersionExpiration: [{ noncurrentDays: expireNoncurrentAfterDays }],
              },
              // S3 refuses days and delete markers in one expiration.
              {
                ...everything,
                id: "delete-markers",
                expiration: [{ expiredObjectDeleteMarker: true }],
              },
            ]),
      ],
      dependsOn: versioning,
    });
  }

  private close(): S3BucketPublicAccessBlock {
    return new S3BucketPublicAccessBlock(this, "public-access-block", {
      bucket: this.bucket.id,
      blockPublicAcls: true,
      blockPublicPolicy: true,
      ignorePublicAcls: true,
      restrictPublicBuckets: true,
    });
  }

  /** The policy names the bucket literally, so that the whole of it can be read and simulated at synth. */
  private addPolicy({ bucketName, admit }: PrivateBucketProps, closed: ITerraformDependable): S3BucketPolicy {
    const arn = `arn:aws:s3:::${bucketName}`;
    const tlsOnly: PolicyStatement = {
      Sid: "TlsOnly",
      Effect: "Deny",
      Principal: "*",
      Action: "s3:*",
      Resource: [arn, `${arn}/*`],
      Condition: { Bool: { "aws:SecureTransport": "false" } },
    };
    return new S3BucketPolicy(this, "policy", {
      bucket: this.bucket.id,
      policy: policyDocument([tlsOnly, ...(admit?.(arn) ?? [])]),
      // S3 refuses two changes of one bucket's access at the same time.
      dependsOn: [closed],
    });
  }
}
