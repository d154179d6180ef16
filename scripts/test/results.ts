import { mkdirSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { join, resolve } from "node:path";
import { z } from "zod";

/** Where each vitest project leaves its results. */
const FOLDER = resolve("node_modules", ".cache", "pilot-light", "results");

const reportSchema = z.object({
  testResults: z.array(
    z.object({
      name: z.string(),
      status: z.string(),
      message: z.string().default(""),
      assertionResults: z.array(
        z.object({ status: z.string(), fullName: z.string(), ancestorTitles: z.array(z.string()) }),
      ),
    }),
  ),
});

/** What a test run amounts to. */
export interface Tally {
  readonly passed: number;
  readonly failed: number;
  readonly skipped: number;
  /** Titles of the suites whose tests were skipped; the title says why. */
  readonly skippedSuites: readonly string[];
}

/** The file that a vitest project writes its results to; an earlier one is gone. */
export function freshResultFile(project: string): string {
  mkdirSync(FOLDER, { recursive: true });
  const file = join(FOLDER, `${project}.json`);
  rmSync(file, { force: true });
  return file;
}

/** The results of every project that has run since its file was last cleared. */
export function readTallies(): ReadonlyMap<string, Tally> {
  mkdirSync(FOLDER, { recursive: true });
  const files = readdirSync(FOLDER).filter((file) => file.endsWith(".json"));
  return new Map(files.sort().map((file) => [file.slice(0, -".json".length), readTally(join(FOLDER, file))]));
}

/** Counts a result file. A test file that broke before its first test counts as one failure. */
export function readTally(file: string): Tally {
  const { testResults } = reportSchema.parse(JSON.parse(readFileSync(file, "utf8")));
  const tests = testResults.flatMap(({ assertionResults }) => assertionResults);
  const broken = testResults.filter(
    ({ status, assertionResults }) =>
      status === "failed" && !assertionResults.some((test) => test.status === "failed"),
  );
  const skipped = tests.filter(({ status }) => status !== "passed" && status !== "failed");
  return {
    passed: tests.filter(({ status }) => status === "passed").length,
    failed: tests.filter(({ status }) => status === "failed").length + broken.length,
    skipped: skipped.length,
    skippedSuites: [...new Set(skipped.map(({ ancestorTitles, fullName }) => ancestorTitles[0] ?? fullName))],
  };
}

/** The sum, in the form that a pipeline reads: `12 passed, 0 failed, 3 skipped`. */
export function summarize(tallies: Iterable<Tally>): string {
  const all = [...tallies];
  const sum = (of: (tally: Tally) => number): number => all.reduce((total, tally) => total + of(tally), 0);
  return `${sum(({ passed }) => passed)} passed, ${sum(({ failed }) => failed)} failed, ${sum(({ skipped }) => skipped)} skipped`;
}
