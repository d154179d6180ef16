import { S3Client } from "@aws-sdk/client-s3";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import dev from "../../environments/dev.ts";
import project from "../../environments/project.ts";
import { SANDBOX_CREDENTIALS } from "../../sandbox/gateway/moto-port.ts";
import type { RunResult } from "../../sandbox/process/run.ts";
import { startSandbox, type Sandbox } from "../../sandbox/start.ts";
import { deployStacks, stackDirectory } from "../../sandbox/terraform/project.ts";
import { runTerraform } from "../../sandbox/terraform/run.ts";
import { Deployment } from "./support/deployment.ts";
import { FragileSandbox } from "./support/fragile-sandbox.ts";
import { createBucket, lockId, processesIn, prose, Scratch } from "./support/scratch.ts";
import { probe } from "./support.ts";

const capabilities = await probe();

/** Terraform keeps a state that changes while it applies at most this often. */
const PERSIST_MS = 20_000;
/** Until Terraform has got somewhere, on a machine that has other things to do as well; each test has limits of its own. */
const PATIENT = { timeout: 300_000, interval: 200 };

describe.skipIf(!capabilities.isReady)("when something is killed in the middle of an apply", () => {
  let sandbox: FragileSandbox;
  let scratch: Scratch;

  beforeEach(async () => {
    sandbox = await FragileSandbox.start(capabilities);
    scratch = await Scratch.create(sandbox.url, sandbox.env);
  });
  afterEach(async () => {
    await sandbox?.stop();
    await scratch?.remove();
  });

  const count = async (action: string): Promise<number> => (await sandbox.client.calls({ action })).length;

  /** Begins to apply, and resolves when the network is there and the topic is being created. */
  async function beginApply(): Promise<{ readonly applying: Promise<RunResult> }> {
    await sandbox.client.setFaults({ slow: [{ service: "sns", action: "CreateTopic", delayMs: 10_000 }] });
    const lines: string[] = [];
    const applying = scratch.apply({ onLine: (line) => void lines.push(line) });
    await expect
      .poll(() => lines.some((line) => line.startsWith("aws_sns_topic.second: Creating")), PATIENT)
      .toBe(true);
    return { applying };
  }

  /** The next run names the lock, which can then be released. */
  async function releaseLock(): Promise<void> {
    const id = (await scratch.lockId()) ?? "no lock";
    const blocked = await scratch.apply();
    expect(blocked.exitCode).toBe(1);
    expect(prose(blocked)).toContain(`ID: ${id}`);
    expect((await scratch.terraform(["force-unlock", "-force", id])).exitCode).toBe(0);
  }

  it("Terraform: the lock is named, and what was recorded is not created twice", async () => {
    await sandbox.client.setFaults({
      slow: [
        { service: "sns", action: "CreateTopic", delayMs: PERSIST_MS + 1000 },
        { service: "sqs", delayMs: 60_000 },
      ],
    });
    const groups: number[] = [];
    const applying = scratch.apply({ onStart: (group) => groups.push(group) });
    await expect
      .poll(async () => {
        const calls = await sandbox.client.calls({ service: "s3", action: "PutObject" });
        return calls.some(({ resource }) => resource?.endsWith("terraform.tfstate"));
      }, PATIENT)
      .toBe(true);
    groups.forEach((group) => process.kill(-group, "SIGKILL"));
    await applying;
    expect(await processesIn(scratch.directory)).toEqual([]);
    await sandbox.client.clearFaults();

    await releaseLock();
    expect((await scratch.apply()).exitCode).toBe(0);
    expect([await count("CreateVpc"), await count("CreateTopic")]).toEqual([1, 1]);
    expect(await scratch.lockId()).toBeUndefined();
  });

  it("the gateway: Terraform keeps the state in a file and says how to bring it back", async () => {
    const { applying } = await beginApply();
    await sandbox.closeGateway();
    const failed = await applying;
    expect(failed.exitCode).toBe(1);
    expect(prose(failed)).toMatch(/connection refused/);
    expect(prose(failed)).toContain("terraform state push errored.tfstate");
    expect(await processesIn(scratch.directory)).toEqual([]);
    await sandbox.reopenGateway();

    await releaseLock();
    expect((await scratch.terraform(["state", "push", "errored.tfstate"])).exitCode).toBe(0);
    expect((await scratch.apply()).exitCode).toBe(0);
    // The log is the new gateway's.
    expect([await count("CreateVpc"), await count("CreateTopic")]).toEqual([0, 1]);
    expect(await scratch.lockId()).toBeUndefined();
  });

  it("moto: Terraform fails at once and says why, and a new sandbox has forgotten everything", async () => {
    const { applying } = await beginApply();
    await sandbox.killMoto();
    const failed = await applying;
    expect(failed.exitCode).toBe(1);
    expect(prose(failed)).toContain("moto does not answer");
    expect(failed.durationMs).toBeLessThan(60_000);
    expect(await processesIn(scratch.directory)).toEqual([]);

    const another = await FragileSandbox.start(capabilities);
    const next = await scratch.terraform(["init", "-reconfigure"], { env: another.env });
    await another.stop();
    expect(next.exitCode).toBe(1);
    expect(prose(next)).toMatch(/S3 bucket "scratch-state" does not exist/);
  });
});

describe.skipIf(!capabilities.isReady)("cdktf deploy", () => {
  const region = project.regions.primary;
  const bucket = `${project.name}-tfstate-${project.accountId}-${region}`;
  let sandbox: Sandbox;
  let deployment: Deployment;
  let s3: S3Client;

  beforeEach(async () => {
    sandbox = await startSandbox({ capabilities, account: project.accountId });
    s3 = new S3Client({ endpoint: sandbox.url, region, credentials: SANDBOX_CREDENTIALS });
    await createBucket(s3, bucket);
    deployment = await Deployment.create(sandbox, { project, bootstrap: { kind: "bootstrap" }, dev });
  });
  afterEach(async () => {
    s3?.destroy();
    await sandbox?.stop();
    await deployment?.remove();
  });

  const lock = () => lockId(s3, bucket, `${project.name}/dev/terraform.tfstate`);

  /** Starts a deployment and does something to its processes as soon as it has created a network. */
  async function deployUntilVpc(signal: NodeJS.Signals): Promise<unknown> {
    const groups: number[] = [];
    const { project: target } = deployment;
    const deploying = deployStacks({ ...target, onStart: (group) => groups.push(group) }, ["dev"]).catch(
      (error: unknown) => error,
    );
    await expect
      .poll(async () => (await sandbox.client.calls({ action: "CreateVpc" })).length, PATIENT)
      .toBeGreaterThan(0);
    groups.forEach((group) => process.kill(-group, signal));
    return deploying;
  }

  // A terminal sends Ctrl-C to cdktf and to Terraform, and cdktf then signals Terraform again, which makes it give up.
  it("leaves no process behind when it is interrupted, and at most a lock, which a plan names", async () => {
    await deployUntilVpc("SIGINT");
    await expect.poll(() => processesIn(deployment.project.output), PATIENT).toEqual([]);
    const id = await lock();
    const plan = await runTerraform(
      stackDirectory(deployment.project, "dev"),
      ["plan", "-no-color"],
      deployment.project.env,
    );
    expect(prose(plan)).toContain(id === undefined ? "Plan: " : `ID: ${id}`);
  });

  it("names the lock that a killed one has left", async () => {
    await deployUntilVpc("SIGKILL");
    await expect.poll(() => processesIn(deployment.project.output), PATIENT).toEqual([]);
    const id = await lock();
    expect(id).toBeDefined();
    await expect(deployStacks(deployment.project, ["dev"])).rejects.toThrow(id);
  });
});
