import process from "node:process";
import { loadConfiguration } from "./src/config/load.ts";
import { UserError } from "./src/config/problem.ts";
import { DRILL_VARIABLE, requestedCopy } from "./src/config/drill.ts";
import { printable } from "./src/config/show.ts";
import { specsOf } from "./src/config/spec.ts";
import { checkStacks, guardrailWarnings } from "./src/guardrails/check.ts";
import { publish } from "./src/stacks/publish.ts";
import { synthesize } from "./src/stacks/synthesize.ts";

/** Composition root: load, check, build, guard; only then write. */
async function main(): Promise<void> {
  const configuration = await loadConfiguration(process.env["ENVIRONMENTS_DIR"] || "environments", {
    stateRegion: process.env["STATE_REGION"] || undefined,
    // A recovery is not kept from going on by an objective that it can't meet.
    unmetObjectives: process.env["UNMET_OBJECTIVES"] === "accept" ? "accept" : "refuse",
  });
  const copy = requestedCopy(configuration, process.env[DRILL_VARIABLE]);
  const specs = { ...specsOf(configuration), copy };
  const { templates, files } = synthesize(specs);
  const problems = checkStacks(specs, templates);
  if (problems.length > 0) throw new UserError(problems);
  publish(files, process.env["CDKTF_OUTDIR"] || "cdktf.out");
  const warnings = [...configuration.warnings, ...guardrailWarnings(specs, templates)];
  for (const warning of warnings) console.error(printable(`warning: ${warning}`, false));
}

/** What the disk is to blame for, and the person is not. */
const FULL = new Set(["ENOSPC", "EDQUOT", "EIO", "EROFS"]);

/** A folder that can't be used, in one line: the output's, or the one for temporary files. */
function folderProblem(error: unknown): { readonly line: string; readonly exitCode: number } | undefined {
  if (!(error instanceof Error && "code" in error && "syscall" in error)) return undefined;
  const code = String(error.code);
  const remedy = FULL.has(code)
    ? "make room there, or name another folder in CDKTF_OUTDIR or TMPDIR"
    : "name a folder that can be written in CDKTF_OUTDIR, or for temporary files in TMPDIR";
  return {
    line: printable(`output can't be written, got ${error.message}; ${remedy}`, false),
    exitCode: FULL.has(code) ? 1 : 2,
  };
}

try {
  await main();
  // Not just the exit code: what a file has started may keep the event loop alive, or fail later.
  process.exit(0);
} catch (error) {
  const problem = error instanceof UserError ? { line: error.message, exitCode: 2 } : folderProblem(error);
  if (problem === undefined) throw error;
  console.error(problem.line);
  process.exit(problem.exitCode);
}
