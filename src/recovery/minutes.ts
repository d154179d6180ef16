import { stepMinutes } from "./journal/achieved.ts";
import type { Run } from "./journal/run.ts";
import type { Verb } from "./journal/schema.ts";
import type { Subject } from "./subject.ts";

/** What takes the same steps as a failover. */
const MEASURED: ReadonlySet<Verb> = new Set(["failover", "drill"]);

/**
 * How long each step of a failover is expected to take: as long as the last time, where it was measured, and as the
 * objectives allow otherwise.
 */
export function expectedMinutes(
  { objectives }: Subject,
  runs: readonly Run[],
): (step: string) => number | undefined {
  const last = runs.findLast(({ start, outcome }) => MEASURED.has(start.verb) && outcome === "done");
  const measured = last === undefined ? new Map<string, number>() : stepMinutes(last);
  const { worstCase } = objectives.rto;
  return (step) => {
    const known = measured.get(step);
    if (known !== undefined) return known;
    if (!worstCase.bounded) return undefined;
    const terms = worstCase.terms.filter((term) => term.step === step);
    return terms.length === 0 ? undefined : terms.reduce((sum, { minutes }) => sum + minutes, 0);
  };
}
