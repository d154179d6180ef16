import { spawn } from "node:child_process";
import { existsSync } from "node:fs";
import { resolve } from "node:path";
import { freshResultFile, readTally, type Tally } from "./results.ts";

/** One check of the project. */
export interface Step {
  readonly name: string;
  readonly command: readonly [binary: string, ...args: string[]];
  /** The vitest project that it runs, if it runs one. */
  readonly project?: string;
}

export interface Outcome {
  readonly step: Step;
  readonly ok: boolean;
  readonly output: string;
  readonly seconds: number;
  readonly tally: Tally | undefined;
}

const vitest = (name: string, project: string): Step => ({
  name,
  project,
  command: ["vitest", "run", "--project", project, "--passWithNoTests"],
});

/** Two run at a time: the unit tests beside what needs one core, and then those that start processes of their own. */
export const QUICK_STEPS: readonly Step[] = [
  vitest("unit", "unit"),
  { name: "types", command: ["tsc", "-p", "."] },
  { name: "unused", command: ["knip", "--no-progress"] },
  { name: "lint", command: ["oxlint"] },
  { name: "format", command: ["prettier", "--check", "."] },
  vitest("processes", "processes"),
];

/** The step that keeps every core busy by itself: Terraform starts a provider for each stack. */
export const TERRAFORM_STEPS: readonly Step[] = [vitest("terraform", "terraform")];

/** Runs a step and keeps what it prints. */
export async function runStep(step: Step): Promise<Outcome> {
  const startedAt = performance.now();
  const [binary, ...args] = step.command;
  const file = step.project === undefined ? undefined : freshResultFile(step.project);
  const reporters =
    file === undefined ? [] : ["--reporter=default", "--reporter=json", `--outputFile.json=${file}`];
  const { exitCode, output } = await run(resolve("node_modules", ".bin", binary), [...args, ...reporters]);
  return {
    step,
    ok: exitCode === 0,
    output,
    seconds: (performance.now() - startedAt) / 1000,
    tally: file !== undefined && existsSync(file) ? readTally(file) : undefined,
  };
}

function run(
  file: string,
  args: readonly string[],
): Promise<{ readonly exitCode: number; readonly output: string }> {
  return new Promise((done) => {
    const chunks: string[] = [];
    const keep = (chunk: string): void => void chunks.push(chunk);
    const child = spawn(file, [...args], { stdio: ["ignore", "pipe", "pipe"] });
    child.stdout.setEncoding("utf8").on("data", keep);
    child.stderr.setEncoding("utf8").on("data", keep);
    child.once("error", (error) => {
      keep(error.message);
      done({ exitCode: 1, output: chunks.join("") });
    });
    child.once("close", (code) => {
      done({ exitCode: code ?? 1, output: chunks.join("") });
    });
  });
}
