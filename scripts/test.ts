/** Every check of the project. `npm test` runs all of them, also when one fails; `npm test -- lint types` runs those. */
import process from "node:process";
import { summarize } from "./test/results.ts";
import { type Outcome, QUICK_STEPS, runStep, type Step, TERRAFORM_STEPS } from "./test/steps.ts";

const LANES = 2;

async function main(wanted: readonly string[]): Promise<number> {
  const names = [...QUICK_STEPS, ...TERRAFORM_STEPS].map(({ name }) => name);
  const unknown = wanted.find((name) => !names.includes(name));
  if (unknown !== undefined) {
    console.error(`no such check, got ${unknown}; choose among ${names.join(", ")}`);
    return 2;
  }
  const chosen = (steps: readonly Step[]): Step[] =>
    steps.filter(({ name }) => wanted.length === 0 || wanted.includes(name));
  const outcomes = [
    ...(await runSteps(chosen(QUICK_STEPS), LANES)),
    ...(await runSteps(chosen(TERRAFORM_STEPS), 1)),
  ];
  return conclude(outcomes);
}

/** A few at a time; what a step has to say comes in one piece. */
async function runSteps(steps: readonly Step[], lanes: number): Promise<Outcome[]> {
  const queue = [...steps];
  const outcomes: Outcome[] = [];
  const lane = async (): Promise<void> => {
    for (let step = queue.shift(); step !== undefined; step = queue.shift()) {
      const outcome = await runStep(step);
      outcomes.push(outcome);
      report(outcome);
    }
  };
  await Promise.all(Array.from({ length: lanes }, lane));
  return outcomes;
}

function report({ step, ok, output, seconds, tally }: Outcome): void {
  const counts = tally === undefined ? "" : `, ${summarize([tally])}`;
  console.log(`${ok ? "ok    " : "FAILED"} ${step.name} (${seconds.toFixed(1)} s${counts})`);
  if (!ok) console.log(`\n${output.trimEnd()}\n`);
  for (const suite of tally?.skippedSuites ?? []) console.log(`       skipped: ${suite}`);
}

function conclude(outcomes: readonly Outcome[]): number {
  const failed = outcomes.filter(({ ok }) => !ok).map(({ step }) => step.name);
  const tallies = outcomes.flatMap(({ tally }) => (tally === undefined ? [] : [tally]));
  console.log("");
  console.log(failed.length === 0 ? "every check passed" : `failed checks: ${failed.join(", ")}`);
  if (tallies.length > 0) console.log(`tests: ${summarize(tallies)}`);
  return failed.length === 0 ? 0 : 1;
}

process.exitCode = await main(process.argv.slice(2));
