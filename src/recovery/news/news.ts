import { formatMinutes } from "../../objectives/duration.ts";
import { shown } from "../../config/show.ts";
import type { Run } from "../journal/run.ts";
import type { Ending } from "../runner.ts";
import type { RecoveryPlan, RecoveryStep } from "../steps/step.ts";

/** What a run tells people who do not sit in front of it. */
export interface News {
  readonly event: "begun" | "resumed" | "step" | "waiting" | "done" | "failed" | "interrupted";
  /** What is going on, and what comes next. */
  readonly headline: string;
  readonly details: readonly string[];
}

/** What happens to a run, in the runner's terms. */
export type RunEvent =
  | { readonly event: "begun" | "resumed"; readonly run: Run }
  | { readonly event: "step"; readonly step: RecoveryStep; readonly run: Run }
  | { readonly event: "waiting"; readonly line: string }
  | { readonly event: "ended"; readonly ending: Ending };

/** Whom a message is about. */
export interface NewsSource {
  readonly project: string;
  readonly plan: Pick<RecoveryPlan, "verb" | "environment" | "steps" | "undo">;
  /** The command that goes on. */
  readonly resume: string;
}

/** Text of a person, of AWS or of a bucket stays on its line, and shows what a terminal would obey. */
const clean = ({ event, headline, details }: News): News => ({
  event,
  headline: shown(withoutCommand(headline)),
  details: details
    .map(withoutCommand)
    .flatMap((text) => text.split("\n"))
    .map(shown),
});

/** A command of the operator's may hold a password, and a topic has many readers. */
const withoutCommand = (text: string): string =>
  text.replaceAll(
    /--compare-command (?:'(?:[^']|'\\'')*'|"[^"]*"|\S+)/g,
    '--compare-command "the command that was given"',
  );

/**
 * Puts what happened into words: the first line is enough for somebody who reads it on a telephone.
 *
 * @param complete makes commands such that they can be pasted
 */
export function newsOf(
  happened: RunEvent,
  source: NewsSource,
  complete: (text: string) => string = (text) => text,
): News {
  const { event, headline, details } = clean(wordsFor(happened, source));
  return { event, headline: complete(headline), details: details.map(complete) };
}

function wordsFor(happened: RunEvent, { project, plan, resume }: NewsSource): News {
  const { verb, environment, steps, undo } = plan;
  const what = `${verb} of ${project} to ${environment}`.replace(
    /^(drill|failback|fence|rollback) of (\S+) to/,
    "$1 of $2,",
  );
  switch (happened.event) {
    case "begun":
    case "resumed": {
      const { start } = happened.run;
      const next = steps.find(({ id }) => happened.run.steps.get(id)?.state !== "done");
      return {
        event: happened.event,
        headline: `${what}: ${happened.event}; next: ${next?.id ?? "the last look"}`,
        details: [
          `by ${start.operator}, run ${start.runId}, declared ${start.declaredAt}`,
          `reason: ${start.reason}`,
        ],
      };
    }
    case "step": {
      const { step, run } = happened;
      const index = steps.findIndex(({ id }) => id === step.id);
      const expected = step.minutes === undefined ? "" : `, about ${formatMinutes(step.minutes)}`;
      const next = steps[index + 1];
      return {
        event: "step",
        headline: `${what}: step ${index + 1} of ${steps.length}, ${step.id}, begins${expected}; next: ${next?.id ?? "the end"}`,
        details: [step.title, ...evidenceBefore(steps.slice(0, index), run)],
      };
    }
    case "waiting":
      return { event: "waiting", headline: `${what}: ${happened.line}`, details: [] };
    case "ended":
      return endingNews(happened.ending, what, { resume, undo });
  }
}

function endingNews(
  ending: Ending,
  what: string,
  { resume, undo }: { readonly resume: string; readonly undo: string },
): News {
  switch (ending.kind) {
    case "done":
      return { event: "done", headline: `${what}: done, looked up in AWS`, details: [`undo: ${undo}`] };
    case "interrupted":
      return {
        event: "interrupted",
        headline: `${what}: stopped by the operator, half done; next: ${resume}`,
        details: [`or undo: ${undo}`],
      };
    case "failed": {
      const { step, failure } = ending;
      return {
        event: "failed",
        headline: `${what}: FAILED at ${step}; next: ${resume}`,
        details: [failure.what, `state: ${failure.state}`, "next:", ...failure.next, `or undo: ${undo}`],
      };
    }
  }
}

/** What the step before has said. */
function evidenceBefore(before: readonly RecoveryStep[], { steps }: Run): string[] {
  const last = before.at(-1);
  const known = last && steps.get(last.id);
  return known?.state === "done" && last !== undefined ? [`${last.id} is done: ${known.evidence}`] : [];
}
