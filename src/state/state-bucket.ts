import { S3BucketLoggingA } from "@cdktf/provider-aws/lib/s3-bucket-logging/index.js";
import type { ITerraformDependable } from "cdktf";
import { Construct } from "constructs";
import { CustomerKey } from "../encryption/customer-key.ts";
import type { PolicyStatement } from "../encryption/key-policy.ts";
import type { StateLocation } from "../naming/names.ts";
import type { Project } from "../project/schema.ts";
import { PrivateBucket } from "../storage/private-bucket.ts";
import type { StateConfig } from "./schema.ts";
import { stateKeyPolicy } from "./state-key.ts";

interface StateBucketProps {
  readonly config: StateConfig;
  readonly project: Project;
  readonly location: StateLocation;
}

/** The versioned, encrypted bucket that holds Terraform's state, and the log of who touched it. */
export class StateBucket extends Construct {
  readonly bucketName: string;
  readonly bucketArn: string;
  readonly keyArn: string;
  /** The alias that backends name the key by. */
  readonly keyAlias: string;
  readonly logBucketName: string;
  readonly logBucketArn: string;
  readonly region: string;
  /** What must be there before anyone may write: depend on it. */
  readonly ready: readonly ITerraformDependable[];

  constructor(scope: Construct, id: string, { config, project, location }: StateBucketProps) {
    super(scope, id);
    const { preventDestroy } = config;
    const key = new CustomerKey(this, "encryption", {
      alias: location.keyAlias,
      description: `Terraform state of ${project.name}`,
      statements: stateKeyPolicy({ accountId: project.accountId, region: location.region }),
      preventDestroy,
    });
    const logs = new PrivateBucket(this, "logs", {
      bucketName: location.logBucket,
      expireAfterDays: config.accessLogRetentionDays,
      admit: (arn) => [onlyThisBucketLogs(arn, project, location)],
      preventDestroy,
      forceDestroy: !preventDestroy,
    });
    const store = new PrivateBucket(this, "store", {
      bucketName: location.bucket,
      key,
      versioned: true,
      expireNoncurrentAfterDays: config.noncurrentVersionExpiryDays,
      admit: (arn) => [
        ...onlyTheKeyEncrypts(arn, key.arn, aliasArn(project, location)),
        ...(preventDestroy ? [keepHistory(arn, project)] : []),
      ],
      preventDestroy,
      forceDestroy: !preventDestroy,
    });
    new S3BucketLoggingA(this, "access-log", {
      bucket: store.bucketName,
      targetBucket: logs.bucketName,
      targetPrefix: "state/",
      dependsOn: [...logs.ready],
    });
    this.bucketName = store.bucketName;
    this.bucketArn = store.arn;
    this.keyArn = key.arn;
    this.keyAlias = aliasArn(project, location);
    this.logBucketName = logs.bucketName;
    this.logBucketArn = logs.arn;
    this.region = location.region;
    this.ready = store.ready;
  }
}

const aliasArn = (project: Project, { region, keyAlias }: StateLocation): string =>
  `arn:aws:kms:${region}:${project.accountId}:${keyAlias}`;

/** S3's log delivery is the only writer, on behalf of the state bucket. */
function onlyThisBucketLogs(arn: string, project: Project, { bucket }: StateLocation): PolicyStatement {
  return {
    Sid: "StateBucketLogs",
    Effect: "Allow",
    Principal: { Service: "logging.s3.amazonaws.com" },
    Action: "s3:PutObject",
    Resource: `${arn}/state/*`,
    Condition: {
      ArnEquals: { "aws:SourceArn": `arn:aws:s3:::${bucket}` },
      StringEquals: { "aws:SourceAccount": project.accountId },
    },
  };
}

/** Versions are what is left of a state that somebody overwrote; they expire by themselves. */
function keepHistory(arn: string, { accountId, breakGlassRole }: Project): PolicyStatement {
  return {
    Sid: "OnlyBreakGlassErasesHistory",
    Effect: "Deny",
    Principal: "*",
    Action: "s3:DeleteObjectVersion",
    Resource: `${arn}/*`,
    Condition: {
      ArnNotEquals: { "aws:PrincipalArn": `arn:aws:iam::${accountId}:role/${breakGlassRole}` },
    },
  };
}

/**
 * An upload that names another encryption or another key would be stored with it. One that names none gets the bucket's
 * key. Terraform names the alias, and S3 does not document whether it compares the alias or the key behind it.
 */
function onlyTheKeyEncrypts(arn: string, keyArn: string, alias: string): PolicyStatement[] {
  const upload = { Effect: "Deny", Principal: "*", Action: "s3:PutObject", Resource: `${arn}/*` } as const;
  const algorithm = "s3:x-amz-server-side-encryption";
  const key = "s3:x-amz-server-side-encryption-aws-kms-key-id";
  return [
    {
      ...upload,
      Sid: "NoOtherEncryption",
      Condition: { Null: { [algorithm]: "false" }, StringNotEquals: { [algorithm]: "aws:kms" } },
    },
    {
      ...upload,
      Sid: "NoOtherKey",
      Condition: { Null: { [key]: "false" }, StringNotEquals: { [key]: [keyArn, alias] } },
    },
    {
      ...upload,
      Sid: "NoKeyOfTheCaller",
      Condition: { Null: { "s3:x-amz-server-side-encryption-customer-algorithm": "false" } },
    },
    {
      // With aws:kms and no key S3 takes its own, aws/s3, and not the bucket's.
      ...upload,
      Sid: "NoUnnamedKey",
      Condition: { Null: { [key]: "true" }, StringEquals: { [algorithm]: "aws:kms" } },
    },
  ];
}
