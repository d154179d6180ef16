import { type RecoveryFacts, recoverySteps, SERVED_AFTER, type Step, type StepId } from "./steps.ts";
import { boundedBy, unbounded, type WorstCase } from "./worst-case.ts";

/** The longest that a recovery takes: the longest path through its steps. */
export function worstCaseRto(facts: RecoveryFacts): WorstCase {
  const { standby } = facts;
  if (standby.config.database.recovery === undefined) {
    return unbounded(`database.recovery of ${standby.file} is not set`);
  }
  const path = criticalPath(untilServed(recoverySteps(facts)));
  return boundedBy(path.flatMap(({ id, terms }) => terms.map((term) => ({ ...term, step: id }))));
}

/** The steps up to the one that proves that users are served. */
export const untilServed = (steps: readonly Step[]): readonly Step[] =>
  steps.slice(0, steps.findIndex(({ id }) => id === SERVED_AFTER) + 1);

/** The steps that decide how long all of them take. Steps stand after those that they wait for. */
export function criticalPath(steps: readonly Step[]): readonly Step[] {
  const paths = new Map<StepId, readonly Step[]>();
  for (const step of steps) {
    const before = step.after.map((id) => {
      const path = paths.get(id);
      if (path === undefined) throw new Error(`step ${step.id} stands before ${id}, which it waits for`);
      return path;
    });
    paths.set(step.id, [...longest(before), step]);
  }
  return longest([...paths.values()]);
}

const longest = (paths: readonly (readonly Step[])[]): readonly Step[] =>
  paths.reduce((best, path) => (minutesOf(path) > minutesOf(best) ? path : best), []);

const minutesOf = (path: readonly Step[]): number =>
  path.flatMap(({ terms }) => terms).reduce((sum, { minutes }) => sum + minutes, 0);
