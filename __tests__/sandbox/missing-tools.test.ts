import { mkdtemp, readFile, rm, symlink } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import process from "node:process";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { z } from "zod";
import { run } from "../../sandbox/process/run.ts";

const ROOT = resolve(import.meta.dirname, "../..");
const MISSING = [
  "terraform is not on the PATH; install it with: ",
  "python 3 is not on the PATH; install it with: ",
];

const reportSchema = z.object({
  numFailedTestSuites: z.int(),
  numPassedTests: z.int(),
  numPendingTests: z.int(),
});

describe("on a machine without Terraform and without Python", () => {
  let bare: string;

  beforeAll(async () => {
    bare = await mkdtemp(join(tmpdir(), "pilot-light-bare-"));
    await symlink(process.execPath, join(bare, "node"));
  });
  afterAll(() => rm(bare, { recursive: true, force: true }));

  const node = (args: readonly string[], env: Readonly<Record<string, string>> = {}) =>
    run(process.execPath, args, {
      directory: ROOT,
      env: { PATH: bare, HOME: bare, SANDBOX_REQUIRED: "", ...env },
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
    expect(lines.map((line, index) => line.startsWith(MISSING[index] ?? "nothing"))).toEqual([true, true]);
  });

  it("tests are reported as skipped, and never as passed", async () => {
    const { exitCode, stderr, report } = await test({});
    expect(exitCode).toBe(0);
    for (const line of MISSING) expect(stderr).toContain(`skipped: ${line}`);
    expect(report.numPassedTests).toBe(0);
    expect(report.numPendingTests).toBeGreaterThan(0);
  });

  it("tests fail where the sandbox is required", async () => {
    const { exitCode, report } = await test({ SANDBOX_REQUIRED: "1" });
    expect(exitCode).toBe(1);
    expect(report).toMatchObject({ numFailedTestSuites: 1, numPassedTests: 0 });
  });
});
