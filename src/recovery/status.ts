import type { Activation } from "../activation/schema.ts";
import { postureOf } from "./checks/inapplicable.ts";
import type { Inquiry } from "./checks/check.ts";
import { recordDoubtOf } from "./doubt.ts";
import { type Achieved, achievedBy } from "./journal/achieved.ts";
import type { Run } from "./journal/run.ts";
import type { LockHolder, Verb } from "./journal/schema.ts";
import { observe, type Observation } from "./observation/observe.ts";
import { type Candidate, candidatesOf, newestUsable } from "./recovery-points.ts";

/** A run with what it has reached. */
export interface RunReport extends Achieved {
  readonly run: Run;
}

/** Why there is nothing to show: AWS says that there is none, or did not say anything (T47). */
export type Lack = "none" | "not known";

/** What the standby is, what it could be restored from, and how its last recoveries went. */
export interface StatusReport {
  readonly now: Date;
  /** What is going on now, as AWS says. */
  readonly observation: Observation;
  readonly posture: "standby" | "restored" | "active";
  readonly activation: Activation | undefined;
  /** The record in force is not in the folder. */
  readonly isRecordMissing: boolean;
  /** The newest that can be restored. */
  readonly recoveryPoint: Candidate | Lack;
  readonly lock: LockHolder | Lack;
  /** The last of each kind, oldest first. */
  readonly last: readonly RunReport[];
  /** What could not be read. */
  readonly problems: readonly string[];
}

const CURE_OF_LOCK = "; npm run dr -- readiness --only recovery-lock";

const VERBS: readonly Verb[] = ["failover", "rollback", "failback", "fence", "drill"];

/** Reads it. Never rejects for an error of AWS: what is missing is a problem in the report. */
export async function readStatus(inquiry: Inquiry): Promise<StatusReport> {
  const { subject, standby, now } = inquiry;
  const [doubt, candidates, observation, history] = await Promise.all([
    recordDoubtOf(inquiry),
    tried("recovery points", candidatesOf(subject, standby, now)),
    observe(inquiry),
    inquiry.history(),
  ]);
  const { lock } = observation;
  const problems = [
    ...(doubt === undefined ? [] : [`posture: ${doubt.why}; ${doubt.remedy}`]),
    ...(candidates.ok ? [] : [candidates.problem]),
    ...(lock.known ? [] : [`recovery lock: ${lock.because}${lock.kind === "damaged" ? CURE_OF_LOCK : ""}`]),
    ...(history.problem === undefined ? [] : [`journals: ${history.problem}`]),
    ...history.damaged.map(
      ({ message }) => `journals: ${message}; npm run dr -- readiness --only last-drill`,
    ),
  ];
  return {
    now,
    observation,
    posture: postureOf(subject),
    activation: subject.pair.activation,
    isRecordMissing: inquiry.ownRecord === undefined && subject.pair.activation !== undefined,
    recoveryPoint: candidates.ok ? (newestUsable(candidates.value ?? []) ?? "none") : "not known",
    lock: lock.known ? (lock.value?.holder ?? "none") : "not known",
    last: VERBS.flatMap((verb) => history.runs.findLast(({ start }) => start.verb === verb) ?? [])
      .toSorted((a, b) => a.start.at.localeCompare(b.start.at))
      .map((run) => ({ run, ...achievedBy(run) })),
    problems,
  };
}

type Tried<Value> =
  { readonly ok: true; readonly value: Value } | { readonly ok: false; readonly problem: string };

async function tried<Value>(what: string, question: Promise<Value>): Promise<Tried<Value>> {
  try {
    return { ok: true, value: await question };
  } catch (error) {
    return { ok: false, problem: `${what}: ${error instanceof Error ? error.message : String(error)}` };
  }
}
