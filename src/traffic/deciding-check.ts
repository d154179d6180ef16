import type { ITerraformDependable } from "cdktf";

/** A health check that records can go by. */
export interface DecidingCheck {
  readonly healthCheckId: string;
  /** What must be there before a record goes by its verdict. */
  readonly settled: readonly ITerraformDependable[];
}
