import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import process from "node:process";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { writeEnvironments, writeFiveStacks } from "../../../scripts/bench/environment-sets.ts";
import { runInTurns, runOnce } from "../../../scripts/bench/measure.ts";
import { canSeeProcesses } from "../../../scripts/bench/process-tree.ts";
import { loadConfiguration } from "../../../src/config/load.ts";
import { specsOf } from "../../../src/config/spec.ts";
import { checkStacks } from "../../../src/guardrails/check.ts";
import { templatesOf } from "../../support/synthesis.ts";

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "pilot-light-bench-test-"));
});
afterEach(() => {
  rmSync(folder, { recursive: true });
});

const node = (script: string) => ({ file: process.execPath, args: ["-e", script] });

describe("a measured command", () => {
  it.runIf(canSeeProcesses)("is charged with what its children take", async () => {
    const work =
      "const all = Buffer.alloc(150 * 2 ** 20, 1); const end = Date.now() + 250; while (Date.now() < end);";
    const parent = `require("node:child_process").execFileSync(process.execPath, ["-e", ${JSON.stringify(work)}])`;
    const samples = await runInTurns({ idle: node("setTimeout(() => {}, 300)"), parent: node(parent) }, 1);
    const [idle, busy] = [samples.get("idle"), samples.get("parent")];
    expect(idle?.seconds).toBeGreaterThan(0.3);
    expect(busy?.memoryMiB).toBeGreaterThan((idle?.memoryMiB ?? 0) + 150);
    expect(busy?.cpuSeconds).toBeGreaterThan(idle?.cpuSeconds ?? 0);
  });

  it("is not measured when it fails, and says why", async () => {
    await expect(runOnce(node('console.error("no coffee"); process.exit(3)'))).rejects.toThrow(
      /can't be measured, got exit code 3; it said no coffee/,
    );
  });
});

describe("the environments of the benchmark", () => {
  it("are the five stacks of the default set with records, without a complaint", async () => {
    writeFiveStacks(folder);
    const specs = specsOf(await loadConfiguration(folder));
    const templates = templatesOf(specs);
    expect([...templates.keys()].toSorted()).toEqual(["bootstrap", "dev", "dr", "prod", "traffic"]);
    expect(checkStacks(specs, templates)).toEqual([]);
  });

  it("are as many as were asked for, none of them in another one's addresses", async () => {
    writeEnvironments(folder, 12);
    const { services } = await loadConfiguration(folder);
    expect(new Set(services.map(({ config }) => config.network.cidr)).size).toBe(12);
  });
});
