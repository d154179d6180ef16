import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { z } from "zod";
import type { RunResult } from "../../../sandbox/process/run.ts";
import { runTerraform } from "../../../sandbox/terraform/run.ts";
import { toolchain } from "../../../src/toolchain/toolchain.ts";
import { type Plan, planSchema } from "./plan.ts";

type Env = Readonly<Record<string, string>>;

const stackSchema = z.looseObject({ terraform: z.looseObject({ backend: z.unknown().optional() }) });

/** `terraform init` without a backend, then `terraform validate`, which says what is wrong in its answer. */
export async function validateStack(directory: string, env: Env): Promise<unknown> {
  await initialize(directory, env);
  const { stdout } = await runTerraform(directory, ["validate", "-json"], env);
  return JSON.parse(stdout);
}

/** What a plan would do, in numbers. */
export interface Changes {
  readonly add: number;
  readonly change: number;
  readonly destroy: number;
}

/** Plans a stack from nothing and reads the sum, which is much cheaper than reading the plan. */
export async function planChanges(directory: string, env: Env): Promise<Changes> {
  const { stdout } = await plan(directory, env);
  const [, add, change, destroy] =
    /^Plan: (\d+) to add, (\d+) to change, (\d+) to destroy/m.exec(stdout) ?? [];
  return { add: Number(add), change: Number(change), destroy: Number(destroy) };
}

/** Plans a stack from nothing and reads the plan. */
export async function planStack(directory: string, env: Env): Promise<Plan> {
  await plan(directory, env);
  const { stdout } = await terraform(directory, ["show", "-json", "plan"], env);
  return planSchema.parse(JSON.parse(stdout));
}

/** With local state, since the bucket is not there. Fails with what Terraform said. */
async function plan(directory: string, env: Env): Promise<RunResult> {
  const file = join(directory, "cdk.tf.json");
  const stack = stackSchema.parse(JSON.parse(await readFile(file, "utf8")));
  const { backend: _, ...settings } = stack.terraform;
  await writeFile(file, JSON.stringify({ ...stack, terraform: settings }));
  await initialize(directory, env);
  return terraform(directory, ["plan", "-no-color", "-input=false", "-lock=false", "-out=plan"], env);
}

/** Fills Terraform's provider cache, which two runs must not do at the same time. */
export async function fetchProvider(env: Env): Promise<void> {
  const directory = await mkdtemp(join(tmpdir(), "pilot-light-provider-"));
  try {
    const aws = { source: "hashicorp/aws", version: toolchain().provider };
    await writeFile(
      join(directory, "main.tf.json"),
      JSON.stringify({ terraform: { required_providers: { aws } } }),
    );
    await initialize(directory, env);
  } finally {
    await rm(directory, { recursive: true, force: true });
  }
}

const initialize = (directory: string, env: Env): Promise<RunResult> =>
  terraform(directory, ["init", "-no-color", "-input=false", "-backend=false"], env);

async function terraform(directory: string, args: readonly string[], env: Env): Promise<RunResult> {
  const result = await runTerraform(directory, args, env);
  if (result.exitCode !== 0) {
    throw new Error(
      `terraform ${args[0]} ended with ${result.exitCode}:\n${result.stderr || result.stdout}`.trim(),
    );
  }
  return result;
}
