import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { TestProject } from "vitest/node";
import project from "../../../environments/project.ts";
import {
  type Capabilities,
  PROVIDER_MISSING,
  sandboxCapabilities,
  TERRAFORM_MISSING,
} from "../../../sandbox/capabilities.ts";
import { startSandbox } from "../../../sandbox/start.ts";
import { writeCliConfig } from "../../../sandbox/terraform/cli-config.ts";
import type { Machine } from "./machine.ts";
import { fetchProvider } from "./terraform.ts";

/** Finds out once what this machine can do, and starts one emulated AWS for all test files. */
export async function setup(vitest: TestProject): Promise<() => Promise<void>> {
  const capabilities = await sandboxCapabilities();
  const forValidate = capabilities.missing.filter((one) =>
    [TERRAFORM_MISSING, PROVIDER_MISSING].includes(one),
  );
  const { machine, stop } = await start(capabilities, forValidate);
  vitest.provide("machine", machine);
  return stop;
}

async function start(
  capabilities: Capabilities,
  cannotValidate: readonly string[],
): Promise<{ readonly machine: Machine; readonly stop: () => Promise<void> }> {
  const cannotPlan = capabilities.missing;
  if (cannotPlan.length === 0) {
    const sandbox = await startSandbox({ capabilities, account: project.accountId });
    if (capabilities.mirror === undefined) await fetchProvider(sandbox.env);
    return { machine: { cannotValidate, cannotPlan, env: sandbox.env }, stop: () => sandbox.stop() };
  }
  const directory = await mkdtemp(join(tmpdir(), "pilot-light-terraform-"));
  const env = { ...inherited(), TF_CLI_CONFIG_FILE: await writeCliConfig(directory, capabilities.mirror) };
  if (cannotValidate.length === 0 && capabilities.mirror === undefined) await fetchProvider(env);
  return {
    machine: { cannotValidate, cannotPlan, env },
    stop: () => rm(directory, { recursive: true, force: true }),
  };
}

const inherited = (): Record<string, string> =>
  Object.fromEntries(
    Object.entries(process.env).flatMap(([name, value]) => (value === undefined ? [] : [[name, value]])),
  );
