import type { ServiceSpec } from "../config/spec.ts";
import { formatMinutes } from "../objectives/duration.ts";
import { leavesDnsOut, rtoIncludesDns, WITHOUT_DNS } from "../recovery/journal/achieved.ts";
import type { Observation } from "../recovery/observation/observe.ts";
import { servesUsers, type SideSeen, sideText } from "../recovery/observation/side.ts";
import { currentRows, fenceText } from "../recovery/observation/words.ts";
import type { RunReport, StatusReport } from "../recovery/status.ts";
import type { Subject } from "../recovery/subject.ts";
import { formatAge, formatTime, minutesBetween } from "../recovery/time.ts";
import type { Painter } from "./paint.ts";
import { table } from "./table.ts";

/** The status for a person. */
export function statusReport(report: StatusReport, subject: Subject, paint: Painter): string[] {
  const { standby, primary } = subject;
  const { observation } = report;
  const rows = [
    ["users", `${observation.users.sentence} (${observation.users.how})`],
    [primary.name, sideRow(primary, observation.primary)],
    [standby.name, sideRow(standby, observation.standby)],
    ...(observation.current === undefined ? [] : currentRows(observation.current, report.now)),
    ["fence", fenceText(report, subject)],
    ["posture", report.posture],
    ...activationRows(report),
    ...(report.isRecordMissing
      ? [
          [
            "record",
            `${standby.name}.activation.json is missing here: npm run dr -- readiness --only activation-record`,
          ],
        ]
      : []),
    ["recovery point", recoveryPointText(report)],
    ["lock", lockText(report)],
    ...report.last.flatMap((one) => runRows(one, report.now, subject)),
    ...(report.last.some(({ run }) => run.start.verb === "drill") ? [] : [["drill", lackOfDrills(report)]]),
    ...report.problems.map((problem) => ["unknown", problem]),
  ];
  return [
    paint(TONES[observation.tone], observation.headline),
    `  next: ${observation.next}`,
    "",
    paint("bold", `${standby.name} in ${standby.region} recovers ${primary.name} in ${primary.region}`),
    ...table([{ align: "left" }, { align: "left" }], rows).map((line) => `  ${line}`),
  ];
}

const sideRow = (spec: ServiceSpec, side: SideSeen): string =>
  side.silence === undefined ? `in ${spec.region}: ${sideText(spec, side)}` : sideText(spec, side);

const TONES = { good: "green", bad: "red", unknown: "yellow" } as const;

/** The same for machines. */
export function statusToJson(report: StatusReport, subject: Subject): Record<string, unknown> {
  const { standby, primary, objectives } = subject;
  const { recoveryPoint, now } = report;
  return {
    standby: standby.name,
    recovers: primary.name,
    at: now.toISOString(),
    ...observationToJson(report.observation),
    posture: report.posture,
    activation: report.activation ?? null,
    recoveryPoint:
      typeof recoveryPoint !== "string"
        ? {
            arn: recoveryPoint.arn,
            createdAt: recoveryPoint.createdAt.toISOString(),
            ageMinutes: minutesBetween(recoveryPoint.createdAt, now),
          }
        : null,
    lock: typeof report.lock === "string" ? null : report.lock,
    objectives: { rtoMinutes: objectives.rto.target.minutes, rpoMinutes: objectives.rpo.target.minutes },
    runs: report.last.map(({ run, rtoMinutes, rpoMinutes }) => ({
      runId: run.start.runId,
      verb: run.start.verb,
      operator: run.start.operator,
      startedAt: run.start.at,
      endedAt: run.endedAt?.toISOString() ?? null,
      outcome: run.outcome ?? null,
      rtoMinutes: rtoMinutes ?? null,
      rtoIncludesDns: rtoIncludesDns(run, subject),
      rpoMinutes: rpoMinutes ?? null,
      steps: [...run.steps].map(([id, { state }]) => ({ id, state })),
    })),
    problems: report.problems,
  };
}

const sideToJson = ({
  silence,
  ingress,
  capacity,
  targets,
  database,
}: SideSeen): Record<string, unknown> => ({
  silence: silence ?? null,
  serves: servesUsers({ ingress, targets }) ?? null,
  ingress: ingress.known ? ingress.value : null,
  running: capacity.known ? (capacity.value?.running ?? 0) : null,
  healthyTargets: targets.known ? targets.value.healthy : null,
  database: database.known ? (database.value ?? "missing") : null,
});

function observationToJson(observation: Observation): Record<string, unknown> {
  const { headline, tone, next, users, isPrimaryFenced, current } = observation;
  return {
    headline,
    tone,
    next,
    users: { ledTo: users.ledTo, servedBy: users.servedBy },
    primarySide: sideToJson(observation.primary),
    standbySide: sideToJson(observation.standby),
    isPrimaryFenced: isPrimaryFenced ?? null,
    currentRun:
      current === undefined
        ? null
        : {
            runId: current.run.start.runId,
            verb: current.run.start.verb,
            life: current.life,
            step: current.step?.id ?? null,
            stepState: current.step?.state ?? null,
            since: current.step?.since.toISOString() ?? null,
            expectedEnd: current.expectedEnd?.toISOString() ?? null,
            remainingMinutes: current.remainingMinutes ?? null,
            resume: current.resume,
          },
  };
}

/** Journals that could not be read may tell of one (T47). */
const lackOfDrills = ({ problems }: StatusReport): string =>
  problems.some((problem) => problem.startsWith("journals:")) ? "not known" : "never";

function activationRows({ activation }: StatusReport): string[][] {
  if (activation === undefined) return [];
  const { declaredAt, operator, reason, recoveryPoint } = activation;
  const moment = recoveryPoint.kind === "snapshot" ? recoveryPoint.createdAt : recoveryPoint.restoreTime;
  return [
    ["declared", `${formatTime(new Date(declaredAt))} by ${operator}: ${reason}`],
    ["restored to", formatTime(new Date(moment))],
  ];
}

function recoveryPointText({ recoveryPoint, now }: StatusReport): string {
  if (typeof recoveryPoint === "string")
    return recoveryPoint === "none" ? "none that is usable" : recoveryPoint;
  const { createdAt, arn } = recoveryPoint;
  return `${formatTime(createdAt)}, ${formatAge(minutesBetween(createdAt, now))} old: ${arn}`;
}

function lockText({ lock, now }: StatusReport): string {
  if (typeof lock === "string") return lock === "none" ? "free" : lock;
  const takenAt = new Date(lock.takenAt);
  return `${lock.operator} on ${lock.host} since ${formatTime(takenAt)}, ${formatAge(minutesBetween(takenAt, now))}, for ${lock.verb}`;
}

function runRows({ run, rtoMinutes, rpoMinutes }: RunReport, now: Date, subject: Subject): string[][] {
  const { objectives } = subject;
  const { start, outcome, steps } = run;
  const startedAt = new Date(start.at);
  const note = leavesDnsOut(run, subject) ? WITHOUT_DNS : "";
  const undone = [...steps]
    .filter(([, { state }]) => state !== "done")
    .map(([id, { state }]) => `${id} ${state}`);
  const result = outcome ?? `not ended${undone.length === 0 ? "" : `, ${undone.join(", ")}`}`;
  const when = `${formatTime(startedAt)}, ${formatAge(minutesBetween(startedAt, now))} ago, by ${start.operator}, run ${start.runId}`;
  return [
    [start.verb, `${result}: ${when}`],
    ...achievedRow("RTO achieved", rtoMinutes, objectives.rto.target.minutes, note),
    ...achievedRow("RPO achieved", rpoMinutes, objectives.rpo.target.minutes, ""),
  ];
}

function achievedRow(name: string, minutes: number | undefined, target: number, note: string): string[][] {
  if (minutes === undefined) return [];
  const missed = minutes > target ? ", missed" : "";
  return [[name, `${formatMinutes(minutes)} of ${formatMinutes(target)}${missed}${note}`]];
}
