import { DNS_FOLLOWED } from "../dns/users-names.ts";
import type { Subject } from "../subject.ts";
import type { Run } from "./run.ts";

/** What a run has reached; undefined is what it has not. */
export interface Achieved {
  /** From the declaration until the service was validated, in minutes. */
  readonly rtoMinutes: number | undefined;
  /** From the moment of the recovered data until the declaration, in minutes. */
  readonly rpoMinutes: number | undefined;
}

/** The step whose end stops the clock of the RTO. */
const VALIDATED = "validate";

const MINUTE_MS = 60_000;

/** Recovery time and data loss of a run, from its journal alone. */
export function achievedBy({ start, steps, recoveryPoint, outcome }: Run): Achieved {
  const declaredAt = Date.parse(start.declaredAt);
  const validated = steps.get(VALIDATED);
  return {
    rtoMinutes:
      validated?.state === "done" && outcome !== "failed"
        ? minutes(validated.endedAt.getTime() - declaredAt)
        : undefined,
    rpoMinutes: recoveryPoint && minutes(declaredAt - recoveryPoint.createdAt.getTime()),
  };
}

/** What an RTO does not count where a person changes DNS elsewhere, and the run did not see when that was done. */
export const WITHOUT_DNS = ", without the change of DNS, which is made elsewhere";

/** Whether the users of a failover were moved by somebody else, at a time that the journal does not know. */
export const leavesDnsOut = (
  { start, steps }: Pick<Run, "start" | "steps">,
  { traffic }: Pick<Subject, "traffic">,
): boolean => {
  const moved = steps.get("cut-over");
  const isSeen = moved?.state === "done" && moved.evidence.includes(DNS_FOLLOWED);
  return start.verb === "failover" && traffic === undefined && !isSeen;
};

/** Whether an RTO counts the way of the users; null where there is none. A drill moves nobody. */
export const rtoIncludesDns = (run: Run, subject: Pick<Subject, "traffic">): boolean | null =>
  achievedBy(run).rtoMinutes === undefined
    ? null
    : run.start.verb === "failover" && !leavesDnsOut(run, subject);

/** Minutes that each finished step took: what a forecast of the next RTO can go by. */
export function stepMinutes({ steps }: Run): ReadonlyMap<string, number> {
  return new Map(
    [...steps].flatMap(([id, step]) =>
      step.state === "done"
        ? [[id, minutes(step.endedAt.getTime() - step.startedAt.getTime())] as const]
        : [],
    ),
  );
}

/** Rounded up: an objective is missed by a second too. */
const minutes = (milliseconds: number): number => Math.ceil(Math.max(0, milliseconds) / MINUTE_MS);
