import type { VNode } from "preact";
import { renderToString } from "preact-render-to-string";
import { postureOf } from "../recovery/checks/inapplicable.ts";
import type { Status } from "../recovery/checks/check.ts";
import type { CurrentRun } from "../recovery/observation/current-run.ts";
import { currentRows, fenceText } from "../recovery/observation/words.ts";
import { formatAge, formatTime, minutesBetween } from "../recovery/time.ts";
import type { Report } from "./model.ts";
import { ObjectivesSection } from "./objectives-section.tsx";
import { PairPicture } from "./picture.tsx";
import { pictureOf } from "./picture-model.ts";
import { ReadinessSection } from "./readiness-section.tsx";
import { STYLE } from "./style.ts";
import { Timeline } from "./timeline.tsx";

/** The report as one HTML document, which loads nothing: its content security policy forbids it. */
export const renderReport = (report: Report): string =>
  `<!doctype html>\n${renderToString(<Page report={report} />)}\n`;

function Page({ report }: { readonly report: Report }): VNode {
  const { subject, runs, now } = report;
  const title = `${subject.standby.name} recovers ${subject.primary.name}`;
  return (
    <html lang="en">
      <head>
        <meta charset="utf-8" />
        <meta name="viewport" content="width=device-width, initial-scale=1" />
        <meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'" />
        <meta name="color-scheme" content="light dark" />
        <title>{`${title}, ${formatTime(now)}`}</title>
        <style dangerouslySetInnerHTML={{ __html: STYLE }} />
      </head>
      <body>
        <Header report={report} title={title} />
        <main>
          <PairPicture picture={pictureOf(subject, report.status.observation)} />
          <ObjectivesSection report={report} />
          <ReadinessSection report={report} />
          <Timeline run={runs.at(-1)} now={now} />
        </main>
      </body>
    </html>
  );
}

function Header({ report, title }: { readonly report: Report; readonly title: string }): VNode {
  const { subject, readiness, status, now } = report;
  const count = (wanted: Status): number =>
    readiness.results.filter((result) => result.status === wanted).length;
  const counts = (["pass", "warn", "fail", "unknown"] as const)
    .filter((one) => count(one) > 0)
    .map((one) => `${count(one)} ${one}`);
  return (
    <header>
      <p class="muted">{`${subject.project.name}, ${formatTime(now)}`}</p>
      <h1>{title}</h1>
      <Now report={report} />
      <p class="verdict">
        <span class={`badge ${readiness.ready ? "pass" : "fail"}`}>
          {readiness.ready ? "ready" : "not ready"}
        </span>{" "}
        {counts.join(", ")}
      </p>
      <dl class="facts">
        <dt>posture</dt>
        <dd>{postureOf(subject)}</dd>
        <dt>strategy</dt>
        <dd>{subject.objectives.strategy ?? "not chosen"}</dd>
        <dt>recovery point</dt>
        <dd>{recoveryPointText(status.recoveryPoint, now)}</dd>
        {status.activation !== undefined && (
          <>
            <dt>declared</dt>
            <dd>
              {`${formatTime(new Date(status.activation.declaredAt))} by ${status.activation.operator}: ${status.activation.reason}`}
            </dd>
          </>
        )}
        {status.problems.map((problem) => (
          <>
            <dt>unknown</dt>
            <dd>{problem}</dd>
          </>
        ))}
      </dl>
    </header>
  );
}

/** What is going on and what to do next, before anything else. */
function Now({ report: { status, subject, now } }: { readonly report: Report }): VNode {
  const { observation } = status;
  const { headline, tone, next, current, users } = observation;
  return (
    <section class={`now tone-${tone}`} aria-label="now">
      <p class="headline">{headline}</p>
      <p>Next:</p>
      <pre>{next}</pre>
      <dl class="facts">
        {current !== undefined && <RunFacts current={current} now={now} />}
        {users.sentence !== headline && (
          <>
            <dt>users</dt>
            <dd>{`${users.sentence} (${users.how})`}</dd>
          </>
        )}
        <dt>fence</dt>
        <dd>{fenceText(status, subject)}</dd>
      </dl>
    </section>
  );
}

function RunFacts({ current, now }: { readonly current: CurrentRun; readonly now: Date }): VNode {
  return (
    <>
      {currentRows(current, now).map(([name, text]) => (
        <>
          <dt>{name}</dt>
          <dd>{text}</dd>
        </>
      ))}
    </>
  );
}

function recoveryPointText(point: Report["status"]["recoveryPoint"], now: Date): string {
  if (typeof point === "string") return point === "none" ? "none that is usable" : point;
  return `${formatTime(point.createdAt)}, ${formatAge(minutesBetween(point.createdAt, now))} old`;
}
