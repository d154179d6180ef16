import { defineConfig } from "vitest/config";
import { SlowestFirst } from "./__tests__/support/slowest-first.ts";

/** Kills processes in the middle of an apply, gives up half-way, or looks into each posture, and waits for all that: a command of its own. */
const FAULTS = [
  "__tests__/sandbox/faults.test.ts",
  "__tests__/sandbox/postures.test.ts",
  "__tests__/sandbox/primary-record.test.ts",
  "__tests__/sandbox/recovery/drill.test.ts",
  "__tests__/sandbox/recovery/kills.test.ts",
  "__tests__/sandbox/recovery/stay-or-discard.test.ts",
];

/** Starts what it tests: the shell scripts of cluster nodes, the sandbox's gateway, a browser, measured commands. */
const PROCESSES = [
  "__tests__/compute/k3s/user-data/**/*.test.ts",
  "__tests__/recovery/terraform/process.test.ts",
  "__tests__/report/browser.test.ts",
  "__tests__/sandbox-core/**/*.test.ts",
  "__tests__/scripts/bench/**/*.test.ts",
  "__tests__/scripts/dr-readiness.test.ts",
];

/** A whole return, killed on its way, on two cores that other tests keep busy too. */
const LONGEST_MS = 1_800_000;

/** Five projects: `unit` is fast and needs nothing; the others need tools, and those that may be missing are named. */
export default defineConfig({
  test: {
    // A concurrent test waits for a Terraform of its own, and that keeps a core busy.
    maxConcurrency: 2,
    sequence: { sequencer: SlowestFirst },
    projects: [
      {
        test: {
          name: "unit",
          include: ["__tests__/**/*.test.ts"],
          exclude: ["__tests__/terraform/**", "__tests__/sandbox/**", ...PROCESSES],
          testTimeout: 60_000,
          // Files share a worker and its modules: loading CDKTF anew for each costs more than all the tests.
          isolate: false,
          // Vitest leaves a core of two to itself, and a file often waits for a process that it has started.
          maxWorkers: 2,
          setupFiles: "__tests__/support/setup.ts",
          // A synthesis leaves much behind that is short-lived; a nursery of the default size copies most of it.
          execArgv: ["--max-semi-space-size=64"],
        },
      },
      {
        test: {
          name: "processes",
          include: PROCESSES,
          testTimeout: 60_000,
          isolate: false,
          maxWorkers: 2,
          setupFiles: "__tests__/support/setup.ts",
        },
      },
      {
        test: {
          name: "terraform",
          include: ["__tests__/terraform/**/*.test.ts"],
          globalSetup: "__tests__/terraform/support/global-setup.ts",
          maxWorkers: 2,
          testTimeout: 240_000,
          hookTimeout: 240_000,
        },
      },
      {
        test: {
          name: "sandbox",
          include: ["__tests__/sandbox/**/*.test.ts"],
          exclude: FAULTS,
          testTimeout: LONGEST_MS,
          hookTimeout: 300_000,
          // Each file has a sandbox of its own, and waits for the provider's timers most of the time.
          maxWorkers: 4,
        },
      },
      {
        test: {
          name: "faults",
          include: FAULTS,
          testTimeout: LONGEST_MS,
          hookTimeout: 300_000,
          // One file keeps a core busy for a tenth of the time.
          maxWorkers: 4,
        },
      },
    ],
  },
});
