import { createHash } from "node:crypto";
import { Readable } from "node:stream";
import { CreateQueueCommand, ListQueuesCommand, SQSClient } from "@aws-sdk/client-sqs";
import { CreateBucketCommand, GetObjectCommand, PutObjectCommand, S3Client } from "@aws-sdk/client-s3";
import { GetCallerIdentityCommand, STSClient } from "@aws-sdk/client-sts";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { SANDBOX_CREDENTIALS } from "../../sandbox/gateway/moto-port.ts";
import { startSandbox, type Sandbox } from "../../sandbox/start.ts";
import { probe } from "./support.ts";

const capabilities = await probe();
const MIB = 2 ** 20;

describe.skipIf(!capabilities.isReady)("moto behind the gateway", () => {
  let sandbox: Sandbox;
  beforeAll(async () => {
    sandbox = await startSandbox({ capabilities, account: "111122223333" });
  });
  afterAll(() => sandbox?.stop());

  const settings = (region: string) => ({ endpoint: sandbox.url, region, credentials: SANDBOX_CREDENTIALS });

  it("is the account that was asked for", async () => {
    const identity = await new STSClient(settings("eu-west-1")).send(new GetCallerIdentityCommand({}));
    expect(identity.Account).toBe("111122223333");
  });

  it("keeps regions apart, and forgets on reset", async () => {
    const queuesIn = async (region: string) =>
      (await new SQSClient(settings(region)).send(new ListQueuesCommand({}))).QueueUrls ?? [];
    await new SQSClient(settings("eu-west-1")).send(new CreateQueueCommand({ QueueName: "orders" }));
    expect(await queuesIn("eu-west-1")).toEqual([`${sandbox.url}/111122223333/orders`]);
    expect(await queuesIn("eu-central-1")).toEqual([]);
    await sandbox.client.reset();
    expect(await queuesIn("eu-west-1")).toEqual([]);
  });

  it("stores and returns an object of 128 MB that the gateway never holds", async () => {
    const client = new S3Client(settings("us-east-1"));
    await client.send(new CreateBucketCommand({ Bucket: "large" }));
    const sent = createHash("sha256");
    let highest = 0;
    const watch = () => {
      const { heapUsed, external } = process.memoryUsage();
      highest = Math.max(highest, heapUsed + external);
    };
    watch();
    const before = highest;
    const body = Readable.from(
      (function* () {
        for (let part = 0; part < 128; part += 1) {
          const chunk = Buffer.alloc(MIB, part);
          sent.update(chunk);
          watch();
          yield chunk;
        }
      })(),
    );
    const target = { Bucket: "large", Key: "object" };
    await client.send(new PutObjectCommand({ ...target, Body: body, ContentLength: 128 * MIB }));
    const received = createHash("sha256");
    const { Body } = await client.send(new GetObjectCommand(target));
    if (!(Body instanceof Readable)) {
      throw new TypeError("expected a stream");
    }
    for await (const chunk of Body) {
      received.update(Buffer.from(chunk));
      watch();
    }
    expect(received.digest("hex")).toBe(sent.digest("hex"));
    expect(highest - before).toBeLessThan(96 * MIB);
  });
});
