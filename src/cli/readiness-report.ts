import type { Side, Status } from "../recovery/checks/check.ts";
import { postureOf } from "../recovery/checks/inapplicable.ts";
import type { Readiness, Result } from "../recovery/readiness.ts";
import type { Subject } from "../recovery/subject.ts";
import type { Painter } from "./paint.ts";

const COLOURS = { pass: "green", warn: "yellow", fail: "red", unknown: "red" } as const;

/** The report for a person: each side's checks, what to do, and the verdict last, where the eye is. */
export function readinessReport(readiness: Readiness, subject: Subject, paint: Painter): string[] {
  const { primary, standby } = subject;
  const strategy = subject.objectives.strategy ?? "not chosen";
  const sides: readonly (readonly [Side, string])[] = [
    ["standby", `${standby.name} in ${standby.region}`],
    ["primary", `${primary.name} in ${primary.region}`],
    ["global", "Route 53's control plane in us-east-1"],
  ];
  return [
    paint(
      "bold",
      `${standby.name} recovers ${primary.name}: posture ${postureOf(subject)}, strategy ${strategy}`,
    ),
    ...sides.flatMap(([side, title]) => {
      const results = readiness.results.filter((result) => result.side === side);
      return results.length === 0 ? [] : ["", paint("bold", title), ...rows(results, paint)];
    }),
    ...notApplicable(readiness, paint),
    "",
    verdict(readiness, paint),
  ];
}

/** What has changed since the last round, or one line that nothing has. */
export function changesReport(before: Readiness, after: Readiness, now: Date, paint: Painter): string[] {
  const was = new Map(before.results.map(({ id, status }) => [id, status]));
  const changed = after.results.filter(({ id, status }) => was.get(id) !== status);
  const time = `${now.toISOString().slice(11, 19)}Z`;
  const lines = changed.flatMap((result) => {
    const from = `${was.get(result.id) ?? "not asked"} -> `;
    return [`${time}  ${result.id}: ${from}${word(result.status, paint)}  ${result.evidence}`];
  });
  return [...lines, `${time}  ${verdict(after, paint)}`];
}

/** The same for machines. Ids, statuses and facts are stable; the words are not. */
export function readinessToJson(readiness: Readiness, subject: Subject, now: Date): Record<string, unknown> {
  const { standby, primary, objectives } = subject;
  return {
    ready: readiness.ready,
    status: readiness.status,
    at: now.toISOString(),
    standby: standby.name,
    recovers: primary.name,
    posture: postureOf(subject),
    strategy: objectives.strategy ?? null,
    checks: readiness.results.map(({ remedy = null, ...result }) => ({ ...result, remedy })),
    notApplicable: readiness.notApplicable,
  };
}

function rows(results: readonly Result[], paint: Painter): string[] {
  const width = Math.max(...results.map(({ id }) => id.length));
  return results.flatMap(({ id, status, evidence, remedy, decides }) => {
    const aside = decides ? "" : "; does not decide";
    const line = `  ${word(status, paint)}  ${id.padEnd(width)}  ${evidence}${aside}`;
    const first = results.find((one) => one.remedy === remedy)?.id ?? id;
    const lines = first === id ? (remedy?.split("\n") ?? []) : [`as for ${first}`];
    return [
      line,
      ...(remedy === undefined ? [] : lines).map((part) => paint("dim", `           -> ${part}`)),
    ];
  });
}

function notApplicable({ notApplicable: skipped }: Readiness, paint: Painter): string[] {
  if (skipped.length === 0) return [];
  const width = Math.max(...skipped.map(({ id }) => id.length));
  return [
    "",
    paint("bold", "not applicable"),
    ...skipped.map(({ id, reason }) => paint("dim", `  ${id.padEnd(width)}  ${reason}`)),
  ];
}

function verdict({ ready, results }: Readiness, paint: Painter): string {
  const count = (status: Status): number => results.filter((result) => result.status === status).length;
  const counts = [
    `${count("pass")} passed`,
    ...[["warn", "warned"] as const, ["fail", "failed"] as const, ["unknown", "unknown"] as const].flatMap(
      ([status, name]) => (count(status) === 0 ? [] : [`${count(status)} ${name}`]),
    ),
  ];
  return `${ready ? paint("green", "ready") : paint("red", "not ready")}: ${counts.join(", ")}`;
}

const word = (status: Status, paint: Painter): string => paint(COLOURS[status], status.padEnd(7));
