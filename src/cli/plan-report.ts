import { formatMinutes } from "../objectives/duration.ts";
import type { Run } from "../recovery/journal/run.ts";
import type { RecoveryPlan, RecoveryStep } from "../recovery/steps/step.ts";
import type { Blocker } from "../recovery/preflight/preflight.ts";
import { blockerLines } from "./blocked-report.ts";
import type { Painter } from "./paint.ts";
import { type Expected, type Stakes, stakesLines } from "./stakes.ts";

/** A plan, the run that it goes on with, and what is known to keep it from coming to its end. */
export interface ShownPlan {
  readonly plan: RecoveryPlan;
  readonly resumed: Run | undefined;
  readonly blockers: readonly Blocker[];
  readonly stakes: Stakes;
  readonly expected: Expected;
}

/**
 * A plan for a person: what will be done, how long it takes, what is lost, how it is undone.
 *
 * @param actions also what each step calls, and where
 */
export function planReport(
  { plan, resumed, blockers, stakes, expected }: ShownPlan,
  paint: Painter,
  actions: boolean,
): string[] {
  const { title, warnings, steps, undo, verb } = plan;
  return [
    paint("bold", `${verb}: ${title}`),
    ...blockerLines(blockers, paint),
    ...(resumed === undefined
      ? []
      : [`  resumes run ${resumed.start.runId}, which ${resumed.start.operator} began ${resumed.start.at}`]),
    ...warnings.map((warning) => paint("yellow", `  ! ${warning}`)),
    ...steps.flatMap((step, index) =>
      stepLines(actions ? step : { ...step, calls: [] }, index, resumed, paint),
    ),
    `  undo: ${undo}`,
    ...stakesLines(stakes, expected, paint),
  ];
}

function stepLines(
  { id, title, calls, dependsOn, minutes, undo }: RecoveryStep,
  index: number,
  resumed: Run | undefined,
  paint: Painter,
): string[] {
  const expected = minutes === undefined ? "time not known" : `about ${formatMinutes(minutes)}`;
  const state = resumed?.steps.get(id)?.state;
  const done = state === undefined ? "" : `, ${state}`;
  return [
    `  ${index + 1}. ${paint("bold", id)}: ${title} (${expected}${done})`,
    ...(dependsOn.length === 0 ? [] : [`     after ${dependsOn.join(", ")}`]),
    ...calls.map(({ region, actions }) => paint("dim", `     ${region}: ${actions.join(" ")}`)),
    paint("dim", `     undo: ${undo}`),
  ];
}

/** The same for machines. */
export const planToJson = ({
  plan: { verb, environment, title, warnings, steps, undo },
  resumed,
  blockers,
  stakes,
  expected: { minutes, end, servedAt },
}: ShownPlan): Record<string, unknown> => ({
  verb,
  environment,
  title,
  blockers,
  warnings,
  resumes: resumed?.start.runId ?? null,
  stakes,
  expectedMinutes: minutes ?? null,
  expectedEnd: end?.toISOString() ?? null,
  usersServedAt: servedAt?.toISOString() ?? null,
  steps: steps.map((step) => ({
    id: step.id,
    title: step.title,
    calls: step.calls,
    dependsOn: step.dependsOn,
    expectedMinutes: step.minutes ?? null,
    state: resumed?.steps.get(step.id)?.state ?? "open",
    undo: step.undo,
  })),
  undo,
});
