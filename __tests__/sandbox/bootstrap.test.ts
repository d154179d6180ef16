import { spawn } from "node:child_process";
import { mkdtempSync, readdirSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import * as s3 from "@aws-sdk/client-s3";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import project from "../../environments/project.ts";
import { SANDBOX_CREDENTIALS } from "../../sandbox/gateway/moto-port.ts";
import { reap } from "../../sandbox/process/reaper.ts";
import { startSandbox, type Sandbox } from "../../sandbox/start.ts";
import { runTerraform } from "../../sandbox/terraform/run.ts";
import { probe } from "./support.ts";

const ROOT = resolve(import.meta.dirname, "../..");
const REGION = project.regions.primary;
const BUCKET = `${project.name}-tfstate-${project.accountId}-${REGION}`;

const capabilities = await probe();

describe.skipIf(!capabilities.isReady)("npm run bootstrap", () => {
  let sandbox: Sandbox;
  let folder: string;
  let client: s3.S3Client;

  beforeAll(async () => {
    sandbox = await startSandbox({ capabilities, account: project.accountId });
    client = new s3.S3Client({
      endpoint: sandbox.url,
      region: REGION,
      credentials: SANDBOX_CREDENTIALS,
      forcePathStyle: true,
    });
  });
  afterAll(async () => {
    client?.destroy();
    await sandbox?.stop();
  });
  beforeEach(async () => {
    await sandbox.client.reset();
    folder = mkdtempSync(join(tmpdir(), "pilot-light-bootstrap-"));
    return () => {
      rmSync(folder, { recursive: true, force: true });
    };
  });

  /** Runs the command; `until` kills it and all that it started, without any warning. */
  async function bootstrap(
    args: readonly string[],
    until?: () => Promise<boolean>,
  ): Promise<{ readonly exitCode: number | null; readonly output: string }> {
    const child = spawn(
      process.execPath,
      ["scripts/run.mjs", "scripts/bootstrap.ts", "--work-dir", join(folder, "work"), ...args],
      {
        cwd: ROOT,
        env: { ...sandbox.env, CDKTF_OUTDIR: join(folder, "out") },
        detached: true,
        stdio: ["ignore", "pipe", "pipe"],
      },
    );
    reap(child);
    const chunks: string[] = [];
    for (const stream of [child.stdout, child.stderr]) {
      stream.setEncoding("utf8").on("data", (chunk: string) => chunks.push(chunk));
    }
    const ended = new Promise<number | null>((done) => {
      child.once("close", done);
    });
    const isDue = until ?? (() => Promise.resolve(false));
    while (child.exitCode === null) {
      if ((await isDue()) && child.pid !== undefined) {
        process.kill(-child.pid, "SIGKILL");
        break;
      }
      await delay(50);
    }
    return { exitCode: await ended, output: chunks.join("") };
  }

  const hasCalled = async (action: string): Promise<boolean> =>
    (await sandbox.client.calls({ service: "s3", action })).length > 0;

  it("asks before it creates anything, and does not when there is nobody to ask", async () => {
    const { exitCode, output } = await bootstrap([]);
    expect(output).toContain("nothing was changed: there is no terminal to ask on");
    expect(exitCode).toBe(2);
    expect(await hasCalled("CreateBucket")).toBe(false);
  });

  it("finishes what a killed run began, then finds nothing to do", async () => {
    const killed = await bootstrap(["--yes"], () => hasCalled("CreateBucket"));
    expect(killed.exitCode).toBeNull();

    const resumed = await bootstrap(["--yes", "--json"]);
    expect(resumed.exitCode, resumed.output).toBe(0);
    expect(resumed.output).toContain(`{"outcome":"created","bucket":"${BUCKET}"`);

    const again = await bootstrap([]);
    expect(again.output).toContain(`nothing to do: ${BUCKET} is as configured`);
    expect(again.exitCode).toBe(0);

    const head = await client.send(
      new s3.HeadObjectCommand({ Bucket: BUCKET, Key: `${project.name}/bootstrap/terraform.tfstate` }),
    );
    expect(head).toMatchObject({
      ServerSideEncryption: "aws:kms",
      SSEKMSKeyId: `arn:aws:kms:${REGION}:${project.accountId}:alias/${project.name}-tfstate`,
    });
    const kept = readdirSync(join(folder, "work", BUCKET)).filter((name) => name.startsWith("migrated-"));
    expect(kept).toHaveLength(1);

    const { stdout } = await runTerraform(
      join(folder, "out/stacks/bootstrap"),
      ["state", "list"],
      sandbox.env,
    );
    expect(stdout).toContain("aws_kms_key.state_encryption_key");
  });

  it("leaves a bucket alone that somebody else has made", async () => {
    await client.send(
      new s3.CreateBucketCommand({
        Bucket: BUCKET,
        CreateBucketConfiguration: { LocationConstraint: s3.BucketLocationConstraint.eu_west_1 },
      }),
    );
    await sandbox.client.clearCalls();
    const { exitCode, output } = await bootstrap(["--yes"]);
    expect(output).toContain("neither it nor this machine holds its state");
    expect(exitCode).toBe(1);
    const writes = (await sandbox.client.calls()).filter(({ action }) => /^(Put|Create|Delete)/.test(action));
    expect(writes).toEqual([]);
  });
});
