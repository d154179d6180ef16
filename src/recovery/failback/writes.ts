import type { Run } from "../journal/run.ts";
import type { Subject } from "../subject.ts";

const HOUR_MS = 3_600_000;

/** How long the standby has been written to: what would be lost without its data. */
export interface Writes {
  readonly since: Date;
  readonly until: Date;
  /** Begun ones count. */
  readonly hours: number;
}

/**
 * The standby's writes: from the moment that users were sent to it until it was fenced, or until now.
 *
 * @param runs oldest first; without a journal the declaration in the activation record counts
 */
export function writesOf(
  { pair }: Subject,
  runs: readonly Run[],
  resumed: Run | undefined,
  now: Date,
): Writes {
  const moved = runs
    .findLast(({ start, steps }) => start.verb === "failover" && steps.get("open-ingress")?.state === "done")
    ?.steps.get("open-ingress");
  const declaredAt = pair.activation?.declaredAt;
  const since =
    moved?.state === "done" ? moved.endedAt : declaredAt === undefined ? now : new Date(declaredAt);
  const until = fencedAt(resumed) ?? now;
  const hours = Math.max(1, Math.ceil((until.getTime() - since.getTime()) / HOUR_MS));
  return { since, until, hours };
}

/** Since when nothing writes to the standby any more, as the journal has it. */
export function fencedAt(run: Run | undefined): Date | undefined {
  const fenced = run?.steps.get("fence-both");
  return fenced?.state === "done" ? fenced.endedAt : undefined;
}
