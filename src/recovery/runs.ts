import type { RegionalAws } from "../aws/port.ts";
import { UserError } from "../config/problem.ts";
import { readHistory, untold } from "./journal/history.ts";
import { Journal, newRunId } from "./journal/journal.ts";
import type { JournalPlace } from "./journal/place.ts";
import type { Run } from "./journal/run.ts";
import type { Verb } from "./journal/schema.ts";
import type { RecoveryPlan } from "./steps/step.ts";

/** The run that a command is about. */
export interface ChosenRun {
  readonly runId: string;
  /** Unfinished ones that must never go on once this one has begun: they move the same pair elsewhere. */
  readonly superseded: readonly Run[];
}

/** What moves a pair; a drill moves nothing, and can be ended afterwards. */
const MOVING: readonly Verb[] = ["failover", "rollback", "failback"];

/** The last run of a verb when it has not come to its end; undefined when it has, or there is none. */
export const unfinished = (runs: readonly Run[], verb: Verb): Run | undefined => {
  const last = runs.findLast(({ start }) => start.verb === verb);
  return last?.outcome === undefined ? last : undefined;
};

/** A run that moves the pair and has not come to its end. */
export const movingRun = (runs: readonly Run[]): Run | undefined =>
  MOVING.map((verb) => unfinished(runs, verb)).find((run) => run !== undefined);

/** Whether an open failover has left the primary: it must not write any more, whatever the record says. */
export function isFailoverDeclared(runs: readonly Run[]): boolean {
  const moving = movingRun(runs);
  return moving?.start.verb === "failover" && moving.steps.get("declare")?.state === "done";
}

/**
 * The run that a command goes on with; undefined when it begins another.
 *
 * @param runId as it was asked for
 * @throws UserError when the one that is asked for can't be resumed
 */
export const runToResume = (runs: readonly Run[], verb: Verb, runId: string | undefined): Run | undefined =>
  runId === undefined ? unfinished(runs, verb) : named(runs, verb, runId);

/**
 * The run to resume, or the name of a new one.
 *
 * @throws UserError when the one that is asked for can't be resumed, DamagedJournal when nobody knows whether another is open
 */
export async function chooseRun(
  { verb }: Pick<RecoveryPlan, "verb">,
  runId: string | undefined,
  place: JournalPlace,
  aws: RegionalAws,
  now: Date,
): Promise<ChosenRun> {
  const history = await readHistory(place, aws);
  const { runs } = history;
  const asked = runToResume(runs, verb, runId);
  const [unknown] = untold(history);
  // What it tells of may move the same pair, and have gone half of its way.
  if (asked === undefined && unknown !== undefined && MOVING.includes(verb)) throw unknown;
  const chosen = asked?.start.runId ?? newRunId(now);
  const superseded = MOVING.includes(verb)
    ? MOVING.flatMap((other) => unfinished(runs, other) ?? []).filter(({ start }) => start.runId !== chosen)
    : [];
  return { runId: chosen, superseded };
}

/** Ends a run that was overtaken. */
export async function supersede(
  { start }: Run,
  by: string,
  place: JournalPlace,
  aws: RegionalAws,
  now: () => Date,
): Promise<void> {
  const journal = await Journal.open(start.runId, place, aws, now);
  await journal.record({ event: "run-ended", outcome: "abandoned", evidence: `overtaken by run ${by}` });
}

function named(runs: readonly Run[], verb: Verb, runId: string): Run {
  const run = runs.find(({ start }) => start.runId === runId);
  const message =
    run === undefined
      ? `no such run, got ${runId}; npm run dr -- status shows them`
      : run.start.verb !== verb
        ? `is a ${run.start.verb}, got ${runId}; resume it with npm run dr -- ${run.start.verb}`
        : run.outcome === "done" || run.outcome === "abandoned"
          ? `has ended, ${run.outcome}, got ${runId}; leave --run out to begin another`
          : undefined;
  if (run === undefined || message !== undefined)
    throw new UserError([{ file: "--run", key: "", message: message ?? "" }]);
  return run;
}
