import process from "node:process";
import { loadConfiguration } from "./src/config/load.ts";
import { UserError } from "./src/config/problem.ts";
import { DRILL_VARIABLE, requestedCopy } from "./src/config/drill.ts";
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
  for (const warning of warnings) console.error(`warning: ${warning}`);
}

try {
  await main();
} catch (error) {
  if (!(error instanceof UserError)) throw error;
  console.error(error.message);
  // Not just the exit code: a file that never finished may keep the event loop alive.
  process.exit(2);
}
