import type { Problem } from "../config/problem.ts";
import type { Project } from "../project/schema.ts";
import type { StateRegions } from "./state-region.ts";

/** A region without a bucket would look like environments that were never applied. */
export function* checkStateRegion(
  { only, holding }: StateRegions,
  { regions }: Project,
  bootstrap: string,
): Generator<Problem> {
  if (only === undefined || holding.includes(only)) return;
  const switched = only === regions.standby ? `, or set stateReplication.enabled in ${bootstrap}` : "";
  const message = `no region that holds state, got ${only}; choose ${holding.join(" or ")}${switched}`;
  yield { file: "STATE_REGION", key: "", message };
}
