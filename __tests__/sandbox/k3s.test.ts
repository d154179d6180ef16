import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { AutoScalingClient, DescribePoliciesCommand } from "@aws-sdk/client-auto-scaling";
import * as ec2 from "@aws-sdk/client-ec2";
import * as s3 from "@aws-sdk/client-s3";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { z } from "zod";
import project from "../../examples/k3s/project.ts";
import { SANDBOX_CREDENTIALS } from "../../sandbox/gateway/moto-port.ts";
import { startSandbox, type Sandbox } from "../../sandbox/start.ts";
import { runTerraform } from "../../sandbox/terraform/run.ts";
import { serverScript } from "../../src/compute/k3s/user-data/server.ts";
import { specsOf } from "../../src/config/spec.ts";
import { activation, type Changes } from "../support/environments.ts";
import { exampleConfigurator } from "../support/examples.ts";
import { templatesOf } from "../support/synthesis.ts";
import { print, probe } from "./support.ts";

const { primary: PRIMARY, standby: STANDBY } = project.regions;
const STORES = {
  prod: `shop-prod-k3s-${project.accountId}-${PRIMARY}`,
  dr: `shop-dr-k3s-${project.accountId}-${STANDBY}`,
};

/** The platform without the load balancer and the database before it, which other tests deploy and which take minutes. */
const TARGETS = [
  "aws_autoscaling_group.compute_servers_group",
  "aws_autoscaling_group.compute_workers_group",
  "aws_autoscaling_policy.compute_scaling",
  "aws_kms_alias.keys_data_alias",
  "aws_s3_bucket_lifecycle_configuration.compute_state_store_expiry",
  "aws_s3_bucket_replication_configuration.compute_state_replication_rules",
  "aws_vpc_security_group_ingress_rule.compute_control_plane_api_of_servers_in_from_workers",
  "aws_vpc_security_group_ingress_rule.compute_control_plane_etcd_of_servers_in_from_servers",
];

const planSchema = z.object({
  resource_changes: z.array(
    z.object({ address: z.string(), change: z.object({ actions: z.array(z.string()) }) }),
  ),
});

const capabilities = await probe();

describe.skipIf(!capabilities.isReady)("a pair of k3s clusters with real Terraform", () => {
  const notes: string[] = [];
  let sandbox: Sandbox;
  let directory: string;
  let configure: Awaited<ReturnType<typeof exampleConfigurator>>;

  beforeAll(async () => {
    sandbox = await startSandbox({
      capabilities,
      account: project.accountId,
      onNote: (line) => notes.push(line),
    });
    directory = await mkdtemp(join(tmpdir(), "pilot-light-k3s-"));
    configure = await exampleConfigurator("k3s");
  });
  afterAll(async () => {
    await sandbox?.stop();
    await rm(directory, { recursive: true, force: true });
  });

  /** Synthesizes both members with local state; the manifest names no database, which is not deployed here. */
  async function write(changes: Changes = {}): Promise<void> {
    const specs = specsOf(configure(changes));
    const templates = templatesOf({ ...specs, bootstrap: undefined, traffic: undefined });
    for (const [stack, template] of templates) {
      const { backend: _, ...settings } = template.terraform;
      const json = JSON.stringify({ ...template, terraform: settings }, (key, value: unknown) =>
        key === "content" && typeof value === "string"
          ? value.replaceAll(/\$\{aws_(db_instance|ecr_repository)\.[^}]*\}/g, "elsewhere")
          : value,
      );
      await mkdir(join(directory, stack), { recursive: true });
      await writeFile(join(directory, stack, "cdk.tf.json"), json);
    }
  }

  async function terraform(stack: string, args: readonly string[], expected = 0): Promise<string> {
    const isShown = args[0] === "show";
    const targets = ["plan", "apply"].includes(args[0] ?? "") && args.at(-1) !== "plan";
    const all = [
      ...args,
      ...(targets ? TARGETS.map((address) => `-target=${address}`) : []),
      ...(isShown ? [] : ["-no-color"]),
    ];
    const result = await runTerraform(join(directory, stack), all, sandbox.env, {
      onLine: isShown ? () => undefined : print,
    });
    const said = result.exitCode === expected ? "" : `${result.stdout}${result.stderr}`.slice(-4000);
    expect(`${result.exitCode}\n${said}`).toBe(`${expected}\n`);
    return result.stdout;
  }

  const both = (args: readonly string[]) =>
    Promise.all(["prod", "dr"].map((stack) => terraform(stack, args)));

  /** What a plan would change, after which it is applied. */
  async function change(stack: string): Promise<readonly string[]> {
    await terraform(stack, ["plan", "-refresh=false", "-out=plan"]);
    const { resource_changes: changes } = planSchema.parse(
      JSON.parse(await terraform(stack, ["show", "-json", "plan"])),
    );
    await terraform(stack, ["apply", "plan"]);
    return changes
      .filter(({ change: { actions } }) => !actions.includes("no-op"))
      .map(({ address, change: { actions } }) => `${actions.join()} ${address}`)
      .toSorted();
  }

  const client = (region: string) => ({
    region,
    endpoint: sandbox.url,
    credentials: SANDBOX_CREDENTIALS,
    maxAttempts: 1,
  });
  const machines = (region: string) => new ec2.EC2Client(client(region));
  const objects = (region: string) => new s3.S3Client({ ...client(region), forcePathStyle: true });
  const running = async (region: string) => {
    const { Reservations = [] } = await machines(region).send(new ec2.DescribeInstancesCommand({}));
    return Reservations.flatMap(({ Instances = [] }) => Instances).filter(
      ({ State }) => State?.Name === "running",
    ).length;
  };

  it("deploys three servers and three workers here, none there, and finds nothing left to do", async () => {
    await write({ prod: { compute: { snapshots: { replicated: false } } } });
    await both(["init"]);
    await both(["apply", "-auto-approve"]);
    await both(["plan", "-detailed-exitcode"]);
    expect(await running(PRIMARY)).toBe(6);
    expect(await running(STANDBY)).toBe(0);
    const { ScalingPolicies } = await new AutoScalingClient(client(PRIMARY)).send(
      new DescribePoliciesCommand({ AutoScalingGroupName: "shop-prod-workers" }),
    );
    expect(ScalingPolicies).toMatchObject([
      { PolicyName: "shop-prod-cpu", Enabled: true, PolicyType: "TargetTrackingScaling" },
    ]);
    expect(ScalingPolicies?.[0]?.PredictiveScalingConfiguration).toBeUndefined();
  });

  it("starts servers with the very script that is linted and tested", async () => {
    const { LaunchTemplateVersions: [version] = [] } = await machines(STANDBY).send(
      new ec2.DescribeLaunchTemplateVersionsCommand({ LaunchTemplateName: "shop-dr-servers" }),
    );
    const script = Buffer.from(version?.LaunchTemplateData?.UserData ?? "", "base64").toString();
    expect(script).toBe(
      serverScript({
        cluster: "shop-dr",
        region: STANDBY,
        bucket: STORES.dr,
        serverGroup: "shop-dr-servers",
        workerGroup: "shop-dr-workers",
        snapshotIntervalMinutes: 60,
      }),
    );
  });

  it("copies snapshots and tokens to the other region with its key, and leases to nobody", async () => {
    await write();
    expect(await change("prod")).toEqual([
      "create aws_iam_role.compute_state_replication_role",
      "create aws_iam_role_policy.compute_state_replication_policy",
      "create aws_s3_bucket_replication_configuration.compute_state_replication_rules",
    ]);
    expect(await change("dr")).toHaveLength(3);
    await both(["plan", "-detailed-exitcode"]);

    const keys = ["cluster/snapshots/20260131T030000Z.i-1.shop-prod", "cluster/tokens/server/i-1"];
    for (const Key of [...keys, "region/lease"]) {
      const only = Key === "region/lease" ? { IfNoneMatch: "*" } : {};
      await objects(PRIMARY).send(
        new s3.PutObjectCommand({ Bucket: STORES.prod, Key, Body: "of a server", ...only }),
      );
    }
    await sandbox.client.advance(15 * 60_000);
    const { Contents = [] } = await objects(STANDBY).send(new s3.ListObjectsV2Command({ Bucket: STORES.dr }));
    expect(notes.filter((note) => /not replicated/.test(note))).toEqual([]);
    expect(Contents.map(({ Key }) => Key)).toEqual([...keys, "region/service.yaml"]);
    const copy = await objects(STANDBY).send(
      new s3.HeadObjectCommand({ Bucket: STORES.dr, Key: keys[0] ?? "" }),
    );
    expect(copy).toMatchObject({ ReplicationStatus: "REPLICA", ServerSideEncryption: "aws:kms" });
  });

  it("lets one of two servers begin a cluster", async () => {
    const begin = (Body: string) =>
      objects(STANDBY).send(
        new s3.PutObjectCommand({ Bucket: STORES.dr, Key: "region/lease", Body, IfNoneMatch: "*" }),
      );
    await begin("i-1 none starting none none");
    await expect(begin("i-2 none starting none none")).rejects.toMatchObject({ name: "PreconditionFailed" });
  });

  it("gets the primary's nodes with one apply that changes nothing else, and loses them with another", async () => {
    await write({ "dr.activation": activation("active")["dr.activation"] });
    expect(await change("dr")).toEqual([
      "create aws_autoscaling_policy.compute_scaling",
      "update aws_autoscaling_group.compute_servers_group",
      "update aws_autoscaling_group.compute_workers_group",
    ]);
    await terraform("dr", ["plan", "-detailed-exitcode"]);
    expect(await running(STANDBY)).toBe(6);

    await write();
    expect(await change("dr")).toEqual([
      "delete aws_autoscaling_policy.compute_scaling",
      "update aws_autoscaling_group.compute_servers_group",
      "update aws_autoscaling_group.compute_workers_group",
    ]);
    expect(await running(STANDBY)).toBe(0);
  });
});
