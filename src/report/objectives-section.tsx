import type { VNode } from "preact";
import { formatMinutes } from "../objectives/duration.ts";
import type { Objective } from "../objectives/objectives.ts";
import { achievedBy } from "../recovery/journal/achieved.ts";
import { formatTime } from "../recovery/time.ts";
import type { Report } from "./model.ts";

/** What one run has achieved of an objective. */
interface Achievement {
  readonly label: string;
  readonly minutes: number;
}

/** Runs that are compared: the last ones of every kind. */
const COMPARED = 4;

const OBJECTIVES = [
  { key: "rpo", title: "RPO: the most data that is lost", achieved: "rpoMinutes" },
  { key: "rto", title: "RTO: the longest until the service works again", achieved: "rtoMinutes" },
] as const;

/** Targets against the computed worst case and against what drills and recoveries have measured. */
export function ObjectivesSection({ report }: { readonly report: Report }): VNode {
  return (
    <section>
      <h2>Objectives</h2>
      <div class="columns">
        {OBJECTIVES.map(({ key, title, achieved }) => (
          <ObjectiveCard
            title={title}
            objective={report.subject.objectives[key]}
            achievements={achievementsOf(report, achieved)}
          />
        ))}
      </div>
    </section>
  );
}

function achievementsOf({ runs }: Report, key: "rpoMinutes" | "rtoMinutes"): readonly Achievement[] {
  return runs
    .flatMap((run) => {
      const minutes = achievedBy(run)[key];
      const when = formatTime(new Date(run.start.at)).slice(0, 10);
      return minutes === undefined ? [] : [{ label: `${run.start.verb} of ${when}`, minutes }];
    })
    .slice(-COMPARED);
}

function ObjectiveCard({
  title,
  objective,
  achievements,
}: {
  readonly title: string;
  readonly objective: Objective;
  readonly achievements: readonly Achievement[];
}): VNode {
  const { target, worstCase, met } = objective;
  const worst = worstCase.bounded ? worstCase.minutes : undefined;
  const longest = Math.max(target.minutes, worst ?? 0, ...achievements.map(({ minutes }) => minutes));
  return (
    <article>
      <h3>
        {title} <span class={met ? "badge pass" : "badge fail"}>{met ? "met" : "not met"}</span>
      </h3>
      <div class="bars">
        <Bar label="target" minutes={target.minutes} longest={longest} tone="target" />
        {worst === undefined ? (
          <p class="bar-label">worst case: unbounded</p>
        ) : (
          <Bar label="worst case" minutes={worst} longest={longest} tone={met ? "pass" : "fail"} />
        )}
        {achievements.map(({ label, minutes }) => (
          <Bar
            label={label}
            minutes={minutes}
            longest={longest}
            tone={minutes <= target.minutes ? "pass" : "fail"}
          />
        ))}
        {achievements.length === 0 && <p class="muted">Not measured yet: run a drill.</p>}
      </div>
      {worstCase.bounded ? (
        <table class="terms">
          <caption>The worst case, term by term</caption>
          <tbody>
            {worstCase.terms.map(({ label, minutes, setBy }) => (
              <tr>
                <td class="number">{formatMinutes(minutes)}</td>
                <td>{label}</td>
                <td class="muted">{setBy}</td>
              </tr>
            ))}
            <tr class="sum">
              <td class="number">{formatMinutes(worstCase.minutes)}</td>
              <td>worst case</td>
              <td class="muted">{`target ${formatMinutes(target.minutes)}, ${target.setBy}`}</td>
            </tr>
          </tbody>
        </table>
      ) : (
        <p>{worstCase.reason}</p>
      )}
    </article>
  );
}

function Bar({
  label,
  minutes,
  longest,
  tone,
}: {
  readonly label: string;
  readonly minutes: number;
  readonly longest: number;
  readonly tone: "target" | "pass" | "fail";
}): VNode {
  const percent = Math.max(0.5, (100 * minutes) / longest);
  return (
    <div>
      <p class="bar-label">
        {label}: <strong>{formatMinutes(minutes)}</strong>
      </p>
      <div class="track">
        <div class={`bar ${tone}`} style={{ width: `${percent.toFixed(1)}%` }} />
      </div>
    </div>
  );
}
