import {
  ChangeResourceRecordSetsCommand,
  CreateHealthCheckCommand,
  CreateHostedZoneCommand,
  Route53Client,
  type ResourceRecordSet,
} from "@aws-sdk/client-route-53";
import { CreateBucketCommand, S3Client } from "@aws-sdk/client-s3";
import { afterAll, beforeAll, describe, expect, it, vi } from "vitest";
import { SANDBOX_CREDENTIALS } from "../../sandbox/gateway/moto-port.ts";
import { startSandbox, type Sandbox } from "../../sandbox/start.ts";
import { connect } from "../../src/aws/connect.ts";
import { AwsFailure, Conflict } from "../../src/aws/failure.ts";
import type { Aws } from "../../src/aws/port.ts";
import { probe } from "./support.ts";

const REGION = "eu-central-1";
const BUCKET = "shop-port";

const capabilities = await probe();

describe.skipIf(!capabilities.isReady)("the port to AWS, through the real SDK", () => {
  let sandbox: Sandbox;
  let aws: Aws;
  const stop = new AbortController();

  beforeAll(async () => {
    sandbox = await startSandbox({ capabilities });
    for (const [name, value] of Object.entries(sandbox.variables)) vi.stubEnv(name, value);
    // What is first asked of moto can take seconds on a machine that is busy.
    aws = await connect({ signal: stop.signal, replyTimeoutMs: 30_000 });
    const s3 = new S3Client({ ...settings(REGION), forcePathStyle: true });
    await s3.send(
      new CreateBucketCommand({ Bucket: BUCKET, CreateBucketConfiguration: { LocationConstraint: REGION } }),
    );
  });
  afterAll(async () => {
    stop.abort();
    vi.unstubAllEnvs();
    await sandbox?.stop();
  });

  const settings = (region: string) => ({ region, endpoint: sandbox.url, credentials: SANDBOX_CREDENTIALS });

  /** What kept AWS from answering. */
  async function failureOf(question: Promise<unknown>): Promise<AwsFailure> {
    const answer: unknown = await question.catch((error: unknown) => error);
    if (answer instanceof AwsFailure) return answer;
    throw new Error(`it answered ${JSON.stringify(answer)}`);
  }

  it("writes an object once, and then only over the version that it knows", async () => {
    const region = aws.in(REGION);
    expect(await region.read(BUCKET, "lock")).toBeUndefined();
    const etag = await region.write(BUCKET, "lock", "kim", { absent: true });
    await expect(region.write(BUCKET, "lock", "sam", { absent: true })).rejects.toThrow(Conflict);
    await expect(region.write(BUCKET, "lock", "sam", { etag: '"another"' })).rejects.toThrow(Conflict);
    expect(await region.read(BUCKET, "lock")).toMatchObject({ text: "kim", etag });
    await region.write(BUCKET, "lock", "sam", { etag });
    expect(await region.list(BUCKET, "lo")).toEqual(["lock"]);
    expect(await region.head(BUCKET, "lock")).toMatchObject({ sizeBytes: 3 });
    await region.remove(BUCKET, "lock");
    expect([await region.head(BUCKET, "lock"), await region.list(BUCKET, "lo")]).toEqual([undefined, []]);
    expect(await failureOf(region.list("no-such-bucket", ""))).toMatchObject({ kind: "failed" });
  });

  it("answers that something is not there, and not with an error", async () => {
    const region = aws.in(REGION);
    expect(await region.recoveryPoints("nothing")).toBeUndefined();
    expect(await region.key("alias/nothing")).toBeUndefined();
    expect(await region.image("nothing", { tag: "1.0.0" })).toBe("no repository");
    expect(await region.service("nothing", "nothing")).toBeUndefined();
    expect(await region.loadBalancer("nothing")).toBeUndefined();
    expect(await region.subscriptions(`arn:aws:sns:${REGION}:${sandbox.account}:nothing`)).toBeUndefined();
    expect(
      await region.snapshot(`arn:aws:rds:${REGION}:${sandbox.account}:snapshot:nothing`),
    ).toBeUndefined();
    expect(
      await region.certificate(`arn:aws:acm:${REGION}:${sandbox.account}:certificate/${"0".repeat(8)}`),
    ).toBeUndefined();
    expect(await region.copyJobs("arn:aws:backup:a:1:backup-vault:b", new Date(0))).toEqual([]);
  });

  it("knows quotas and offers", async () => {
    const region = aws.in(REGION);
    expect(await region.fargateVcpus("on-demand")).toEqual({ used: 0, quota: 6 });
    expect(await region.elasticIps()).toEqual({ used: 0, quota: 5 });
    expect(await region.databaseInstances()).toEqual({ used: 0, quota: 40 });
    expect(await region.offeredVersions("db.m7g.large")).toContainEqual({
      engineVersion: "17.4",
      multiAz: true,
    });
    expect(await region.offeredVersions("db.x9.huge")).toEqual([]);
  });

  it("knows the caller, and AWS's time", async () => {
    const { accountId, awsTime, localTime } = await aws.in(REGION).caller();
    expect(accountId).toBe(sandbox.account);
    expect(Math.abs(localTime.getTime() - (awsTime?.getTime() ?? 0))).toBeLessThan(5000);
    const calls = await sandbox.client.calls({ service: "sts" });
    expect(new Set(calls.map(({ region }) => region))).toEqual(new Set([REGION]));
  });

  it("finds failover records and the check that they go by", async () => {
    const route53 = new Route53Client(settings("us-east-1"));
    const { HostedZone } = await route53.send(
      new CreateHostedZoneCommand({ Name: "example.com", CallerReference: "1" }),
    );
    const zoneId = HostedZone?.Id?.replace("/hostedzone/", "") ?? "";
    const { HealthCheck } = await route53.send(
      new CreateHealthCheckCommand({
        CallerReference: "2",
        HealthCheckConfig: {
          Type: "HTTPS",
          FullyQualifiedDomainName: `${BUCKET}.s3.${REGION}.amazonaws.com`,
          Port: 443,
          ResourcePath: "/serve-from-standby",
          Inverted: true,
          RequestInterval: 30,
          FailureThreshold: 3,
        },
      }),
    );
    const record = (Failover: "PRIMARY" | "SECONDARY"): ResourceRecordSet => ({
      Name: "shop.example.com",
      Type: "A",
      SetIdentifier: Failover,
      Failover,
      ...(Failover === "PRIMARY" && { HealthCheckId: HealthCheck?.Id }),
      AliasTarget: {
        HostedZoneId: "Z215JYRZR1TBD5",
        DNSName: `${Failover.toLowerCase()}.elb.amazonaws.com`,
        EvaluateTargetHealth: false,
      },
    });
    const Changes = [record("PRIMARY"), record("SECONDARY")].map(
      (ResourceRecordSet) => ({ Action: "CREATE", ResourceRecordSet }) as const,
    );
    await route53.send(
      new ChangeResourceRecordSetsCommand({ HostedZoneId: zoneId, ChangeBatch: { Changes } }),
    );
    const found = await aws.dns.failoverRecords(zoneId, "shop.example.com");
    expect(found.map(({ role, target }) => `${role} ${target}`).toSorted()).toEqual([
      "primary primary.elb.amazonaws.com",
      "secondary secondary.elb.amazonaws.com",
    ]);
    expect(found.find(({ role }) => role === "primary")?.healthCheckId).toBe(HealthCheck?.Id);
    await sandbox.client.advance(5 * 60_000);
    const check = await aws.dns.healthCheck(HealthCheck?.Id ?? "");
    expect(check).toMatchObject({ inverted: true, disabled: false, path: "/serve-from-standby" });
    expect(check?.reporting).toBeGreaterThan(0);
    expect(check?.succeeding).toBe(0);
  });

  it("tells a region that is gone, throttling and a refusal apart", async () => {
    const { client } = sandbox;
    const ask = () => failureOf(aws.in(REGION).recoveryPoints("nothing"));
    await client.setFaults({ regionsDown: [REGION] });
    expect(await ask()).toMatchObject({ kind: "unreachable", region: REGION });
    await client.setFaults({ throttled: [{ service: "backup" }] });
    expect(await ask()).toMatchObject({ kind: "throttled" });
    const refusal = { service: "backup", times: 9, code: "AccessDeniedException", status: 403 };
    await client.setFaults({ failing: [refusal] });
    expect(await ask()).toMatchObject({
      kind: "denied",
      action: "backup:ListRecoveryPointsByBackupVault",
    });
    await client.setFaults({ slow: [{ service: "backup", delayMs: 60_000 }] });
    const impatient = await connect({ signal: stop.signal, replyTimeoutMs: 1500 });
    const startedAt = performance.now();
    const late = await failureOf(impatient.in(REGION).recoveryPoints("nothing"));
    expect(performance.now() - startedAt).toBeLessThan(20_000);
    expect(late).toMatchObject({ kind: "unreachable", region: REGION });
    await client.clearFaults();
  });
});
