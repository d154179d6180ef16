import {
  DeleteObjectCommand,
  PutBucketPolicyCommand,
  PutObjectCommand,
  PutPublicAccessBlockCommand,
} from "@aws-sdk/client-s3";
import { UpdateHealthCheckCommand } from "@aws-sdk/client-route-53";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { z } from "zod";
import { Dns } from "../support/dns.ts";
import { MINUTE_MS, policy, PRIMARY, SECOND_MS, STANDBY, Storage, isReady } from "../support/storage.ts";

const BUCKET = "shop-switch";
const KEY = "serve-from-standby";
const FQDN = `${BUCKET}.s3.${STANDBY}.amazonaws.com`;
const OK = "Success: HTTP Status Code 200, OK";
const FORBIDDEN = "Failure: HTTP Status Code 403, Forbidden";

let storage: Storage;
let dns: Dns;
beforeAll(async () => {
  storage = await Storage.start();
});
afterAll(() => storage.sandbox.stop());
beforeEach(async () => {
  await storage.sandbox.client.reset();
  dns = new Dns(storage);
  await storage.createBucket(STANDBY, BUCKET);
  await storage.s3(STANDBY).send(
    new PutPublicAccessBlockCommand({
      Bucket: BUCKET,
      PublicAccessBlockConfiguration: {
        BlockPublicAcls: true,
        BlockPublicPolicy: true,
        IgnorePublicAcls: true,
        RestrictPublicBuckets: true,
      },
    }),
  );
});

const rangesSchema = z.object({
  prefixes: z.array(z.object({ ip_prefix: z.string(), region: z.string(), service: z.string() })),
});
type Range = z.output<typeof rangesSchema>["prefixes"][number];

async function checkerRanges(): Promise<Range[]> {
  const response = await fetch(storage.sandbox.variables["TF_VAR_ip_ranges_url"] ?? "");
  const { prefixes } = rangesSchema.parse(await response.json());
  return prefixes.filter(({ service }) => service === "ROUTE53_HEALTHCHECKS");
}

async function admit(ranges: readonly string[], more: object = {}): Promise<void> {
  const statement = {
    Principal: "*",
    Action: "s3:GetObject",
    Resource: `arn:aws:s3:::${BUCKET}/${KEY}`,
    Condition: { IpAddress: { "aws:SourceIp": ranges } },
    ...more,
  };
  const insecure = {
    Effect: "Deny",
    Principal: "*",
    Action: "s3:*",
    Resource: [`arn:aws:s3:::${BUCKET}`, `arn:aws:s3:::${BUCKET}/*`],
    Condition: { Bool: { "aws:SecureTransport": "false" } },
  };
  await storage
    .s3(STANDBY)
    .send(new PutBucketPolicyCommand({ Bucket: BUCKET, Policy: policy([statement, insecure]) }));
}

const admitCheckers = async () => admit((await checkerRanges()).map(({ ip_prefix: range }) => range));
const putSwitch = (more: object = {}) =>
  storage.s3(STANDBY).send(new PutObjectCommand({ Bucket: BUCKET, Key: KEY, Body: "on", ...more }));
const removeSwitch = () => storage.s3(STANDBY).send(new DeleteObjectCommand({ Bucket: BUCKET, Key: KEY }));
const elapse = (ms = 2 * MINUTE_MS) => storage.sandbox.client.advance(ms);
const createCheck = (more: object = {}) =>
  dns.createCheck({ FullyQualifiedDomainName: FQDN, ResourcePath: `/${KEY}`, Port: 443, ...more });

describe.skipIf(!isReady)("a health check of an object", () => {
  it("is healthy while the object can be read, after as many checks in a row as the threshold says", async () => {
    await admitCheckers();
    const check = await createCheck();
    expect(await dns.isHealthy(check)).toBe(true);
    expect(await dns.observations(check)).toEqual([]);
    await elapse(65 * SECOND_MS);
    expect(await dns.seen(check)).toEqual([FORBIDDEN]);
    expect(await dns.isHealthy(check)).toBe(true);
    await elapse(30 * SECOND_MS);
    expect(await dns.isHealthy(check)).toBe(false);
    await putSwitch();
    await elapse(65 * SECOND_MS);
    expect(await dns.isHealthy(check)).toBe(false);
    await elapse(30 * SECOND_MS);
    expect(await dns.isHealthy(check)).toBe(true);
    expect(await dns.seen(check)).toEqual([OK]);
    expect(await dns.lastFailures(check)).toEqual([FORBIDDEN]);
  });

  it("turns the verdict around when it is inverted, from the first moment (T39)", async () => {
    await admitCheckers();
    const check = await createCheck({ Inverted: true });
    expect(await dns.isHealthy(check)).toBe(false);
    await elapse();
    expect(await dns.isHealthy(check)).toBe(true);
    await putSwitch();
    await elapse();
    expect(await dns.isHealthy(check)).toBe(false);
    expect(await dns.seen(check)).toEqual([OK]);
    await removeSwitch();
    await elapse();
    expect(await dns.isHealthy(check)).toBe(true);
  });

  it("reports each checker from the published ranges, and only the chosen regions", async () => {
    await admitCheckers();
    await putSwitch();
    const everywhere = await createCheck();
    const chosen = await createCheck({ Regions: ["eu-west-1", "us-east-1", "us-west-2"] });
    await elapse();
    const regionsOf = async (id: string) =>
      [...new Set((await dns.observations(id)).map(({ Region: region }) => String(region)))].toSorted();
    expect(await regionsOf(everywhere)).toHaveLength(8);
    expect(await regionsOf(chosen)).toEqual(["eu-west-1", "us-east-1", "us-west-2"]);
  });

  it("asks as the world does: by the policy, over TLS, and not for SSE-KMS", async () => {
    const check = await createCheck();
    const plain = await createCheck({ Type: "HTTP", Port: 80 });
    await putSwitch();
    await elapse();
    expect(await dns.seen(check)).toEqual([FORBIDDEN]);
    await admit(["203.0.113.0/24"]);
    await elapse();
    expect(await dns.seen(check)).toEqual([FORBIDDEN]);
    await admitCheckers();
    await elapse();
    expect(await dns.seen(check)).toEqual([OK]);
    expect(await dns.seen(plain)).toEqual([FORBIDDEN]);
    await putSwitch({ ServerSideEncryption: "aws:kms", SSEKMSKeyId: await storage.createKey(STANDBY) });
    await elapse();
    expect(await dns.seen(check)).toEqual(["Failure: HTTP Status Code 400, Bad Request"]);
  });

  it("is refused by a bucket that restricts public policies, when its policy is public", async () => {
    await putSwitch();
    await admit([], { Condition: undefined });
    const check = await createCheck();
    await elapse();
    expect(await dns.seen(check)).toEqual([FORBIDDEN]);
  });

  it("needs more than 18 % of the checkers", async () => {
    await putSwitch();
    const ranges = await checkerRanges();
    const inRegion = (region: string) =>
      ranges.filter((range) => range.region === region).map(({ ip_prefix: range }) => range);
    await admit(inRegion("eu-west-1"));
    const check = await createCheck();
    await elapse();
    expect(await dns.seen(check)).toEqual([FORBIDDEN, OK]);
    expect(await dns.isHealthy(check)).toBe(false);
    await admit([...inRegion("eu-west-1"), ...inRegion("us-east-1"), ...inRegion("us-west-2")]);
    await elapse();
    expect(await dns.isHealthy(check)).toBe(true);
  });

  it("fails with its region, and depends on no other", async () => {
    await admitCheckers();
    await putSwitch();
    const check = await createCheck();
    await storage.sandbox.client.setFaults({ regionsDown: [PRIMARY, "us-east-1"] });
    await elapse();
    await storage.sandbox.client.clearFaults();
    expect(await dns.seen(check)).toEqual([OK]);
    await storage.sandbox.client.setFaults({ regionsDown: [STANDBY] });
    await elapse();
    expect(await dns.isHealthy(check)).toBe(false);
    expect(await dns.seen(check)).toEqual(["Failure: The connection timed out"]);
  });

  it("counts as healthy when it is disabled, and as unhealthy when it is inverted as well", async () => {
    const check = await createCheck();
    await elapse();
    expect(await dns.isHealthy(check)).toBe(false);
    const update = async (change: object) => {
      await dns.route53.send(new UpdateHealthCheckCommand({ HealthCheckId: check, ...change }));
      // The metric of the last minute still has the verdict before.
      await elapse();
    };
    await update({ Disabled: true });
    expect(await dns.isHealthy(check)).toBe(true);
    await update({ Inverted: true });
    expect(await dns.isHealthy(check)).toBe(false);
  });

  it("can be made of other checks", async () => {
    const failing = await createCheck();
    const inverted = await createCheck({ Inverted: true });
    const both = await dns.createCheck({
      Type: "CALCULATED",
      RequestInterval: undefined,
      FailureThreshold: undefined,
      ChildHealthChecks: [failing, inverted],
      HealthThreshold: 2,
    });
    await elapse();
    expect(await dns.isHealthy(both)).toBe(false);
    await admitCheckers();
    await putSwitch();
    await elapse();
    expect(await dns.isHealthy(failing)).toBe(true);
    expect(await dns.isHealthy(both)).toBe(false);
    await expect(dns.seen(both)).rejects.toMatchObject({ name: "InvalidInput" });
    await expect(dns.seen("0000")).rejects.toMatchObject({ name: "NoSuchHealthCheck" });
  });

  it("does not slow down a clock that moves by a month", async () => {
    await admitCheckers();
    await createCheck();
    const startedAt = performance.now();
    await elapse(30 * 86_400 * SECOND_MS);
    expect(performance.now() - startedAt).toBeLessThan(30_000);
  });
});
