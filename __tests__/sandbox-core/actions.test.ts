import * as backup from "@aws-sdk/client-backup";
import { DescribeInstancesCommand, EC2Client } from "@aws-sdk/client-ec2";
import { IAMClient, ListRolesCommand } from "@aws-sdk/client-iam";
import { DescribeDBInstancesCommand, RDSClient } from "@aws-sdk/client-rds";
import * as route53 from "@aws-sdk/client-route-53";
import * as s3 from "@aws-sdk/client-s3";
import { ListQueueTagsCommand, SQSClient } from "@aws-sdk/client-sqs";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { silent, startGateway, type TestGateway } from "./gateway.ts";

let sandbox: TestGateway;
beforeAll(async () => {
  sandbox = await startGateway(silent);
});
afterAll(() => sandbox.close());
beforeEach(() => sandbox.control.clearCalls());

/** The reply is empty, which most operations cannot be parsed from: only the request matters here. */
async function seen(sending: Promise<unknown>) {
  await sending.catch(() => undefined);
  const [call] = await sandbox.control.calls();
  return call;
}

describe("requests of the SDK are recognized as the operation that the SDK meant", () => {
  const Bucket = "some-bucket";
  const Key = "a folder/key+1";
  const UploadId = "1";
  const s3Calls: Record<string, (client: s3.S3Client) => Promise<unknown>> = {
    ListBuckets: (client) => client.send(new s3.ListBucketsCommand({})),
    CreateBucket: (client) => client.send(new s3.CreateBucketCommand({ Bucket })),
    HeadBucket: (client) => client.send(new s3.HeadBucketCommand({ Bucket })),
    DeleteBucket: (client) => client.send(new s3.DeleteBucketCommand({ Bucket })),
    ListObjectsV2: (client) => client.send(new s3.ListObjectsV2Command({ Bucket })),
    ListObjectVersions: (client) => client.send(new s3.ListObjectVersionsCommand({ Bucket })),
    PutBucketPolicy: (client) => client.send(new s3.PutBucketPolicyCommand({ Bucket, Policy: "{}" })),
    GetPublicAccessBlock: (client) => client.send(new s3.GetPublicAccessBlockCommand({ Bucket })),
    DeleteBucketLifecycle: (client) => client.send(new s3.DeleteBucketLifecycleCommand({ Bucket })),
    GetBucketLifecycleConfiguration: (client) =>
      client.send(new s3.GetBucketLifecycleConfigurationCommand({ Bucket })),
    PutBucketReplication: (client) =>
      client.send(
        new s3.PutBucketReplicationCommand({ Bucket, ReplicationConfiguration: { Role: "r", Rules: [] } }),
      ),
    DeleteObjects: (client) =>
      client.send(new s3.DeleteObjectsCommand({ Bucket, Delete: { Objects: [{ Key }] } })),
    PutObject: (client) => client.send(new s3.PutObjectCommand({ Bucket, Key, Body: "text" })),
    GetObject: (client) => client.send(new s3.GetObjectCommand({ Bucket, Key })),
    HeadObject: (client) => client.send(new s3.HeadObjectCommand({ Bucket, Key })),
    CopyObject: (client) => client.send(new s3.CopyObjectCommand({ Bucket, Key, CopySource: "other/key" })),
    DeleteObject: (client) => client.send(new s3.DeleteObjectCommand({ Bucket, Key, VersionId: "1" })),
    GetObjectTagging: (client) => client.send(new s3.GetObjectTaggingCommand({ Bucket, Key })),
    CreateMultipartUpload: (client) => client.send(new s3.CreateMultipartUploadCommand({ Bucket, Key })),
    UploadPart: (client) =>
      client.send(new s3.UploadPartCommand({ Bucket, Key, UploadId, PartNumber: 1, Body: "text" })),
    CompleteMultipartUpload: (client) =>
      client.send(new s3.CompleteMultipartUploadCommand({ Bucket, Key, UploadId })),
    AbortMultipartUpload: (client) =>
      client.send(new s3.AbortMultipartUploadCommand({ Bucket, Key, UploadId })),
  };

  it.each(Object.entries(s3Calls))("s3 %s", async (action, send) => {
    const call = await seen(send(new s3.S3Client(sandbox.client("eu-west-1"))));
    expect(call).toMatchObject({ service: "s3", region: "eu-west-1", action });
  });

  it("takes keys apart as they were meant, whatever characters they have", async () => {
    const client = new s3.S3Client(sandbox.client("eu-west-1"));
    const call = await seen(client.send(new s3.GetObjectCommand({ Bucket, Key: "a b/ü?#%41" })));
    expect(call?.resource).toBe("some-bucket/a b/ü?#%41");
  });

  const BackupVaultName = "vault";
  const RecoveryPointArn = "arn:aws:backup:eu-west-1:123456789012:recovery-point:1/2";
  const backupCalls: Record<string, (client: backup.BackupClient) => Promise<unknown>> = {
    DescribeBackupVault: (client) => client.send(new backup.DescribeBackupVaultCommand({ BackupVaultName })),
    GetBackupVaultAccessPolicy: (client) =>
      client.send(new backup.GetBackupVaultAccessPolicyCommand({ BackupVaultName })),
    PutBackupVaultLockConfiguration: (client) =>
      client.send(new backup.PutBackupVaultLockConfigurationCommand({ BackupVaultName })),
    ListRecoveryPointsByBackupVault: (client) =>
      client.send(new backup.ListRecoveryPointsByBackupVaultCommand({ BackupVaultName })),
    DescribeRecoveryPoint: (client) =>
      client.send(new backup.DescribeRecoveryPointCommand({ BackupVaultName, RecoveryPointArn })),
    GetRecoveryPointRestoreMetadata: (client) =>
      client.send(new backup.GetRecoveryPointRestoreMetadataCommand({ BackupVaultName, RecoveryPointArn })),
    ListRecoveryPointsByResource: (client) =>
      client.send(new backup.ListRecoveryPointsByResourceCommand({ ResourceArn: RecoveryPointArn })),
    CreateBackupSelection: (client) =>
      client.send(new backup.CreateBackupSelectionCommand({ BackupPlanId: "p", BackupSelection: undefined })),
    ListCopyJobs: (client) => client.send(new backup.ListCopyJobsCommand({ ByState: "FAILED" })),
    DescribeRestoreJob: (client) => client.send(new backup.DescribeRestoreJobCommand({ RestoreJobId: "r" })),
    GetRestoreTestingSelection: (client) =>
      client.send(
        new backup.GetRestoreTestingSelectionCommand({
          RestoreTestingPlanName: "p",
          RestoreTestingSelectionName: "s",
        }),
      ),
    ListTags: (client) => client.send(new backup.ListTagsCommand({ ResourceArn: RecoveryPointArn })),
  };

  it.each(Object.entries(backupCalls))("backup %s", async (action, send) => {
    const call = await seen(send(new backup.BackupClient(sandbox.client("eu-central-1"))));
    expect(call).toMatchObject({ service: "backup", region: "eu-central-1", action });
  });

  it("names the vault and the recovery point that a call is about", async () => {
    const client = new backup.BackupClient(sandbox.client("eu-central-1"));
    const call = await seen(
      client.send(new backup.DescribeRecoveryPointCommand({ BackupVaultName, RecoveryPointArn })),
    );
    expect(call?.resource).toBe(`vault/${RecoveryPointArn}`);
  });

  it("knows Query, EC2 and JSON calls by their action and what they are about", async () => {
    await seen(
      new RDSClient(sandbox.client("eu-west-1")).send(
        new DescribeDBInstancesCommand({ DBInstanceIdentifier: "shop-prod" }),
      ),
    );
    await seen(new EC2Client(sandbox.client("eu-north-1")).send(new DescribeInstancesCommand({})));
    await seen(
      new SQSClient(sandbox.client("eu-west-1")).send(
        new ListQueueTagsCommand({ QueueUrl: `${sandbox.url}/123456789012/orders` }),
      ),
    );
    const calls = await sandbox.control.calls();
    expect(calls.map(({ service, region, action, resource }) => [service, region, action, resource])).toEqual(
      [
        ["rds", "eu-west-1", "DescribeDBInstances", "shop-prod"],
        ["ec2", "eu-north-1", "DescribeInstances", undefined],
        ["sqs", "eu-west-1", "ListQueueTags", `${sandbox.url}/123456789012/orders`],
      ],
    );
  });

  it("counts global services to the region that hosts them, whatever region signed", async () => {
    await seen(new IAMClient(sandbox.client("eu-west-1")).send(new ListRolesCommand({})));
    await seen(
      new route53.Route53Client(sandbox.client("eu-west-1")).send(
        new route53.GetHealthCheckStatusCommand({ HealthCheckId: "h" }),
      ),
    );
    const calls = await sandbox.control.calls({ region: "us-east-1" });
    expect(calls.map(({ action }) => action)).toEqual(["ListRoles", "GetHealthCheckStatus"]);
  });

  it("reads the scope of a presigned URL", async () => {
    const credential = encodeURIComponent("key/20260101/ap-south-1/s3/aws4_request");
    const call = await seen(fetch(`${sandbox.url}/some-bucket/key?X-Amz-Credential=${credential}`));
    expect(call).toMatchObject({ region: "ap-south-1", service: "s3", action: "GetObject" });
  });
});
