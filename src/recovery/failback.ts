import { type MinutesOf, partsOf, type Parts, stayParts } from "./failback/parts.ts";
import { FAILBACK_STEP_IDS, type FailbackStepId, STAY_STEP_IDS } from "./failback/step-ids.ts";
import type { Return } from "./failback/way.ts";
import { formatMinutes } from "../objectives/duration.ts";
import { drCommand } from "./commands.ts";
import type { Run } from "./journal/run.ts";
import { expectedMinutes, lastMinutes } from "./minutes.ts";
import type { RecoveryPlan, RecoveryStep } from "./steps/step.ts";
import type { Subject } from "./subject.ts";

/** Steps that only a return with the standby's data has. */
const WITH_DATA: ReadonlySet<string> = new Set<FailbackStepId>([
  "take-recovery-point",
  "copy-recovery-point",
  "release-database",
  "return-database",
  "compare-data",
]);

/** Moves the service of a pair back to its primary. */
export function failback(
  subject: Subject,
  way: Return,
  runs: readonly Run[],
  warnings: readonly string[],
): RecoveryPlan {
  const { primary, standby } = subject;
  const name = standby.name;
  const common = { verb: "failback", environment: name, warnings } as const;
  const minutesOf = minutesOfReturn(subject, runs);
  if (way.kind === "stay")
    return {
      ...common,
      title: `${name} goes on serving; the return to ${primary.name} is given up`,
      steps: inOrder(STAY_STEP_IDS, stayParts(subject, minutesOf), minutesOf),
      undo: `npm run dr -- failback --environment ${name}`,
    };
  const title =
    way.kind === "with-data"
      ? `${primary.name} in ${primary.region} takes over again, with the data of ${name}`
      : `${primary.name} in ${primary.region} takes over again, without ${way.hours} h of writes to ${name}`;
  const ids = FAILBACK_STEP_IDS.filter((id) => way.kind === "with-data" || !WITH_DATA.has(id));
  const steps = inOrder(ids, partsOf(subject, way, minutesOf), minutesOf);
  return {
    ...common,
    warnings: [...warnings, outage(steps)],
    title,
    steps,
    undo: `npm run dr -- failback --stay --environment ${name}, until traffic has moved; npm run dr -- failover afterwards`,
    // Later the primary is open, and only the return itself goes on.
    reopen: (run) =>
      run.steps.has("cut-back")
        ? undefined
        : drCommand("failback", {
            environment: name,
            flags: ["--stay"],
            execute: true,
            confirm: name,
            reason: "the return can't go on",
          }),
    ...(way.kind === "discard-writes" && { confirmation: discardText(way.hours) }),
  };
}

/** The step after which users are served again. */
const SERVED_AGAIN: FailbackStepId = "cut-back";

/** How long users wait: from the fence of both sides until they have followed to the primary. */
function outage(steps: readonly RecoveryStep[]): string {
  const waiting = steps.slice(0, steps.findIndex(({ id }) => id === SERVED_AGAIN) + 1);
  const minutes = waiting.reduce((sum, step) => sum + (step.minutes ?? 0), 0);
  const unmeasured = waiting.filter((step) => step.minutes === undefined).map(({ id }) => id);
  const rest = unmeasured.length === 0 ? "" : `, and what nobody has measured: ${unmeasured.join(", ")}`;
  return `users wait about ${formatMinutes(minutes)}, from fence-both to ${SERVED_AGAIN}${rest}`;
}

/** What is typed to serve without the standby's writes. */
export const discardText = (hours: number): string => `discard ${hours} hours`;

/** Each waits for the one before: nothing of a return can be done beside another. */
const inOrder = <Id extends string>(
  ids: readonly Id[],
  parts: Readonly<Record<Id, Parts>>,
  minutesOf: MinutesOf,
): readonly RecoveryStep[] =>
  ids.map((id, index) => ({
    id,
    dependsOn: ids.slice(Math.max(0, index - 1), index),
    minutes: minutesOf(id),
    isDone: async () => undefined,
    ...parts[id],
  }));

/** The step of a failover that does the same on the other side. */
const LIKE: Readonly<Record<string, string>> = {
  "fence-both": "declare",
  "return-database": "restore-database",
  "start-primary": "scale-compute",
  "await-primary": "await-healthy",
  "open-primary": "open-ingress",
  "cut-back": "cut-over",
  "validate-primary": "validate",
  "return-standby": "open-ingress",
  "unfence-standby": "scale-compute",
  "await-standby": "await-healthy",
  "cut-over-again": "cut-over",
};

/** As long as the last return took, as the same step of a failover, or as the copies may take. */
function minutesOfReturn(subject: Subject, runs: readonly Run[]): MinutesOf {
  const measured = lastMinutes(runs.filter(({ start }) => start.verb === "failback"));
  const likeFailover = expectedMinutes(subject, runs);
  const { copyAllowanceMinutes } = subject.pair.primary.config.database.backup;
  return (step) =>
    measured.get(step) ??
    (step === "copy-recovery-point" ? copyAllowanceMinutes : likeFailover(LIKE[step] ?? step));
}
