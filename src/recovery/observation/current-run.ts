import type { HeldLock } from "../journal/lock.ts";
import type { Run } from "../journal/run.ts";
import type { Verb } from "../journal/schema.ts";
import { resumeCommand } from "../commands.ts";
import { movingRun, unfinished } from "../runs.ts";
import { dnsWait } from "../dns/users-names.ts";
import type { Subject } from "../subject.ts";
import { formatAge, minutesBetween } from "../time.ts";
import { forecastOf } from "./forecast.ts";
import type { Seen } from "./side.ts";

/** A run that has not come to its end. */
export interface CurrentRun {
  readonly run: Run;
  /** Whether a process works on it: by its signs of life, never by the journal alone. */
  readonly life: "running" | "stopped" | "not known";
  /** What says so. */
  readonly lifeEvidence: string;
  /** The step that it is at; undefined before the first. */
  readonly step: CurrentStep | undefined;
  /** Until its end, from now or from when it is resumed; undefined when nobody knows. */
  readonly remainingMinutes: number | undefined;
  /** When it is expected to end; only of one that runs. */
  readonly expectedEnd: Date | undefined;
  /** The command that goes on with it. */
  readonly resume: string;
}

/** Where a run is. */
export interface CurrentStep {
  readonly id: string;
  readonly state: "running" | "failed" | "done";
  readonly since: Date;
  /** What has to be changed in DNS before it ends; undefined when nothing has to, or it does not run. */
  readonly dnsWait?: string | undefined;
  /** What it has failed with. */
  readonly message: string | undefined;
}

/** A holder shows that it lives every 15 s. */
const SILENT_MS = 60_000;

/** The unfinished run that counts: one that moves the pair, or else a fence or a drill that nothing has overtaken. */
export function unfinishedRun(runs: readonly Run[]): Run | undefined {
  const moving = movingRun(runs);
  if (moving !== undefined) return moving;
  const others: readonly Verb[] = ["fence", "drill"];
  return others
    .map((verb) => unfinished(runs, verb))
    .find(
      (run) =>
        run !== undefined && !runs.slice(runs.indexOf(run) + 1).some(({ start }) => start.verb !== "drill"),
    );
}

/** What the journal and the lock say of the run that has not ended; undefined when every run has. */
export function currentRun(
  subject: Subject,
  runs: readonly Run[],
  lock: Seen<HeldLock | undefined>,
  now: Date,
): CurrentRun | undefined {
  const run = unfinishedRun(runs);
  if (run === undefined) return undefined;
  const { life, lifeEvidence, isLockLeft } = lifeOf(run, lock, now);
  const step = stepOf(run, subject);
  const remainingMinutes = forecastOf(subject, run, runs, life === "stopped" ? undefined : now);
  const isRunning = life === "running" && remainingMinutes !== undefined;
  return {
    run,
    life,
    lifeEvidence,
    step,
    remainingMinutes,
    expectedEnd: isRunning ? new Date(now.getTime() + remainingMinutes * 60_000) : undefined,
    resume: resumeCommand(run, subject.standby.name, isLockLeft ? ["--take-lock"] : []),
  };
}

function lifeOf(
  { start }: Run,
  lock: Seen<HeldLock | undefined>,
  now: Date,
): Pick<CurrentRun, "life" | "lifeEvidence"> & { readonly isLockLeft: boolean } {
  if (!lock.known)
    return {
      life: "not known",
      lifeEvidence: `the recovery lock can't be read: ${lock.because}`,
      isLockLeft: false,
    };
  if (lock.value === undefined)
    return { life: "stopped", lifeEvidence: "nobody holds the recovery lock", isLockLeft: false };
  const { runId, verb, operator, host, aliveAt } = lock.value.holder;
  const lastSign = new Date(aliveAt);
  const isSilent = now.getTime() - lastSign.getTime() > SILENT_MS;
  const sign = `the last sign of life of ${operator} on ${host} was ${formatAge(minutesBetween(lastSign, now))} ago`;
  if (runId !== start.runId)
    return {
      life: "stopped",
      lifeEvidence: `the recovery lock is held for ${verb}, run ${runId}; ${sign}`,
      isLockLeft: isSilent,
    };
  return isSilent
    ? { life: "stopped", lifeEvidence: sign, isLockLeft: true }
    : { life: "running", lifeEvidence: `${operator} on ${host} works on it`, isLockLeft: false };
}

/** The step that runs or has failed, or else the last that is done: the run was stopped between two. */
function stepOf({ steps }: Run, subject: Subject): CurrentStep | undefined {
  const begun = [...steps].flatMap(([id, state]) => (state.state === "open" ? [] : [{ id, ...state }]));
  const current = begun.findLast(({ state }) => state !== "done") ?? begun.at(-1);
  return (
    current && {
      id: current.id,
      state: current.state,
      since: current.state === "running" ? current.startedAt : current.endedAt,
      dnsWait: current.state === "running" ? dnsWait(subject, current.id) : undefined,
      message: current.state === "failed" ? current.message : undefined,
    }
  );
}
