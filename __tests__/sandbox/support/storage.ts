import { CreateRoleCommand, IAMClient, PutRolePolicyCommand } from "@aws-sdk/client-iam";
import { CreateKeyCommand, KMSClient } from "@aws-sdk/client-kms";
import {
  CreateBucketCommand,
  HeadObjectCommand,
  PutBucketReplicationCommand,
  PutBucketVersioningCommand,
  S3Client,
  type HeadObjectCommandOutput,
  type ReplicationRule,
} from "@aws-sdk/client-s3";
import type { EmulationFactory } from "../../../sandbox/gateway/emulation.ts";
import { storageAndTraffic } from "../../../sandbox/emulations/storage-and-traffic.ts";
import { startSandbox, type Sandbox } from "../../../sandbox/start.ts";
import { probe } from "../support.ts";

const capabilities = await probe();

/** Whether this machine has what the sandbox needs. */
export const isReady = capabilities.isReady;

export const PRIMARY = "eu-west-1";
export const STANDBY = "eu-central-1";
export const SECOND_MS = 1000;
export const MINUTE_MS = 60_000;

type Region = typeof PRIMARY | typeof STANDBY;

interface RoleOptions {
  readonly source: string;
  readonly destination: string;
  /** Keys to decrypt with and to encrypt with. */
  readonly keys?: readonly [decrypt: string, encrypt: string];
  readonly withholds?: string;
}

/** A running sandbox with what the tests of storage and traffic need of it. */
export class Storage {
  readonly sandbox: Sandbox;

  private constructor(sandbox: Sandbox) {
    this.sandbox = sandbox;
  }

  static async start(
    emulations: readonly EmulationFactory[] = [storageAndTraffic],
    account?: string,
  ): Promise<Storage> {
    const options = { capabilities, emulations, onNote: () => undefined };
    return new Storage(await startSandbox(account === undefined ? options : { ...options, account }));
  }

  settings(region: string) {
    return {
      region,
      endpoint: this.sandbox.url,
      credentials: { accessKeyId: "test", secretAccessKey: "test" },
      maxAttempts: 1,
    };
  }

  s3(region: string): S3Client {
    return new S3Client({ ...this.settings(region), forcePathStyle: true });
  }

  async createBucket(region: Region, Bucket: string, versioned = true): Promise<void> {
    await this.s3(region).send(
      new CreateBucketCommand({
        Bucket,
        CreateBucketConfiguration: { LocationConstraint: region },
      }),
    );
    if (versioned) {
      await this.s3(region).send(
        new PutBucketVersioningCommand({ Bucket, VersioningConfiguration: { Status: "Enabled" } }),
      );
    }
  }

  async createKey(region: string): Promise<string> {
    const { KeyMetadata } = await new KMSClient(this.settings(region)).send(new CreateKeyCommand({}));
    return KeyMetadata?.Arn ?? "";
  }

  /** A role with just the rights that replication takes. */
  async createRole(RoleName: string, options: RoleOptions): Promise<string> {
    const iam = new IAMClient(this.settings("us-east-1"));
    const { Role } = await iam.send(
      new CreateRoleCommand({
        RoleName,
        AssumeRolePolicyDocument: policy([
          { Principal: { Service: "s3.amazonaws.com" }, Action: "sts:AssumeRole" },
        ]),
      }),
    );
    const [decrypt = "*", encrypt = "*"] = options.keys ?? [];
    const statements = [
      { Action: "s3:GetObjectVersionForReplication", Resource: `arn:aws:s3:::${options.source}/*` },
      { Action: "s3:GetObjectVersionTagging", Resource: `arn:aws:s3:::${options.source}/*` },
      { Action: "s3:ReplicateObject", Resource: `arn:aws:s3:::${options.destination}/*` },
      { Action: "s3:ReplicateDelete", Resource: `arn:aws:s3:::${options.destination}/*` },
      { Action: "s3:ReplicateTags", Resource: `arn:aws:s3:::${options.destination}/*` },
      { Action: "kms:Decrypt", Resource: decrypt },
      { Action: "kms:Encrypt", Resource: encrypt },
    ];
    await iam.send(
      new PutRolePolicyCommand({
        RoleName,
        PolicyName: "replicate",
        PolicyDocument: policy(statements.filter(({ Action }) => Action !== options.withholds)),
      }),
    );
    return Role?.Arn ?? "";
  }

  async replicate(region: string, Bucket: string, Role: string, Rules: ReplicationRule[]): Promise<void> {
    await this.s3(region).send(
      new PutBucketReplicationCommand({ Bucket, ReplicationConfiguration: { Role, Rules } }),
    );
  }

  /** Undefined when there is no such object. */
  head(
    region: string,
    Bucket: string,
    Key: string,
    VersionId?: string,
  ): Promise<HeadObjectCommandOutput | undefined> {
    return this.s3(region)
      .send(new HeadObjectCommand({ Bucket, Key, VersionId }))
      .catch(() => undefined);
  }
}

/** A rule that takes everything. */
export const rule = (destination: string, changes: Partial<ReplicationRule> = {}): ReplicationRule => ({
  ID: "all",
  Status: "Enabled",
  Priority: 1,
  Filter: { Prefix: "" },
  DeleteMarkerReplication: { Status: "Enabled" },
  Destination: { Bucket: `arn:aws:s3:::${destination}` },
  ...changes,
});

export const policy = (statements: readonly object[]): string =>
  JSON.stringify({
    Version: "2012-10-17",
    Statement: statements.map((statement) => ({ Effect: "Allow", ...statement })),
  });
