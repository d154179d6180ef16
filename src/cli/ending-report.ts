import { formatMinutes } from "../objectives/duration.ts";
import type { Failure } from "../recovery/failure.ts";
import { achievedBy, leavesDnsOut, rtoIncludesDns, WITHOUT_DNS } from "../recovery/journal/achieved.ts";
import type { DamagedLock } from "../recovery/journal/lock.ts";
import type { LockHolder } from "../recovery/journal/schema.ts";
import type { Ending } from "../recovery/runner.ts";
import type { Standing } from "../recovery/standing.ts";
import type { RecoveryPlan } from "../recovery/steps/step.ts";
import type { Subject } from "../recovery/subject.ts";
import { formatAge, formatTime, minutesBetween } from "../recovery/time.ts";
import { standingLine } from "./blocked-report.ts";
import type { Painter } from "./paint.ts";

/** How a command ended, and what is left to do. */
export interface Completion {
  readonly ending: Ending;
  readonly plan: RecoveryPlan;
  readonly subject: Subject;
  /** The command that goes on. */
  readonly resume: string;
  readonly afterwards: readonly string[];
  /** Who serves now; looked up where it has not ended well. */
  readonly standing: Standing | undefined;
}

/** What became of it, for a person. */
export function endingReport(completion: Completion, paint: Painter): string[] {
  const { ending, plan, resume, afterwards } = completion;
  switch (ending.kind) {
    case "done":
      return [
        paint("green", `${plan.verb} done: ${plan.title}`),
        ...achievedLines(completion),
        ...afterwards.map((line) => `  ${line}`),
        `  undo: ${plan.undo}`,
      ];
    case "interrupted":
      return [
        ...standingLines(completion, paint),
        paint("yellow", `${plan.verb} stopped by the operator; what was done stays`),
        "  go on here or on another machine:",
        `    ${resume}`,
        `  or undo: ${plan.undo}`,
      ];
    case "failed":
      return [
        ...standingLines(completion, paint),
        ...failureReport(ending.failure, paint, `${plan.verb} failed at ${ending.step}`),
        `  or undo: ${plan.undo}`,
      ];
  }
}

/** Before anything else: what is closed now, and what opens it. */
function standingLines({ standing, ending, plan, resume }: Completion, paint: Painter): string[] {
  // A drill closes nothing.
  if (standing === undefined || plan.verb === "drill") return [];
  return [standingLine(standing, reopenOf({ ending, plan, resume }), paint)];
}

const reopenOf = ({ ending, plan, resume }: Pick<Completion, "ending" | "plan" | "resume">): string =>
  plan.reopen?.(ending.run) ?? resume;

/** What happened, what state the world is in, what to run next. */
export const failureReport = ({ what, state, next }: Failure, paint: Painter, title = "failed"): string[] => [
  paint("red", `${title}: ${what}`),
  `  state: ${state}`,
  "  next:",
  // A step and the runner may advise the same.
  ...[...new Set(next.flatMap((lines) => lines.split("\n")))].map((line) => `    ${line}`),
];

/** Someone else is at it. */
export function refusalReport(holder: LockHolder, now: Date, resume: string): string[] {
  const { operator, host, verb, runId, takenAt, aliveAt } = holder;
  const age = (time: string): string => formatAge(minutesBetween(new Date(time), now));
  return [
    `refused: ${operator} on ${host} holds the recovery lock since ${formatTime(new Date(takenAt))}, ${age(takenAt)}, for ${verb}, run ${runId}`,
    `  state: nothing was changed; the last sign of life of ${operator}'s process was ${age(aliveAt)} ago`,
    "  next:",
    "    # ask the holder, and see how far the run has come",
    "    npm run dr -- status",
    "    # only if the holder's process is gone; it is watched for a sign of life first",
    `    ${resume} --take-lock`,
  ];
}

/** Nobody can say whether someone else is at it. */
export const damagedLockReport = ({ message }: DamagedLock, resume: string): string[] => [
  `refused: ${message}`,
  "  state: nothing was changed; nobody can say who works on this recovery",
  "  next:",
  "    # ask whether somebody does, and see how far the last run has come",
  "    npm run dr -- status",
  "    # only if nobody does; the lock is watched for a sign of life first",
  `    ${resume} --take-lock`,
];

function achievedLines({ ending, subject }: Completion): string[] {
  const { rtoMinutes, rpoMinutes } = achievedBy(ending.run);
  const { rto, rpo } = subject.objectives;
  const without = leavesDnsOut(ending.run, subject) ? WITHOUT_DNS : "";
  return [
    ["RTO", rtoMinutes, rto.target.minutes, without] as const,
    ["RPO", rpoMinutes, rpo.target.minutes, ""] as const,
  ].flatMap(([name, minutes, target, note]) =>
    minutes === undefined
      ? []
      : [
          `  ${name} achieved: ${formatMinutes(minutes)} of ${formatMinutes(target)}${name === "RTO" ? ", from the declaration to the validation" : ""}${minutes > target ? ", missed" : ""}${note}`,
        ],
  );
}

/** The same for machines. */
export function endingToJson({
  ending,
  plan,
  subject,
  resume,
  afterwards,
  standing,
}: Completion): Record<string, unknown> {
  const { run } = ending;
  const { rtoMinutes, rpoMinutes } = achievedBy(run);
  const { rto, rpo } = subject.objectives;
  return {
    verb: plan.verb,
    environment: plan.environment,
    outcome: ending.kind,
    runId: run.start.runId,
    operator: run.start.operator,
    declaredAt: run.start.declaredAt,
    recoveryPoint:
      run.recoveryPoint === undefined
        ? null
        : { arn: run.recoveryPoint.arn, createdAt: run.recoveryPoint.createdAt.toISOString() },
    steps: [...run.steps].map(([id, { state }]) => ({ id, state })),
    rtoMinutes: rtoMinutes ?? null,
    rtoIncludesDns: rtoIncludesDns(run, subject),
    rpoMinutes: rpoMinutes ?? null,
    objectives: { rtoMinutes: rto.target.minutes, rpoMinutes: rpo.target.minutes },
    ...(standing && { standing, reopen: reopenOf({ ending, plan, resume }) }),
    ...(ending.kind === "failed" && { step: ending.step, failure: ending.failure }),
    ...(ending.kind === "done" ? { afterwards } : { resume }),
    undo: plan.undo,
  };
}
