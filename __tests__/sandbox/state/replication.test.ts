import { copyFileSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import process from "node:process";
import { HeadObjectCommand, PutObjectCommand, S3Client } from "@aws-sdk/client-s3";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { z } from "zod";
import project from "../../../examples/disaster-recovery/project.ts";
import { SANDBOX_CREDENTIALS } from "../../../sandbox/gateway/moto-port.ts";
import { run, type RunResult } from "../../../sandbox/process/run.ts";
import { startSandbox, type Sandbox } from "../../../sandbox/start.ts";
import { runTerraform } from "../../../sandbox/terraform/run.ts";
import { probe } from "../support.ts";

const ROOT = resolve(import.meta.dirname, "../../..");
const { primary: HOME, standby: AWAY } = project.regions;
const MINUTE_MS = 60_000;
const STATE = "shop/prod/terraform.tfstate";
const LOCK = `${STATE}.tflock`;

const bucketIn = (region: string): string => `${project.name}-tfstate-${project.accountId}-${region}`;

const templateSchema = z.object({ terraform: z.object({ backend: z.unknown() }) });
const stateSchema = z.object({
  serial: z.int(),
  lineage: z.string(),
  resources: z.array(
    z.object({
      instances: z.array(z.object({ attributes: z.object({ input: z.object({ value: z.string() }) }) })),
    }),
  ),
});

const capabilities = await probe();

describe.skipIf(!capabilities.isReady)("the replica of the state", () => {
  let sandbox: Sandbox;
  let folder: string;

  beforeAll(async () => {
    sandbox = await startSandbox({ capabilities, account: project.accountId });
    folder = mkdtempSync(join(tmpdir(), "pilot-light-state-"));
    const work = join(folder, "work");
    const bootstrap = ["scripts/run.mjs", "scripts/bootstrap.ts", "--yes", "--work-dir", work];
    succeed(await run(process.execPath, bootstrap, { directory: ROOT, env: environment(undefined) }));
    await elapse();
  });
  afterAll(async () => {
    await sandbox?.stop();
    rmSync(folder, { recursive: true, force: true });
  });

  const environment = (stateRegion: string | undefined): Record<string, string> => ({
    ...sandbox.env,
    ENVIRONMENTS_DIR: "examples/disaster-recovery",
    CDKTF_OUTDIR: join(folder, stateRegion ?? "peace"),
    STATE_REGION: stateRegion ?? "",
  });

  const elapse = () => sandbox.client.advance(MINUTE_MS);

  const prodWith = (note: string, stateRegion?: string): Promise<string> =>
    rootWith("prod", note, stateRegion);

  /** A root with the backend of a stack, as synthesized, and one thing in its state. */
  async function rootWith(stack: string, note: string, stateRegion?: string): Promise<string> {
    const env = environment(stateRegion);
    succeed(await run(process.execPath, ["scripts/run.mjs", "main.ts"], { directory: ROOT, env }));
    const template = join(env["CDKTF_OUTDIR"] ?? "", `stacks/${stack}/cdk.tf.json`);
    const { backend } = templateSchema.parse(JSON.parse(readFileSync(template, "utf8"))).terraform;
    const directory = join(folder, `${stack}-${stateRegion ?? "peace"}`);
    mkdirSync(directory, { recursive: true });
    const resource = { terraform_data: { note: { input: note } } };
    writeFileSync(join(directory, "main.tf.json"), JSON.stringify({ terraform: { backend }, resource }));
    succeed(await terraform(directory, "init", "-reconfigure"));
    return directory;
  }

  const terraform = (directory: string, command: string, ...args: readonly string[]): Promise<RunResult> =>
    runTerraform(directory, [command, "-no-color", "-input=false", ...args], sandbox.env);

  const apply = async (directory: string): Promise<void> => {
    succeed(await terraform(directory, "apply", "-auto-approve"));
  };

  async function stateOf(directory: string) {
    const { stdout } = succeed(await runTerraform(directory, ["state", "pull"], sandbox.env));
    const { serial, lineage, resources } = stateSchema.parse(JSON.parse(stdout));
    const notes = resources.flatMap(({ instances }) =>
      instances.map(({ attributes }) => attributes.input.value),
    );
    return { serial, lineage, notes };
  }

  const clientIn = (region: string): S3Client =>
    new S3Client({
      endpoint: sandbox.url,
      region,
      credentials: SANDBOX_CREDENTIALS,
      forcePathStyle: true,
    });

  const head = (region: string, key: string) =>
    clientIn(region)
      .send(new HeadObjectCommand({ Bucket: bucketIn(region), Key: key }))
      .catch(() => undefined);

  it("is made as configured: the next plan is empty, from either bucket", async () => {
    for (const region of [undefined, AWAY]) {
      const env = environment(region);
      succeed(await run(process.execPath, ["scripts/run.mjs", "main.ts"], { directory: ROOT, env }));
      const stack = join(env["CDKTF_OUTDIR"] ?? "", "stacks/bootstrap");
      succeed(await terraform(stack, "init", "-reconfigure"));
      expect(succeed(await terraform(stack, "plan")).stdout).toContain("No changes.");
      // The lock of this plan reaches the other bucket, and after it the marker that it is gone.
      await elapse();
    }
  });

  it("holds what was written in the primary region, under a key of its own", async () => {
    const peace = await prodWith("written in peace");
    await apply(peace);
    await elapse();
    expect(await stateOf(await prodWith("", AWAY))).toEqual(await stateOf(peace));
    expect((await head(AWAY, STATE))?.SSEKMSKeyId).toContain(`:kms:${AWAY}:`);
    expect(await head(AWAY, LOCK)).toBeUndefined();
  });

  it("takes over the state that a standby kept in the primary region", async () => {
    const before = await rootWith("dr", "written before there was a replica", HOME);
    await apply(before);
    // Its lock reaches the other bucket as well, and must be gone there before that one is locked.
    await elapse();
    const { notes, serial } = await stateOf(before);
    const after = await rootWith("dr", "written before there was a replica");
    // The folder in which the old backend was initialized gets the new one.
    copyFileSync(join(after, "main.tf.json"), join(before, "main.tf.json"));
    succeed(await terraform(before, "init", "-migrate-state", "-force-copy"));
    expect(await stateOf(before)).toMatchObject({ notes, serial });
    expect(await head(AWAY, "shop/dr/terraform.tfstate")).toBeDefined();
    expect(succeed(await terraform(before, "plan")).stdout).toContain("No changes.");
    await elapse();
  });

  it("shows a lock that a lost run left, and gives it up (T34)", async () => {
    const lock = {
      ID: "7c1f7d7e-0000-4000-8000-3f6d0a1b2c3d",
      Operation: "OperationTypeApply",
      Who: "ci@runner",
    };
    const info = { ...lock, Info: "", Version: "1.11.0", Created: "2026-01-31T03:04:05Z", Path: STATE };
    await clientIn(HOME).send(
      new PutObjectCommand({ Bucket: bucketIn(HOME), Key: LOCK, Body: JSON.stringify(info) }),
    );
    await elapse();
    const away = await prodWith("written in a disaster", AWAY);
    const refused = await terraform(away, "plan");
    expect(refused.exitCode).toBe(1);
    expect(refused.stderr).toMatch(/ID:\s+7c1f7d7e-[\s\S]*Who:\s+ci@runner/);
    succeed(await runTerraform(away, ["force-unlock", "-force", lock.ID], sandbox.env));
    await elapse();
    expect(await head(AWAY, LOCK)).toBeUndefined();
    expect(await head(HOME, LOCK)).toBeUndefined();
  });

  it("is worked on while the primary region is gone, and loses nothing on the way back", async () => {
    await sandbox.client.setFaults({ regionsDown: [HOME] });
    const away = await prodWith("written in a disaster", AWAY);
    const before = await stateOf(away);
    await apply(away);
    const written = await stateOf(away);
    expect(written).toEqual({
      serial: before.serial + 1,
      lineage: before.lineage,
      notes: ["written in a disaster"],
    });
    await sandbox.client.clearFaults();
    await elapse();
    const peace = await prodWith("written in a disaster");
    expect(await stateOf(peace)).toEqual(written);
    expect(succeed(await terraform(peace, "plan")).stdout).toContain("No changes.");
  });
});

function succeed(result: RunResult): RunResult {
  if (result.exitCode !== 0) throw new Error(result.stderr || result.stdout);
  return result;
}
