import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import * as s3 from "@aws-sdk/client-s3";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { z } from "zod";
import { SANDBOX_CREDENTIALS } from "../../sandbox/gateway/moto-port.ts";
import { startSandbox, type Sandbox } from "../../sandbox/start.ts";
import { runTerraform } from "../../sandbox/terraform/run.ts";
import { toolchain } from "../../src/toolchain/toolchain.ts";
import { print, probe } from "./support.ts";

const capabilities = await probe();

const BUCKET = "sandbox-test-state";
const KEY = "test/terraform.tfstate";

const assumeRole = JSON.stringify({
  Version: "2012-10-17",
  Statement: [
    { Effect: "Allow", Principal: { Service: "ecs-tasks.amazonaws.com" }, Action: "sts:AssumeRole" },
  ],
});

/** Something of each kind that has trouble with an emulated AWS: a global service, S3 Control's host, two regions. */
const configuration = {
  terraform: {
    required_providers: { aws: { source: "hashicorp/aws", version: toolchain().provider } },
    backend: { s3: { bucket: BUCKET, key: KEY, region: "eu-west-1", encrypt: true, use_lockfile: true } },
  },
  provider: {
    // As the stacks have it: the provider's own 25 retries of a reset connection take more than five minutes.
    aws: [
      { region: "eu-west-1", allowed_account_ids: ["123456789012"], max_retries: 8 },
      { alias: "standby", region: "eu-central-1", max_retries: 8 },
    ],
  },
  resource: {
    aws_vpc: { main: { cidr_block: "10.0.0.0/16" } },
    aws_sns_topic: { standby: { provider: "aws.standby", name: "alerts" } },
    aws_iam_role: { task: { name: "task", assume_role_policy: assumeRole } },
    aws_iam_role_policy_attachment: {
      task: {
        role: "${aws_iam_role.task.name}",
        policy_arn: "arn:aws:iam::aws:policy/service-role/AmazonECSTaskExecutionRolePolicy",
      },
    },
    aws_s3_account_public_access_block: { account: { block_public_acls: true } },
    aws_budgets_budget: {
      monthly: {
        name: "monthly",
        budget_type: "COST",
        limit_amount: "10",
        limit_unit: "USD",
        time_unit: "MONTHLY",
        tags: { Environment: "test" },
        notification: [
          {
            comparison_operator: "GREATER_THAN",
            threshold: 80,
            threshold_type: "PERCENTAGE",
            notification_type: "ACTUAL",
            subscriber_email_addresses: ["someone@example.com"],
          },
        ],
      },
    },
  },
};

describe.skipIf(!capabilities.isReady)("real Terraform on the sandbox", () => {
  let sandbox: Sandbox;
  let directory: string;
  let client: s3.S3Client;

  const terraform = (args: readonly string[], onStart?: (group: number) => void) =>
    runTerraform(directory, [...args, "-no-color"], sandbox.env, {
      onLine: print,
      ...(onStart === undefined ? {} : { onStart }),
    });

  const lockId = async (): Promise<string | undefined> => {
    const lock = await client
      .send(new s3.GetObjectCommand({ Bucket: BUCKET, Key: `${KEY}.tflock` }))
      .catch(() => undefined);
    const text = await lock?.Body?.transformToString();
    return text === undefined ? undefined : z.object({ ID: z.string() }).parse(JSON.parse(text)).ID;
  };

  beforeAll(async () => {
    sandbox = await startSandbox({ capabilities });
    directory = await mkdtemp(join(tmpdir(), "pilot-light-terraform-"));
    client = new s3.S3Client({
      endpoint: sandbox.url,
      region: "eu-west-1",
      credentials: SANDBOX_CREDENTIALS,
    });
    await client.send(
      new s3.CreateBucketCommand({
        Bucket: BUCKET,
        CreateBucketConfiguration: { LocationConstraint: "eu-west-1" },
      }),
    );
    await writeFile(join(directory, "main.tf.json"), JSON.stringify(configuration));
  });
  afterAll(async () => {
    await sandbox?.stop();
    await rm(directory, { recursive: true, force: true });
  });

  it("applies, and then has nothing left to change", async () => {
    expect((await terraform(["init"])).exitCode).toBe(0);
    expect((await terraform(["apply", "-auto-approve"])).exitCode).toBe(0);
    const [vpc] = await sandbox.client.calls({ action: "CreateVpc" });
    const [topic] = await sandbox.client.calls({ action: "CreateTopic" });
    const [role] = await sandbox.client.calls({ action: "CreateRole" });
    expect([vpc?.region, topic?.region, role?.region]).toEqual(["eu-west-1", "eu-central-1", "us-east-1"]);
    expect((await terraform(["plan", "-detailed-exitcode"])).exitCode).toBe(0);
  });

  it("has put and removed a lock for each run", async () => {
    const locks = await sandbox.client.calls({ service: "s3", region: "eu-west-1" });
    const actions = locks.filter(({ resource }) => resource?.endsWith(".tflock")).map(({ action }) => action);
    expect(actions.filter((action) => action === "PutObject")).toHaveLength(2);
    expect(actions.filter((action) => action === "DeleteObject")).toHaveLength(2);
  });

  it("fails with a network error when a region is down, and works again afterwards", async () => {
    await sandbox.client.setFaults({ regionsDown: ["eu-central-1"] });
    const plan = await terraform(["plan"]);
    expect(plan.exitCode).toBe(1);
    expect(plan.stderr).toMatch(/connection reset by peer/);
    expect(plan.durationMs).toBeLessThan(90_000);
    await sandbox.client.clearFaults();
    expect((await terraform(["plan", "-detailed-exitcode"])).exitCode).toBe(0);
  });

  it("names the lock that a killed run left behind, which can then be released", async () => {
    await sandbox.client.setFaults({ slow: [{ service: "ec2", delayMs: 30_000 }] });
    const groups: number[] = [];
    const running = terraform(["plan"], (group) => groups.push(group));
    await expect.poll(lockId, { timeout: 30_000 }).toBeDefined();
    groups.forEach((group) => process.kill(-group, "SIGKILL"));
    await running;
    await sandbox.client.clearFaults();
    const left = (await lockId()) ?? "none";
    const blocked = await terraform(["plan"]);
    expect(blocked.exitCode).toBe(1);
    expect(blocked.stderr).toContain(left);
    expect((await terraform(["force-unlock", "-force", left])).exitCode).toBe(0);
    expect((await terraform(["plan", "-detailed-exitcode"])).exitCode).toBe(0);
  });

  it("destroys everything", async () => {
    expect((await terraform(["destroy", "-auto-approve"])).exitCode).toBe(0);
    expect((await terraform(["state", "list"])).stdout).toBe("");
  });
});
