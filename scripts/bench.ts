/** How long everything takes, in one table. `npm run bench -- --help` */
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import process from "node:process";
import { Command, CommanderError } from "commander";
import { UserError } from "../src/config/problem.ts";
import { type Figure, isMet } from "./bench/figures.ts";
import { thisMachine } from "./bench/machine.ts";
import { readinessFigures } from "./bench/readiness.ts";
import { text, toJson, withFigures } from "./bench/report.ts";
import { growthFigures, synthesisFigures } from "./bench/synthesis.ts";
import { testFigures } from "./bench/tests.ts";

const DOCUMENT = "docs/performance.md";

const [RUNS, QUICK_RUNS] = [5, 2];

interface Options {
  readonly quick?: boolean;
  readonly json?: boolean;
  readonly check?: boolean;
  readonly write?: boolean;
}

const progress = (what: string): void => console.error(`measuring ${what}`);

async function measure(runs: number, whole: boolean): Promise<readonly Figure[]> {
  const scratch = mkdtempSync(join(tmpdir(), "pilot-light-bench-"));
  try {
    progress("synthesis");
    const synthesis = await synthesisFigures(scratch, runs);
    progress("growth");
    const growth = await growthFigures(scratch, runs);
    progress("readiness");
    const readiness = await readinessFigures();
    progress(whole ? "npm test" : "unit tests");
    const tests = await testFigures(whole);
    return [...synthesis, ...growth, ...readiness, ...tests];
  } finally {
    rmSync(scratch, { recursive: true, force: true });
  }
}

async function bench({ quick = false, json = false, check = false, write = false }: Options): Promise<void> {
  const machine = thisMachine();
  const figures = await measure(quick ? QUICK_RUNS : RUNS, !quick);
  console.log(json ? JSON.stringify(toJson(figures, machine), undefined, 2) : text(figures, machine));
  if (write)
    writeFileSync(
      DOCUMENT,
      withFigures(readFileSync(DOCUMENT, "utf8"), figures, machine, quick ? QUICK_RUNS : RUNS),
    );
  const targets = figures.flatMap((figure) => figure.targets ?? []);
  process.exitCode = check && !targets.every(isMet) ? 1 : 0;
}

try {
  await new Command("npm run bench --")
    .description(
      "measures synthesis, readiness and tests against their targets; shows misses and ends with 0",
    )
    .option("--quick", "two runs of each, and of the tests the unit tests only: a minute in place of five")
    .option("--json", "print one JSON document")
    .option("--check", "end with 1 when a target is missed")
    .option("--write", `put the table into ${DOCUMENT}`)
    .exitOverride()
    .action(bench)
    .parseAsync();
} catch (error) {
  if (error instanceof CommanderError) process.exitCode = error.exitCode === 0 ? 0 : 2;
  else if (error instanceof UserError) {
    console.error(error.message);
    process.exitCode = 2;
  } else throw error;
}
