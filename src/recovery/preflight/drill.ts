import type { Inquiry } from "../checks/check.ts";
import { choosePoint, type PointChoice } from "../steps/choose-recovery-point.ts";
import {
  attempt,
  divide,
  journalObstacles,
  NEEDED,
  obstaclesOf,
  type Preflight,
  type Rules,
} from "./preflight.ts";

const RULES: Rules = {
  keys: NEEDED,
  engine: NEEDED,
  "database-quota": NEEDED,
  image: NEEDED,
  "compute-quota": NEEDED,
  toolchain: NEEDED,
};

/** Finds out, before an hour of a copy is paid for, what a drill would fail at. It closes nothing: what is not known blocks nothing. */
export async function preflightOfDrill(inquiry: Inquiry, choice: PointChoice): Promise<Preflight> {
  const { subject, standby, now } = inquiry;
  const [point, checked] = await Promise.all([
    attempt("recovery-point", () => choosePoint(subject, standby, choice, now)),
    obstaclesOf(RULES, inquiry, undefined),
  ]);
  return {
    ...divide([...point.obstacles, ...checked, ...journalObstacles(inquiry)], false),
    point: point.value,
    mustPlan: [],
  };
}
