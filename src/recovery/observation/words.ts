import { formatMinutes } from "../../objectives/duration.ts";
import type { StatusReport } from "../status.ts";
import type { Subject } from "../subject.ts";
import { formatAge, formatTime, minutesBetween } from "../time.ts";
import type { CurrentRun } from "./current-run.ts";

/** The run that has not ended: who works on it, where it is, when it ends; name and text of each row. */
export function currentRows(
  { run, life, lifeEvidence, step, expectedEnd, remainingMinutes, resume }: CurrentRun,
  now: Date,
): readonly (readonly [string, string])[] {
  const { verb, runId, at, operator } = run.start;
  const state = life === "not known" ? "whether it runs is not known" : life;
  return [
    ["run", `${verb} ${runId}, begun ${formatTime(new Date(at))} by ${operator}: ${state}; ${lifeEvidence}`],
    ...(step === undefined
      ? []
      : [
          [
            "step",
            `${step.id}: ${step.dnsWait === undefined ? step.state : `waiting for DNS, ${step.dnsWait},`} since ${formatTime(step.since)}, ${formatAge(minutesBetween(step.since, now))}`,
          ] as const,
        ]),
    ["expected end", endText(expectedEnd, remainingMinutes)],
    ["resume", life === "running" ? `only if it is killed: ${resume}` : resume],
  ];
}

function endText(expectedEnd: Date | undefined, remainingMinutes: number | undefined): string {
  if (expectedEnd !== undefined) return formatTime(expectedEnd);
  return remainingMinutes === undefined
    ? "not known"
    : `about ${formatMinutes(remainingMinutes)} after it is resumed`;
}

/** Whether the primary is kept from writing. */
export function fenceText({ observation, posture }: StatusReport, { primary }: Subject): string {
  const { isPrimaryFenced } = observation;
  if (isPrimaryFenced === undefined)
    return `whether ${primary.name} is fenced is not known: ${observation.primary.problem ?? "it was not answered"}`;
  if (isPrimaryFenced) return `${primary.name} is closed and stopped`;
  return posture === "active" ? `${primary.name} is NOT fenced` : `none: ${primary.name} may serve`;
}
