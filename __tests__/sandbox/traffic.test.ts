import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { DeleteObjectCommand, PutObjectCommand } from "@aws-sdk/client-s3";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { z } from "zod";
import project from "../../environments/project.ts";
import { emulations } from "../../sandbox/emulations/all.ts";
import { runTerraform } from "../../sandbox/terraform/run.ts";
import { cutOver } from "../../src/traffic/cut-over.ts";
import { type Changes, synthesizeTraffic, TRAFFIC } from "../support/environments.ts";
import { print } from "./support.ts";
import { Dns } from "./support/dns.ts";
import { createFrontDoor, type FrontDoor } from "./support/front-door.ts";
import { isReady, MINUTE_MS, PRIMARY, SECOND_MS, STANDBY, Storage } from "./support/storage.ts";

const PACE = { intervalSeconds: 10, failureThreshold: 3 } as const;
const { detectionSeconds, ttlSeconds, totalSeconds } = cutOver(PACE);
const NAME = "shop.example.com";

const outputsSchema = z.record(z.string(), z.object({ value: z.string() }));

describe.skipIf(!isReady)("the traffic stack with real Terraform", () => {
  let storage: Storage;
  let directory: string;
  let zoneId: string;
  let primary: FrontDoor;
  let standby: FrontDoor;

  beforeAll(async () => {
    storage = await Storage.start(emulations, project.accountId);
    directory = await mkdtemp(join(tmpdir(), "pilot-light-traffic-"));
    zoneId = (await new Dns(storage).createZone("example.com")).replace("/hostedzone/", "");
    primary = await createFrontDoor(storage, PRIMARY);
    standby = await createFrontDoor(storage, STANDBY);
    await primary.open("0.0.0.0/0");
    await storage.sandbox.client.setTargetHealth({ targetGroupArn: primary.targetGroupArn, healthy: true });
    await storage.createBucket(PRIMARY, `shop-tfstate-${project.accountId}-${PRIMARY}`);
    await writeStack();
    await terraform(["init"]);
  });
  afterAll(async () => {
    await storage.sandbox.stop();
    await rm(directory, { recursive: true, force: true });
  });

  /** What synthesis writes, with its own state beside it. */
  async function writeStack(healthCheck: Changes = PACE): Promise<void> {
    const { template } = synthesizeTraffic({ traffic: { healthCheck } });
    const { backend: _, ...settings } = template.terraform;
    const text = JSON.stringify({ ...template, terraform: settings });
    // moto's zones have ids that AWS would not give.
    await writeFile(join(directory, "cdk.tf.json"), text.replaceAll(TRAFFIC.zoneId, zoneId));
  }
  const run = (args: readonly string[]) =>
    runTerraform(directory, [...args, "-no-color"], storage.sandbox.env, { onLine: print });
  async function terraform(args: readonly string[]): Promise<string> {
    const { exitCode, stdout, stderr } = await run(args);
    expect(exitCode, `terraform ${args.join(" ")}:\n${stdout}${stderr}`).toBe(0);
    return stdout;
  }
  /** The state of an environment that has been applied, as far as others read it. */
  async function publishState(environment: string, door?: FrontDoor): Promise<void> {
    const values = door === undefined ? {} : { alb_dns_name: door.dnsName, alb_zone_id: door.zoneId };
    const outputs = Object.fromEntries(
      Object.entries(values).map(([name, value]) => [name, { value, type: "string" }]),
    );
    const state = { version: 4, terraform_version: "1.11.0", serial: 1, lineage: environment, resources: [] };
    await storage.s3(PRIMARY).send(
      new PutObjectCommand({
        Bucket: `shop-tfstate-${project.accountId}-${PRIMARY}`,
        Key: `shop/${environment}/terraform.tfstate`,
        Body: JSON.stringify({ ...state, outputs }),
      }),
    );
  }
  const elapse = (ms: number) => storage.sandbox.client.advance(ms);
  const resolve = () => storage.sandbox.client.resolve(NAME);
  const served = async () => (await resolve()).answer?.aliasTarget;
  async function switchObject(): Promise<{ Bucket: string; Key: string; region: string }> {
    const outputs = outputsSchema.parse(JSON.parse(await terraform(["output", "-json"])));
    const value = (name: string): string => outputs[name]?.value ?? "";
    return { Bucket: value("switch_bucket"), Key: value("switch_key"), region: value("switch_region") };
  }

  it("says which environment has no load balancer yet", async () => {
    await publishState("prod");
    await publishState("dr", standby);
    const { exitCode, stderr } = await run(["plan"]);
    expect(exitCode).toBe(1);
    expect(stderr.replaceAll(/[\s│]+/g, " ")).toContain(
      "prod has no load balancer; apply prod before traffic",
    );
  });

  it("is applied without ever sending a user to the standby, and then finds nothing to do", async () => {
    await publishState("prod", primary);
    await terraform(["apply", "-auto-approve"]);
    // There is no answer before this one: a new check that is inverted would have given the standby's.
    expect(await resolve()).toMatchObject({ answer: { aliasTarget: primary.dnsName }, cached: null });
    await terraform(["plan", "-detailed-exitcode"]);
    await elapse(60 * MINUTE_MS);
    expect(await served()).toBe(primary.dnsName);
  });

  it("sends users to the standby within the computed time, with the primary region and all global control planes off", async () => {
    const { region, ...object } = await switchObject();
    expect(region).toBe(STANDBY);
    await storage.sandbox.client.setFaults({
      regionsDown: [PRIMARY, "us-east-1"],
      globalControlPlanesDown: true,
    });
    await elapse(10 * MINUTE_MS);
    expect(await served(), "nothing moves by itself").toBe(primary.dnsName);
    await storage.sandbox.client.clearCalls();
    const { now: turnedAt } = await storage.sandbox.client.clock();
    await storage.s3(region).send(new PutObjectCommand({ ...object, Body: "" }));
    await elapse(detectionSeconds * SECOND_MS);
    const { answer, since, cached } = await resolve();
    expect(answer).toMatchObject({ aliasTarget: standby.dnsName, ttlSeconds });
    expect(cached?.answer.aliasTarget).toBe(primary.dnsName);
    const lastUse = (cached?.until ?? since).getTime() - turnedAt.getTime();
    // The clock runs on while the test waits for its answers.
    expect(lastUse).toBeLessThanOrEqual((totalSeconds + 5) * SECOND_MS);
    const calls = await storage.sandbox.client.calls();
    expect(calls.map(({ service, region: at, action }) => [service, at, action])).toEqual([
      ["s3", STANDBY, "PutObject"],
    ]);
  });

  it("leaves them there when the primary comes back (T42)", async () => {
    await storage.sandbox.client.clearFaults();
    await elapse(24 * 60 * MINUTE_MS);
    expect(await served()).toBe(standby.dnsName);
  });

  it("sends them back when the object is deleted, whose versions remain", async () => {
    const { region, ...object } = await switchObject();
    const { VersionId } = await storage.s3(region).send(new DeleteObjectCommand(object));
    expect(VersionId).toBeDefined();
    await elapse(detectionSeconds * SECOND_MS);
    expect(await served()).toBe(primary.dnsName);
  });

  it("replaces the health check for another interval without moving anyone", async () => {
    const { since } = await resolve();
    await writeStack({ intervalSeconds: 30, failureThreshold: 1 });
    const stdout = await terraform(["apply", "-auto-approve"]);
    expect(stdout).toMatch(/aws_route53_health_check\.switch_health_check.*Creation complete/);
    const after = await resolve();
    expect(after).toMatchObject({ answer: { aliasTarget: primary.dnsName } });
    expect(after.since).toEqual(since);
    await terraform(["plan", "-detailed-exitcode"]);
  });
});
