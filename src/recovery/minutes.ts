import { recoverySteps, type Step } from "../objectives/steps.ts";
import type { Term } from "../objectives/worst-case.ts";
import { stepMinutes } from "./journal/achieved.ts";
import type { Run } from "./journal/run.ts";
import type { Verb } from "./journal/schema.ts";
import type { Subject } from "./subject.ts";

/** What takes the same steps as a failover. */
const MEASURED: ReadonlySet<Verb> = new Set(["failover", "drill"]);

/** The steps of a pair's recovery, and what they may take. */
export function stepsOfPair({ pair, project, traffic }: Subject): readonly Step[] {
  const healthCheck = traffic && { ...traffic.config.healthCheck, file: traffic.file };
  return recoverySteps({ ...pair, accountId: project.accountId, healthCheck });
}

/**
 * How long each step of a failover is expected to take: as long as the last time, where it was measured, and as the
 * objectives allow otherwise. What no run measures is added as it is configured: one quick rehearsal tells nothing of how long
 * people take to decide and to change DNS, nor of how long a restored volume stays slow.
 */
export function expectedMinutes(
  subject: Subject,
  runs: readonly Run[],
): (step: string) => number | undefined {
  const measured = lastMinutes(runs.filter(({ start }) => MEASURED.has(start.verb)));
  const steps = subject.objectives.rto.worstCase.bounded ? stepsOfPair(subject) : [];
  return (id) => {
    const terms = steps.find((step) => step.id === id)?.terms ?? [];
    const known = measured.get(id);
    if (known === undefined) return terms.length === 0 ? undefined : sumOf(terms);
    const people = sumOf(terms.filter(({ unmeasured }) => unmeasured === "people"));
    return Math.max(known, people) + sumOf(terms.filter(({ unmeasured }) => unmeasured === "afterwards"));
  };
}

const sumOf = (terms: readonly Term[]): number => terms.reduce((sum, { minutes }) => sum + minutes, 0);

/** What each step took the last time that a run with it has ended well: a drill has not all steps of a failover. */
export const lastMinutes = (runs: readonly Run[]): ReadonlyMap<string, number> =>
  new Map(runs.filter(({ outcome }) => outcome === "done").flatMap((run) => [...stepMinutes(run)]));
