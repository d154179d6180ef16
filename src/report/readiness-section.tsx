import type { VNode } from "preact";
import type { Side, Status } from "../recovery/checks/check.ts";
import type { Result } from "../recovery/readiness.ts";
import type { Report } from "./model.ts";

/** What needs somebody comes first. */
const URGENCY: readonly Status[] = ["fail", "unknown", "warn", "pass"];

/** Every check with what was seen, and what to do about those that did not pass. */
export function ReadinessSection({ report }: { readonly report: Report }): VNode {
  const { readiness, subject } = report;
  const sides: readonly (readonly [Side, string])[] = [
    ["standby", `${subject.standby.name} in ${subject.standby.region}`],
    ["primary", `${subject.primary.name} in ${subject.primary.region}`],
    ["global", "Route 53's control plane in us-east-1"],
  ];
  return (
    <section>
      <h2>Readiness</h2>
      {sides.map(([side, title]) => {
        const results = readiness.results
          .filter((result) => result.side === side)
          .toSorted((a, b) => URGENCY.indexOf(a.status) - URGENCY.indexOf(b.status));
        return (
          results.length > 0 && (
            <>
              <h3>{title}</h3>
              <ul class="checks">
                {results.map((result) => (
                  <Check result={result} />
                ))}
              </ul>
            </>
          )
        );
      })}
      {readiness.notApplicable.length > 0 && (
        <>
          <h3>Not applicable</h3>
          <dl class="facts">
            {readiness.notApplicable.map(({ id, reason }) => (
              <>
                <dt>{id}</dt>
                <dd class="muted">{reason}</dd>
              </>
            ))}
          </dl>
        </>
      )}
    </section>
  );
}

function Check({ result }: { readonly result: Result }): VNode {
  const { id, status, evidence, remedy, decides } = result;
  return (
    <li>
      <span class={`badge ${status}`}>{status}</span>
      <div>
        <strong>{id}</strong>
        <span class="evidence">{evidence}</span>
        {!decides && <span class="muted"> (does not decide: out of reach)</span>}
        {remedy !== undefined && <pre>{remedy}</pre>}
      </div>
    </li>
  );
}
