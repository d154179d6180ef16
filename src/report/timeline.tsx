import type { VNode } from "preact";
import { formatMinutes } from "../objectives/duration.ts";
import { achievedBy } from "../recovery/journal/achieved.ts";
import type { Run, StepState } from "../recovery/journal/run.ts";
import { formatTime } from "../recovery/time.ts";

const SECOND_MS = 1000;

/** A step that was begun, as a bar from its start to its end. */
interface Lane {
  readonly id: string;
  readonly state: "done" | "failed" | "running";
  readonly startMs: number;
  readonly endMs: number;
  readonly text: string;
}

/** The last run, step by step. */
export function Timeline({ run, now }: { readonly run: Run | undefined; readonly now: Date }): VNode {
  if (run === undefined)
    return (
      <section>
        <h2>Last run</h2>
        <p>No recovery and no drill has run yet.</p>
      </section>
    );
  const lanes = lanesOf(run, now);
  const from = Math.min(Date.parse(run.start.declaredAt), ...lanes.map(({ startMs }) => startMs));
  const to = Math.max(from + SECOND_MS, ...lanes.map(({ endMs }) => endMs));
  const percent = (ms: number): string => `${((100 * ms) / (to - from)).toFixed(2)}%`;
  return (
    <section>
      <h2>
        {`Last run: ${run.start.verb}`}{" "}
        <span class={`badge ${run.outcome === "done" ? "pass" : "fail"}`}>{run.outcome ?? "not ended"}</span>
      </h2>
      <p>
        {`Declared ${formatTime(new Date(run.start.declaredAt))} by ${run.start.operator}: ${run.start.reason}`}
      </p>
      <p>{sumOf(run, now)}</p>
      <ol class="lanes">
        {lanes.map(({ id, state, startMs, endMs, text }) => (
          <li>
            <p class="bar-label">
              <strong>{id}</strong> {formatSeconds(endMs - startMs)}
              {state === "done" ? "" : `, ${state}`}
            </p>
            <div class="track">
              <div
                class={`bar ${state === "done" ? "pass" : "fail"}`}
                style={{ marginLeft: percent(startMs - from), width: percent(endMs - startMs) }}
              />
            </div>
            {text !== "" && <p class="muted">{text}</p>}
          </li>
        ))}
      </ol>
    </section>
  );
}

function sumOf(run: Run, now: Date): string {
  const { rtoMinutes, rpoMinutes } = achievedBy(run);
  const parts = [
    ...(rtoMinutes === undefined ? [] : [`declared to validated: ${formatMinutes(rtoMinutes)}`]),
    ...(rpoMinutes === undefined ? [] : [`data lost: ${formatMinutes(rpoMinutes)}`]),
  ];
  if (rtoMinutes !== undefined) return `Achieved: ${parts.join(", ")}.`;
  const sinceMs = (run.endedAt ?? now).getTime() - Date.parse(run.start.declaredAt);
  return `${[`Not validated ${formatSeconds(sinceMs)} after the declaration`, ...parts].join(", ")}.`;
}

function lanesOf(run: Run, now: Date): readonly Lane[] {
  const stoppedMs = (run.endedAt ?? now).getTime();
  return [...run.steps].flatMap(([id, step]) => laneOf(id, step, stoppedMs));
}

function laneOf(id: string, step: StepState, stoppedMs: number): readonly Lane[] {
  switch (step.state) {
    case "open":
      return [];
    case "running":
      return [{ id, state: "running", startMs: step.startedAt.getTime(), endMs: stoppedMs, text: "" }];
    case "failed":
      return [{ id, state: "failed", ...spanOf(step), text: step.message }];
    case "done":
      return [{ id, state: "done", ...spanOf(step), text: step.evidence }];
  }
}

const spanOf = ({
  startedAt,
  endedAt,
}: {
  readonly startedAt: Date;
  readonly endedAt: Date;
}): { readonly startMs: number; readonly endMs: number } => ({
  startMs: startedAt.getTime(),
  endMs: endedAt.getTime(),
});

/** Steps may take a second or hours: `40 s`, `2 min 5 s`, `1 h 3 min`. */
function formatSeconds(milliseconds: number): string {
  const seconds = Math.round(Math.max(0, milliseconds) / SECOND_MS);
  if (seconds < 60) return `${seconds} s`;
  if (seconds >= 3600) return formatMinutes(Math.round(seconds / 60));
  return `${Math.floor(seconds / 60)} min${seconds % 60 === 0 ? "" : ` ${seconds % 60} s`}`;
}
