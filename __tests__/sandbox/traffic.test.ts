import { DeleteObjectCommand, GetBucketPolicyCommand, PutObjectCommand } from "@aws-sdk/client-s3";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { TrafficSpec } from "../../src/config/spec.ts";
import { cutOver } from "../../src/traffic/cut-over.ts";
import { isReady, MINUTE_MS, PRIMARY, SECOND_MS, STANDBY } from "./support/storage.ts";
import { TrafficExample } from "./support/traffic-example.ts";

const PACE = { intervalSeconds: 10, failureThreshold: 3 } as const;
const { detectionSeconds, ttlSeconds, totalSeconds } = cutOver(PACE);

describe.skipIf(!isReady)("examples/traffic-operator with real Terraform", () => {
  let example: TrafficExample;
  let spec: TrafficSpec;

  beforeAll(async () => {
    example = await TrafficExample.create("traffic-operator");
    spec = await example.write({ healthCheck: PACE });
    for (const region of [PRIMARY, STANDBY] as const) {
      await example.storage.createBucket(region, `shop-tfstate-${spec.project.accountId}-${region}`);
    }
    await example.terraform(["init"]);
  });
  afterAll(() => example?.remove());

  const client = () => example.storage.sandbox.client;
  async function switchObject(): Promise<{ Bucket: string; Key: string; region: string }> {
    const output = await example.outputs();
    return { Bucket: output("switch_bucket"), Key: output("switch_key"), region: output("switch_region") };
  }

  it("says which environment has no load balancer yet", async () => {
    await example.publishState(spec.primary);
    await example.publishState(spec.standby, example.standby);
    const { exitCode, stderr } = await example.run(["plan"]);
    expect(exitCode).toBe(1);
    expect(stderr.replaceAll(/[\s│]+/g, " ")).toContain(
      "prod has no load balancer; apply prod before traffic",
    );
  });

  it("is applied without ever sending a user to the standby, and then finds nothing to do", async () => {
    await example.publishState(spec.primary, example.primary);
    await example.terraform(["apply", "-auto-approve"]);
    // There is no answer before this one: a new check that is inverted would have given the standby's.
    expect(await example.resolve()).toMatchObject({
      answer: { aliasTarget: example.primary.dnsName },
      cached: null,
    });
    await example.terraform(["plan", "-detailed-exitcode"]);
    await example.elapse(60 * MINUTE_MS);
    expect(await example.served()).toBe(example.primary.dnsName);
  });

  it("shows the object to the health checkers of a list that is served offline, and to no other service", async () => {
    const { region, Bucket } = await switchObject();
    const { Policy } = await example.storage.s3(region).send(new GetBucketPolicyCommand({ Bucket }));
    expect(Policy).toContain("15.177.0.0/18");
    expect(Policy).not.toContain("205.251.192.0/21");
  });

  it("sends users to the standby within the computed time, with the primary region and all global control planes off", async () => {
    const { region, ...object } = await switchObject();
    expect(region).toBe(STANDBY);
    await client().setFaults({ regionsDown: [PRIMARY, "us-east-1"], globalControlPlanesDown: true });
    await example.elapse(10 * MINUTE_MS);
    expect(await example.served(), "nothing moves by itself").toBe(example.primary.dnsName);
    await client().clearCalls();
    await example.storage.s3(region).send(new PutObjectCommand({ ...object, Body: "" }));
    await example.elapse(detectionSeconds * SECOND_MS);
    const { answer, since, cached } = await example.resolve();
    expect(answer).toMatchObject({ aliasTarget: example.standby.dnsName, ttlSeconds });
    expect(cached?.answer.aliasTarget).toBe(example.primary.dnsName);
    const calls = await client().calls();
    const [turn] = calls;
    // By the sandbox's clock alone, however slow this machine is: from the end of the one call.
    const turnedAt = new Date(turn?.time ?? 0).getTime() + (turn?.durationMs ?? 0);
    const lastUse = (cached?.until ?? since).getTime() - turnedAt;
    expect(lastUse).toBeLessThanOrEqual(totalSeconds * SECOND_MS);
    expect(calls.map(({ service, region: at, action }) => [service, at, action])).toEqual([
      ["s3", STANDBY, "PutObject"],
    ]);
  });

  it("leaves them there when the primary comes back (T42)", async () => {
    await client().clearFaults();
    await example.elapse(24 * 60 * MINUTE_MS);
    expect(await example.served()).toBe(example.standby.dnsName);
  });

  it("sends them back when the object is deleted, whose versions remain", async () => {
    const { region, ...object } = await switchObject();
    const { VersionId } = await example.storage.s3(region).send(new DeleteObjectCommand(object));
    expect(VersionId).toBeDefined();
    await example.elapse(detectionSeconds * SECOND_MS);
    expect(await example.served()).toBe(example.primary.dnsName);
  });

  it("replaces the health check for another interval without moving anyone", async () => {
    const { since } = await example.resolve();
    await example.write({ healthCheck: { intervalSeconds: 30, failureThreshold: 1 } });
    const stdout = await example.terraform(["apply", "-auto-approve"]);
    expect(stdout).toMatch(/aws_route53_health_check\.switch_health_check.*Creation complete/);
    const after = await example.resolve();
    expect(after).toMatchObject({ answer: { aliasTarget: example.primary.dnsName } });
    expect(after.since).toEqual(since);
    await example.terraform(["plan", "-detailed-exitcode"]);
  });
});
