import { drCommand, resumeCommand } from "./commands.ts";
import type { Run } from "./journal/run.ts";

/** A run that has not ended, and the command that goes on with it; for whoever is about to do something else. */
export function unfinishedText(run: Run, environment: string): string {
  const { verb, runId, operator } = run.start;
  const last = [...run.steps].findLast(([, { state }]) => state !== "open");
  const where = last === undefined ? "" : ` (step ${last[0]} ${last[1].state})`;
  return `${verb}, run ${runId} of ${operator}, has not ended${where}; ${waysOn(run, environment)}`;
}

/** How a run is resumed, and how it is given up. */
function waysOn(run: Run, environment: string): string {
  const resume = `resume it: ${resumeCommand(run, environment)}`;
  const isReturn =
    run.start.verb === "failback" && !run.steps.has("unfence-standby") && !run.steps.has("cut-back");
  return isReturn
    ? `${resume}; or give it up: ${drCommand("failback", { environment, flags: ["--stay"], execute: true })}`
    : resume;
}
