import { recoverySteps, type Step } from "../objectives/steps.ts";
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
 * objectives allow otherwise.
 */
export function expectedMinutes(
  subject: Subject,
  runs: readonly Run[],
): (step: string) => number | undefined {
  const last = runs.findLast(({ start, outcome }) => MEASURED.has(start.verb) && outcome === "done");
  const measured = last === undefined ? new Map<string, number>() : stepMinutes(last);
  const steps = subject.objectives.rto.worstCase.bounded ? stepsOfPair(subject) : [];
  return (id) => {
    const known = measured.get(id);
    if (known !== undefined) return known;
    const terms = steps.find((step) => step.id === id)?.terms ?? [];
    return terms.length === 0 ? undefined : terms.reduce((sum, { minutes }) => sum + minutes, 0);
  };
}
