import type { Run } from "../recovery/journal/run.ts";
import type { Readiness } from "../recovery/readiness.ts";
import type { StatusReport } from "../recovery/status.ts";
import type { Subject } from "../recovery/subject.ts";

/** All that the page shows. */
export interface Report {
  readonly now: Date;
  readonly subject: Subject;
  readonly status: StatusReport;
  readonly readiness: Readiness;
  /** Earlier recoveries and drills, oldest first. */
  readonly runs: readonly Run[];
}
