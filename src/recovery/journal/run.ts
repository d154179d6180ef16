import type { Entry, Given, RunStarted } from "./schema.ts";

/** What has become of a step. */
export type StepState =
  | { readonly state: "open" }
  | { readonly state: "running"; readonly startedAt: Date }
  | { readonly state: "failed"; readonly startedAt: Date; readonly endedAt: Date; readonly message: string }
  | { readonly state: "done"; readonly startedAt: Date; readonly endedAt: Date; readonly evidence: string };

/** What a run restores from. */
export interface ChosenPoint {
  readonly arn: string;
  /** When its data was taken. */
  readonly createdAt: Date;
  readonly engineVersion?: string | undefined;
  /** Allocated storage. */
  readonly storageGiB?: number | undefined;
}

/** A database that goes on existing, protected, until a person deletes it. */
export interface KeptDatabase {
  readonly identifier: string;
  readonly region: string;
}

/** One run of a recovery as its journal tells it. */
export interface Run {
  readonly start: RunStarted;
  /** Undefined while it is going on, or after it was killed. */
  readonly outcome: "done" | "failed" | "abandoned" | undefined;
  readonly endedAt: Date | undefined;
  /** The recovery point that it used last. */
  readonly recoveryPoint: ChosenPoint | undefined;
  /** Databases that it has taken out of Terraform's hands. */
  readonly kept: readonly KeptDatabase[];
  /** What was chosen when it was begun, or resumed since. */
  readonly given: Given;
  /** Steps that were begun, in that order. */
  readonly steps: ReadonlyMap<string, StepState>;
}

/** Groups entries into runs, oldest first. A run whose first line is missing can't be told apart, and is left out. */
export function runsOf(entries: readonly Entry[]): readonly Run[] {
  const runs = new Map<string, Run>();
  for (const entry of entries) {
    const run = entry.event === "run-started" ? fresh(entry) : runs.get(entry.runId);
    if (run !== undefined) runs.set(entry.runId, advance(run, entry));
  }
  return [...runs.values()];
}

/** The first of the steps that is not done: where to go on after a kill. Undefined when all are. */
export function nextStep<Step extends string>(run: Run, steps: readonly Step[]): Step | undefined {
  return steps.find((step) => run.steps.get(step)?.state !== "done");
}

const fresh = (start: RunStarted): Run => ({
  start,
  outcome: undefined,
  endedAt: undefined,
  recoveryPoint: undefined,
  kept: [],
  given: start.given ?? {},
  steps: new Map(),
});

function advance(run: Run, entry: Entry): Run {
  const at = new Date(entry.at);
  switch (entry.event) {
    case "run-started":
      return run;
    // What had failed or ended goes on.
    case "run-resumed":
      return { ...run, outcome: undefined, endedAt: undefined, given: { ...run.given, ...entry.given } };
    case "recovery-point-chosen":
      return { ...run, recoveryPoint: pointOf(entry) };
    case "database-kept":
      return withKept(run, entry);
    case "step-started":
      return withStep(run, entry.step, { state: "running", startedAt: at });
    case "step-failed":
      return withStep(run, entry.step, {
        state: "failed",
        startedAt: startOf(run, entry.step, at),
        endedAt: at,
        message: entry.message,
      });
    case "step-done":
      return withStep(run, entry.step, {
        state: "done",
        startedAt: startOf(run, entry.step, at),
        endedAt: at,
        evidence: entry.evidence,
      });
    case "run-ended":
      return { ...run, outcome: entry.outcome, endedAt: at };
  }
}

const pointOf = ({
  arn,
  createdAt,
  engineVersion,
  storageGiB,
}: Extract<Entry, { event: "recovery-point-chosen" }>): ChosenPoint => ({
  arn,
  createdAt: new Date(createdAt),
  ...(engineVersion !== undefined && { engineVersion }),
  ...(storageGiB !== undefined && { storageGiB }),
});

/** Once, however often the step was begun. */
const withKept = (run: Run, { identifier, region }: KeptDatabase): Run => ({
  ...run,
  kept: [...run.kept.filter((one) => one.identifier !== identifier), { identifier, region }],
});

const withStep = (run: Run, step: string, state: StepState): Run => ({
  ...run,
  steps: new Map([...run.steps, [step, state]]),
});

function startOf(run: Run, step: string, otherwise: Date): Date {
  const known = run.steps.get(step);
  return known === undefined || known.state === "open" ? otherwise : known.startedAt;
}
