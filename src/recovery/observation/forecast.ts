import { drill } from "../drill.ts";
import { failback } from "../failback.ts";
import { failover } from "../failover.ts";
import { fencePrimary } from "../fence-primary.ts";
import type { Run } from "../journal/run.ts";
import { rollback } from "../rollback.ts";
import type { RecoveryPlan } from "../steps/step.ts";
import type { Subject } from "../subject.ts";

const MINUTE_MS = 60_000;

/**
 * Minutes until a run is expected to end; what its current step has taken already counts. Undefined when a step that is left has
 * no figure.
 *
 * @param now undefined when nobody works on it: the step that was cut off is begun anew
 */
export function forecastOf(
  subject: Subject,
  run: Run,
  runs: readonly Run[],
  now: Date | undefined,
): number | undefined {
  return remainingMinutes(planOf(subject, run, runs).steps, run, now);
}

/** Minutes that the steps of a plan will take one after the other, without those that the run has done already. */
export function remainingMinutes(
  steps: RecoveryPlan["steps"],
  run: Run | undefined,
  now?: Date,
): number | undefined {
  return steps.reduce<number | undefined>((sum, { id, minutes }) => {
    const known = run?.steps.get(id);
    if (sum === undefined || known?.state === "done") return sum;
    if (minutes === undefined) return undefined;
    const spent =
      now !== undefined && known?.state === "running"
        ? (now.getTime() - known.startedAt.getTime()) / MINUTE_MS
        : 0;
    return sum + Math.max(0, Math.ceil(minutes - spent));
  }, 0);
}

/** The steps of a run that was begun earlier, perhaps elsewhere: what the plan of its verb has. */
function planOf(subject: Subject, { start, steps }: Run, runs: readonly Run[]): RecoveryPlan {
  switch (start.verb) {
    case "failover":
      return failover(subject, { point: {}, replaceDatabase: undefined }, runs, []);
    case "rollback":
      return rollback(subject, { deleteDatabase: undefined }, runs, []);
    case "failback": {
      const isWithoutData = steps.has("start-primary") && !steps.has("take-recovery-point");
      const way = steps.has("unfence-standby")
        ? ({ kind: "stay" } as const)
        : isWithoutData
          ? ({ kind: "discard-writes", hours: 0 } as const)
          : ({ kind: "with-data", compareCommand: undefined } as const);
      return failback(subject, way, runs, []);
    }
    case "fence":
      return fencePrimary(subject);
    case "drill":
      return drill(subject, {}, runs, []);
  }
}
