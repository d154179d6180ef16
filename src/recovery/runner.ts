import { randomUUID } from "node:crypto";
import { FORMAT } from "../activation/schema.ts";
import { AwsFailure, type FailureKind } from "../aws/failure.ts";
import type { RegionalAws } from "../aws/port.ts";
import { formatMinutes } from "../objectives/duration.ts";
import { Damaged } from "./damage.ts";
import { failedAt, notSo, runOf } from "./failed-run.ts";
import type { Failure } from "./failure.ts";
import { Journal } from "./journal/journal.ts";
import { LockKeeper } from "./journal/lock-keeper.ts";
import type { JournalPlace } from "./journal/place.ts";
import type { Run } from "./journal/run.ts";
import type { Given } from "./journal/schema.ts";
import type { Machine } from "./machine.ts";
import type { RunEvent } from "./news/news.ts";
import { Blocked, type Preflight } from "./preflight/preflight.ts";
import { chooseRun, supersede } from "./runs.ts";
import type { RecoveryContext, RecoveryPlan, RecoveryStep, Tell } from "./steps/step.ts";
import { contradicted, contradictionOf, isStale } from "./verify.ts";

/** Who recovers, and how a run is chosen. */
export interface Order {
  readonly operator: string;
  readonly reason: string;
  /** When the disaster was declared: the RTO counts from here. */
  readonly declaredAt: Date;
  /** A run to resume; the last unfinished one of the same verb otherwise. */
  readonly runId: string | undefined;
  /** Takes the lock of a holder that gives no sign of life. */
  readonly takeLock: boolean;
  /** The command that goes on after a failure. */
  readonly resume: string;
  /** What was chosen, for whoever resumes it. */
  readonly given?: Given | undefined;
  /** Why it is begun although something is known to block it. */
  readonly despite?: string | undefined;
}

/** What the runner itself reaches. */
export interface RunnerWorld {
  readonly place: JournalPlace;
  /** The region of the journal. */
  readonly aws: RegionalAws;
  readonly machine: Machine;
  readonly isAlive: (pid: number) => boolean;
  readonly now: () => Date;
  readonly pause: (milliseconds: number) => Promise<void>;
  readonly tell: Tell;
  /** Tells others what happens. It neither waits nor fails. */
  readonly announce: (happened: RunEvent) => void;
  /** Looks once more what blocks, under the lock and before anything is written down; absent when it was begun already. */
  readonly preflight?: (() => Promise<Preflight>) | undefined;
  /** What a step is given. */
  readonly contextOf: (journal: Journal, run: () => Run) => RecoveryContext;
}

/** How a run came to its end, for now. */
export type Ending =
  | { readonly kind: "done"; readonly run: Run }
  | { readonly kind: "failed"; readonly run: Run; readonly step: string; readonly failure: Failure }
  | { readonly kind: "interrupted"; readonly run: Run };

/** Pauses between attempts at a step that AWS did not answer. */
const BACK_OFF_MS = [5000, 15_000, 45_000];

/**
 * Carries a plan out: one at a time by one operator, written down before and after each step, resumed where it ended.
 *
 * Whatever becomes of the process, the same command goes on from there: here, or on another machine.
 *
 * @throws LockHeld when someone else is at it, UserError when there is no such run, Blocked when it is known that it can't come to
 * its end
 */
export async function runRecovery(plan: RecoveryPlan, order: Order, world: RunnerWorld): Promise<Ending> {
  refuseDisorder(plan);
  const { place, aws, now, machine, tell } = world;
  const chosen = await chooseRun(plan, order.runId, place, aws, now());
  const { runId } = chosen;
  const lock = await takeLockFor(runId, plan, order, world);
  let journal: Journal;
  try {
    const found = await world.preflight?.();
    if (found !== undefined && found.blockers.length > 0 && order.despite === undefined)
      throw new Blocked(found.blockers);
    journal = await Journal.open(runId, place, aws, now);
    if (journal.run === undefined) {
      await record(world, journal, { event: "run-started", ...startOf(plan, order, machine, found) });
      tell(`run ${runId} begins`);
      world.announce({ event: "begun", run: runOf(journal) });
    } else if (journal.run.outcome === "done") {
      // Somebody else was faster, while this one waited for the lock.
      await release(lock, tell);
      return { kind: "done", run: journal.run };
    } else {
      const { operator, given } = order;
      const chosenNow = given && { given };
      await record(world, journal, { event: "run-resumed", operator, host: machine.host, ...chosenNow });
      tell(`run ${runId} of ${journal.run.start.operator}, begun ${journal.run.start.at}, goes on`);
      world.announce({ event: "resumed", run: runOf(journal) });
    }
    for (const other of chosen.superseded) await supersede(other, runId, place, aws, now);
  } catch (error) {
    await release(lock, tell);
    throw error;
  }
  const ending = await carryOut(plan, order, world, journal, lock);
  await release(lock, tell);
  // Given back before: killed between the two, a rerun finds every step done, and ends the run.
  if (ending.kind === "done")
    await record(world, journal, { event: "run-ended", outcome: "done", evidence: plan.title });
  const whole = { ...ending, run: runOf(journal) };
  world.announce({ event: "ended", ending: whole });
  return whole;
}

async function carryOut(
  plan: RecoveryPlan,
  order: Order,
  world: RunnerWorld,
  journal: Journal,
  lock: LockKeeper,
): Promise<Ending> {
  const context = world.contextOf(journal, () => runOf(journal));
  for (let round = 1; ; round += 1) {
    for (const [index, step] of plan.steps.entries()) {
      const heading = `[${index + 1}/${plan.steps.length}] ${step.id}`;
      try {
        lock.check();
        await advance(step, heading, context, world, journal);
      } catch (error) {
        return failedAt(step.id, error, order, journal);
      }
    }
    try {
      const found = await contradicted(plan, context, (attempt) => persist(world, attempt));
      lock.check();
      const [first] = found;
      if (first === undefined) return { kind: "done", run: runOf(journal) };
      for (const { step, against } of found) {
        await record(world, journal, { event: "step-failed", step: step.id, message: against });
        world.tell(`${step.id} was done, and AWS says otherwise: ${against}`);
      }
      if (round === MOST_ROUNDS) return failedAt(first.step.id, notSo(first), order, journal);
    } catch (error) {
      return failedAt(plan.steps.at(-1)?.id ?? "", error, order, journal);
    }
  }
}

/** What is contradicted is done again, once: what stays so after that is a person's to look at. */
const MOST_ROUNDS = 2;

/** Does a step unless it is done: as the journal says, or as the world does. */
async function advance(
  step: RecoveryStep,
  heading: string,
  context: RecoveryContext,
  world: RunnerWorld,
  journal: Journal,
): Promise<void> {
  const { tell, now } = world;
  const known = runOf(journal).steps.get(step.id);
  // Zero milliseconds: whoever pressed Ctrl-C during the last step is heard before the next.
  await world.pause(0);
  if (known?.state === "done") {
    const against = isStale(step, runOf(journal))
      ? `${step.dependsOn.join(", ")} was done again after it`
      : await contradictionOf(step, context, (attempt) => persist(world, attempt));
    if (against === undefined) {
      tell(`${heading}: done before: ${known.evidence}`);
      return;
    }
    tell(`${heading}: done before, and not so any more: ${against}`);
    await record(world, journal, { event: "step-failed", step: step.id, message: against });
  }
  const found = await persist(world, () => step.isDone(context));
  if (found !== undefined) {
    await record(world, journal, { event: "step-done", step: step.id, evidence: found });
    tell(`${heading}: found done: ${found}`);
    return;
  }
  const expected = step.minutes === undefined ? "" : `, about ${formatMinutes(step.minutes)}`;
  tell(`${heading}: ${step.title}${expected}`);
  const startedAt = now().getTime();
  await record(world, journal, { event: "step-started", step: step.id });
  world.announce({ event: "step", step, run: runOf(journal) });
  const evidence = await persist(world, () => step.run(context));
  await record(world, journal, { event: "step-done", step: step.id, evidence });
  tell(`${heading}: done in ${Math.ceil((now().getTime() - startedAt) / 1000)} s: ${evidence}`);
}

/** What may be over in a minute. */
const PASSING: ReadonlySet<FailureKind> = new Set(["throttled", "unreachable", "busy"]);

/** Steps are idempotent: what AWS throttles or does not answer is tried again before anybody is bothered. */
async function persist<Value>({ pause, tell }: RunnerWorld, attempt: () => Promise<Value>): Promise<Value> {
  for (const backOffMs of BACK_OFF_MS) {
    try {
      return await attempt();
    } catch (error) {
      if (!(error instanceof AwsFailure && PASSING.has(error.kind))) throw error;
      tell(`${error.message}; once more in ${backOffMs / 1000} s`, "waiting");
      await pause(backOffMs);
    }
  }
  return attempt();
}

function takeLockFor(
  runId: string,
  { verb }: RecoveryPlan,
  { operator, takeLock }: Order,
  { place, aws, now, machine, isAlive, pause, tell }: RunnerWorld,
): Promise<LockKeeper> {
  const at = now().toISOString();
  const holder = {
    format: FORMAT,
    runId,
    verb,
    operator,
    ...machine,
    session: randomUUID(),
    takenAt: at,
    aliveAt: at,
  };
  return LockKeeper.take(place, aws, holder, now, {
    isGone: (other) =>
      other.machine === machine.machine && other.host === machine.host && !isAlive(other.pid),
    wanted: takeLock,
    pause,
    tell,
  });
}

/** The outcome of the run is worth more than the lock, which the next command takes over. */
async function release(lock: LockKeeper, tell: (line: string) => void): Promise<void> {
  try {
    await lock.release();
  } catch (error) {
    if (!(error instanceof AwsFailure || error instanceof Damaged)) throw error;
    tell(`the recovery lock could not be given back: ${error.message}; the next command takes it over`);
  }
}

const startOf = (
  { verb, environment }: RecoveryPlan,
  { operator, reason, declaredAt, despite, given }: Order,
  { host }: Machine,
  found: Preflight | undefined,
) => ({
  verb,
  environment,
  operator,
  host,
  reason,
  declaredAt: declaredAt.toISOString(),
  ...(given && { given }),
  ...(found?.point && { seen: { arn: found.point.arn, createdAt: found.point.createdAt.toISOString() } }),
  ...(found !== undefined &&
    found.blockers.length > 0 &&
    despite !== undefined && {
      despite: { reason: despite, blockers: found.blockers.map(({ id, what }) => `${id}: ${what}`) },
    }),
});

/** The file on this machine has it in any case; what the bucket lacks comes with the next write. */
async function record(
  { tell }: RunnerWorld,
  journal: Journal,
  event: Parameters<Journal["record"]>[0],
): Promise<void> {
  const problem = await journal.record(event);
  if (problem !== undefined) tell(problem);
}

/** A plan whose steps come before what they depend on is a defect, and is not begun. */
function refuseDisorder({ steps }: RecoveryPlan): void {
  const before = new Set<string>();
  for (const { id, dependsOn } of steps) {
    const missing = dependsOn.find((other) => !before.has(other));
    if (missing !== undefined || before.has(id)) throw new Error(`step ${id} is out of order`);
    before.add(id);
  }
}
