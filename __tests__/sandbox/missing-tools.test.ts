import { mkdtemp, readFile, rm, symlink, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import process from "node:process";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { z } from "zod";
import { run } from "../../sandbox/process/run.ts";
import { toolchain } from "../../src/toolchain/toolchain.ts";

const ROOT = resolve(import.meta.dirname, "../..");
const PROVIDER = `no mirror holds version ${toolchain().provider} of the AWS provider and the registry does not answer; `;
const PYTHON = "python 3 is not on the PATH; install it with: ";

/** Says which registry Terraform would ask for the provider: one that does not answer. */
const TERRAFORM_ALONE = "#!/bin/sh\necho 'provider[127.0.0.1:1/hashicorp/aws]'\n";

const reportSchema = z.object({
  numFailedTestSuites: z.int(),
  numPassedTests: z.int(),
  numPendingTests: z.int(),
});

describe.each([
  {
    lacks: "Terraform, the AWS provider and Python",
    has: {},
    missing: ["terraform is not on the PATH; install it with: ", PROVIDER, PYTHON],
  },
  {
    lacks: "the AWS provider and Python",
    has: { terraform: TERRAFORM_ALONE },
    missing: [PROVIDER, PYTHON],
  },
])("on a machine without $lacks", ({ has, missing }) => {
  let bare: string;

  beforeAll(async () => {
    bare = await mkdtemp(join(tmpdir(), "pilot-light-bare-"));
    await symlink(process.execPath, join(bare, "node"));
    for (const [name, program] of Object.entries(has)) {
      await writeFile(join(bare, name), program, { mode: 0o755 });
    }
  });
  afterAll(() => rm(bare, { recursive: true, force: true }));

  const node = (args: readonly string[], env: Readonly<Record<string, string>> = {}) =>
    run(process.execPath, args, {
      directory: ROOT,
      env: { PATH: bare, HOME: bare, TF_PLUGIN_DIR: bare, SANDBOX_REQUIRED: "", ...env },
    });

  const test = async (env: Readonly<Record<string, string>>) => {
    const file = join(bare, "results.json");
    const vitest = ["node_modules/vitest/vitest.mjs", "run", "--project", "sandbox", "--reporter=json"];
    const result = await node([...vitest, `--outputFile=${file}`, "sandbox/moto.test.ts"], env);
    return { ...result, report: reportSchema.parse(JSON.parse(await readFile(file, "utf8"))) };
  };

  it("the sandbox names each in one line, and ends with 1", async () => {
    const { exitCode, stdout, stderr } = await node(["scripts/run.mjs", "sandbox/main.ts"]);
    expect(exitCode).toBe(1);
    expect(stdout).toBe("");
    const lines = stderr.trim().split("\n");
    expect(lines.map((line, index) => line.slice(0, missing[index]?.length))).toEqual(missing);
  });

  it("tests are reported as skipped, and never as passed", async () => {
    const { exitCode, stderr, report } = await test({});
    expect(exitCode).toBe(0);
    for (const line of missing) expect(stderr).toContain(`skipped: ${line}`);
    expect(report.numPassedTests).toBe(0);
    expect(report.numPendingTests).toBeGreaterThan(0);
  });

  it("tests fail where the sandbox is required", async () => {
    const { exitCode, report } = await test({ SANDBOX_REQUIRED: "1" });
    expect(exitCode).toBe(1);
    expect(report).toMatchObject({ numFailedTestSuites: 1, numPassedTests: 0 });
  });
});
