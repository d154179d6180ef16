import { suggestSchedule } from "../backup/job-starts.ts";
import { longestGapMinutes } from "../backup/schedule.ts";
import type { Problem } from "../config/problem.ts";
import { formatMinutes } from "./duration.ts";
import type { Objective, PairObjectives } from "./objectives.ts";
import { copyTerms } from "./rpo.ts";
import { storageLimit } from "./steps.ts";
import { formatArithmetic } from "./worst-case.ts";

const MINUTES_PER_DAY = 24 * 60;

/** Targets that a chosen way of recovery can't hold, with the arithmetic and what would do. */
export function* checkObjectives(objectives: PairObjectives): Generator<Problem> {
  const { pair, strategy, rpo, rto } = objectives;
  const { file } = pair.standby;
  if (strategy === undefined) return;
  yield* checkTarget(rpo, file, "objectives.rpoHours", () => rpoRemedies(objectives));
  yield* checkTarget(rto, file, "objectives.rtoHours", () => rtoRemedies(objectives));
  yield* checkOverlap(objectives);
}

function* checkTarget(
  { target, worstCase, met }: Objective,
  file: string,
  key: string,
  remedies: () => readonly string[],
): Generator<Problem> {
  // Without a bound there is no arithmetic: the reason is stated, or reported where it lies.
  if (met || !worstCase.bounded) return;
  const arithmetic = formatArithmetic(worstCase.terms);
  const raise = `raise ${key} to ${Math.ceil(worstCase.minutes / 60)}`;
  const message = `can't be met, got ${arithmetic}, target ${formatMinutes(target.minutes)}; ${[...remedies(), raise].join(", or ")}`;
  yield { file, key, message };
}

function rpoRemedies({ pair, strategy, rpo }: PairObjectives): readonly string[] {
  const { primary, standby } = pair;
  if (strategy !== "backup-copy") {
    return [`lower database.recovery.lagAllowanceMinutes of ${standby.file}`];
  }
  const { backup, ...reserved } = primary.config.database;
  const overhead = copyTerms(backup, primary.file).reduce((sum, { minutes }) => sum + minutes, 0);
  const schedule = suggestSchedule(rpo.target.minutes - overhead, backup.startWindowMinutes, reserved);
  if (schedule === undefined) return ['choose database.recovery.strategy "automated-backups"'];
  const reached = formatMinutes(longestGapMinutes(schedule) + overhead);
  return [
    `set database.backup.schedule of ${primary.file} to ${schedule.expression}, which gives ${reached}`,
  ];
}

function rtoRemedies({ pair, rto }: PairObjectives): readonly string[] {
  const measured = "set objectives.allowances to what a drill has measured";
  const { warmUpMiBPerSecond } = pair.standby.config.objectives.allowances;
  const excessMinutes = rto.worstCase.bounded ? rto.worstCase.minutes - rto.target.minutes : 0;
  const excessGib = (excessMinutes * 60 * warmUpMiBPerSecond) / 1024;
  const { storageGiB, maxStorageGiB = 0 } = pair.primary.config.database;
  const reachableGib = Math.floor(maxStorageGiB - excessGib);
  // Storage autoscaling needs a tenth above what is allocated, and what is allocated never shrinks (T21).
  const isReachable = maxStorageGiB === storageLimit(pair).gib && reachableGib >= storageGiB * 1.1;
  const smaller = `lower database.maxStorageGiB of ${pair.primary.file} to ${reachableGib}`;
  return isReachable ? [measured, smaller] : [measured];
}

/** A copy that expires before its successor is complete leaves the standby with nothing. */
function* checkOverlap({ pair, strategy, rpo }: PairObjectives): Generator<Problem> {
  const { copyRetentionDays } = pair.primary.config.database.backup;
  if (strategy !== "backup-copy" || !rpo.worstCase.bounded) return;
  const { minutes } = rpo.worstCase;
  if (copyRetentionDays * MINUTES_PER_DAY >= minutes) return;
  const leastDays = Math.ceil(minutes / MINUTES_PER_DAY);
  const message = `expires before the next copy is complete, got ${copyRetentionDays} days for ${formatMinutes(minutes)}; keep copies for at least ${leastDays}`;
  yield { file: pair.primary.file, key: "database.backup.copyRetentionDays", message };
}
