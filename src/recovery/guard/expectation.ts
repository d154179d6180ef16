import type { ServiceSpec } from "../../config/spec.ts";
import type { Import } from "../terraform/terraform.ts";
import type { Deed, ResourceChange } from "./plan.ts";
import type { Transition } from "./transitions.ts";

/** What a plan is for, and what it may do. */
export interface PlanExpectation {
  readonly transition: Transition;
  readonly region: string;
  readonly accountId: string;
  /** The stack's name, which everything in a drill's copy carries as the tag Drill. */
  readonly environment: string;
  /** Identifiers of the databases that may be destroyed: an empty one that makes way, or one that a person has named. */
  readonly databasesMayGo: readonly string[];
  /** ARN of the snapshot or of the replicated backup that a new database must come from; needed where one is restored. */
  readonly restoredFrom?: string;
  /** Whether the plan was made for some addresses only; Terraform calls such a plan incomplete. */
  readonly partial?: boolean;
  /** What an apply that was cut off has made, as it was looked up: the plan may import it, and nothing else. */
  readonly imports?: readonly Import[];
}

/** Of the plan of an environment's own stack: no database may go unless it is named. */
export const expectationOf = (
  { name, region, project }: ServiceSpec,
  transition: Transition,
  more: Pick<PlanExpectation, "restoredFrom"> & Partial<Pick<PlanExpectation, "databasesMayGo">> = {},
): PlanExpectation => ({
  transition,
  region,
  accountId: project.accountId,
  environment: name,
  databasesMayGo: [],
  ...more,
});

/** Why a plan must not be applied. */
export interface Refusal {
  /** The resource, or `plan` when it is about the whole. */
  readonly address: string;
  readonly reason: string;
  /** What to do, in one line. */
  readonly remedy: string;
}

/** What speaks against a change. */
export type Objection = Omit<Refusal, "address">;
/** Looks at one change for one thing. */
export type Judge = (
  change: ResourceChange,
  deed: Deed,
  expectation: PlanExpectation,
) => Objection | undefined;
