import { BackupClient, ListBackupVaultsCommand } from "@aws-sdk/client-backup";
import { DescribeVpcsCommand, EC2Client } from "@aws-sdk/client-ec2";
import { IAMClient, ListRolesCommand } from "@aws-sdk/client-iam";
import { DescribeDBInstancesCommand, RDSClient } from "@aws-sdk/client-rds";
import { Route53Client, ListHostedZonesCommand } from "@aws-sdk/client-route-53";
import { GetObjectCommand, HeadBucketCommand, PutBucketTaggingCommand, S3Client } from "@aws-sdk/client-s3";
import { ListQueuesCommand, SQSClient } from "@aws-sdk/client-sqs";
import { GetCallerIdentityCommand, STSClient } from "@aws-sdk/client-sts";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { startGateway, type TestGateway } from "./gateway.ts";

let sandbox: TestGateway;
beforeAll(async () => {
  sandbox = await startGateway((request, response) => {
    request.resume();
    request.on("end", () => {
      // The one bucket lives in eu-west-1, whoever asks.
      response.writeHead(200, { "x-amz-bucket-region": "eu-west-1", "content-type": "text/xml" });
      response.end();
    });
  });
});
afterAll(() => sandbox.close());
beforeEach(async () => {
  await sandbox.control.clearFaults();
  await sandbox.control.clearCalls();
});

const head = (region: string) =>
  new S3Client(sandbox.client(region)).send(new HeadBucketCommand({ Bucket: "state" }));
const vaults = (region: string) =>
  new BackupClient(sandbox.client(region)).send(new ListBackupVaultsCommand({}));
const reset = { code: "ECONNRESET" };

describe("a region that is down", () => {
  it("resets its connections and leaves the others alone", async () => {
    await sandbox.control.setFaults({ regionsDown: ["eu-west-1"] });
    await expect(vaults("eu-west-1")).rejects.toMatchObject(reset);
    const [call] = await sandbox.control.calls({ region: "eu-west-1" });
    expect(call).toMatchObject({ by: "fault", fault: "eu-west-1 is down" });
    expect(call).not.toHaveProperty("status");
    await vaults("eu-central-1").catch(() => undefined);
    const [other] = await sandbox.control.calls({ region: "eu-central-1" });
    expect(other).toMatchObject({ by: "moto", status: 200 });
  });

  it("takes its buckets with it, even for a caller in another region", async () => {
    await expect(head("eu-central-1")).resolves.toBeDefined();
    await sandbox.control.setFaults({ regionsDown: ["eu-west-1"] });
    await expect(head("eu-central-1")).rejects.toMatchObject(reset);
  });

  it("takes the global control planes with it when it is us-east-1", async () => {
    await sandbox.control.setFaults({ regionsDown: ["us-east-1"] });
    const iam = new IAMClient(sandbox.client("eu-central-1"));
    await expect(iam.send(new ListRolesCommand({}))).rejects.toMatchObject(reset);
    await expect(head("eu-central-1")).resolves.toBeDefined();
  });
});

describe("global control planes that are down (T36)", () => {
  beforeEach(() => sandbox.control.setFaults({ globalControlPlanesDown: true }));

  it("refuses IAM, Route 53, the global STS endpoint and changes of bucket configuration", async () => {
    const settings = sandbox.client("us-east-1");
    const change = new PutBucketTaggingCommand({ Bucket: "state", Tagging: { TagSet: [] } });
    await expect(new IAMClient(settings).send(new ListRolesCommand({}))).rejects.toMatchObject(reset);
    await expect(new Route53Client(settings).send(new ListHostedZonesCommand({}))).rejects.toMatchObject(
      reset,
    );
    await expect(new STSClient(settings).send(new GetCallerIdentityCommand({}))).rejects.toMatchObject(reset);
    await expect(new S3Client(sandbox.client("eu-west-1")).send(change)).rejects.toMatchObject(reset);
  });

  it("leaves objects and regional endpoints alone, STS's among them", async () => {
    const object = new GetObjectCommand({ Bucket: "state", Key: "k" });
    await expect(new S3Client(sandbox.client("eu-west-1")).send(object)).resolves.toBeDefined();
    await new STSClient(sandbox.client("eu-west-1"))
      .send(new GetCallerIdentityCommand({}))
      .catch(() => undefined);
    expect(await sandbox.control.calls({ service: "sts" })).toMatchObject([{ status: 200, by: "moto" }]);
  });
});

describe("throttling is understood by each protocol's parser", () => {
  const cases = [
    [
      "query",
      "rds",
      "Throttling",
      () => new RDSClient(sandbox.client("eu-west-1")).send(new DescribeDBInstancesCommand({})),
    ],
    [
      "ec2",
      "ec2",
      "RequestLimitExceeded",
      () => new EC2Client(sandbox.client("eu-west-1")).send(new DescribeVpcsCommand({})),
    ],
    [
      "json",
      "sqs",
      "ThrottlingException",
      () => new SQSClient(sandbox.client("eu-west-1")).send(new ListQueuesCommand({})),
    ],
    ["rest-json", "backup", "ThrottlingException", () => vaults("eu-west-1")],
    [
      "s3",
      "s3",
      "SlowDown",
      () => new S3Client(sandbox.client("eu-west-1")).send(new GetObjectCommand({ Bucket: "b", Key: "k" })),
    ],
    [
      "rest-xml",
      "route53",
      "Throttling",
      () => new Route53Client(sandbox.client("eu-west-1")).send(new ListHostedZonesCommand({})),
    ],
  ] as const;
  it.each(cases)("%s", async (_protocol, service, name, send) => {
    await sandbox.control.setFaults({ throttled: [{ service }] });
    await expect(send()).rejects.toMatchObject({ name });
  });

  it("is retried by the SDK until it ends", async () => {
    await sandbox.control.setFaults({
      failing: [{ service: "sqs", action: "ListQueues", times: 2, code: "ThrottlingException", status: 400 }],
    });
    const client = new SQSClient({ ...sandbox.client("eu-west-1"), maxAttempts: 5 });
    await client.send(new ListQueuesCommand({})).catch(() => undefined);
    const calls = await sandbox.control.calls({ service: "sqs" });
    expect(calls.map(({ status }) => status)).toEqual([400, 400, 200]);
    expect((await sandbox.control.faults()).failing).toEqual([]);
  });
});

describe("other faults", () => {
  it("fails an action as often as it was told, in the given region only", async () => {
    await sandbox.control.setFaults({
      failing: [{ service: "rds", region: "eu-west-1", times: 1, code: "DBInstanceNotFound", status: 404 }],
    });
    const describeIn = (region: string) =>
      new RDSClient(sandbox.client(region)).send(new DescribeDBInstancesCommand({}));
    await describeIn("eu-central-1").catch(() => undefined);
    await expect(describeIn("eu-west-1")).rejects.toMatchObject({ name: "DBInstanceNotFoundFault" });
    await describeIn("eu-west-1").catch(() => undefined);
    const statuses = (await sandbox.control.calls({ service: "rds" })).map(({ status }) => status);
    expect(statuses).toEqual([200, 404, 200]);
  });

  it("slows a service down", async () => {
    await sandbox.control.setFaults({ slow: [{ service: "s3", delayMs: 300 }] });
    await head("eu-west-1");
    const [call] = await sandbox.control.calls({ service: "s3" });
    expect(call?.durationMs).toBeGreaterThanOrEqual(299);
    expect(call?.fault).toBe("slow by 300 ms");
  });

  it("refuses a description that it does not understand, and keeps the faults before", async () => {
    await sandbox.control.setFaults({ regionsDown: ["eu-west-1"] });
    const response = await fetch(`${sandbox.url}/_sandbox/faults`, {
      method: "PUT",
      body: JSON.stringify({ regionsDown: ["everywhere"], slwo: 1 }),
    });
    expect(response.status).toBe(400);
    expect(await response.json()).toEqual({
      message: 'regionsDown.0: expected a region such as eu-west-1; Unrecognized key: "slwo"',
    });
    expect((await sandbox.control.faults()).regionsDown).toEqual(["eu-west-1"]);
  });
});
