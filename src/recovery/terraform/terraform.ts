import type { DrillConfig } from "../../drill/schema.ts";
import { StepFailed } from "../steps/step.ts";
import type { Address, StateObject } from "./adoption.ts";
import type { Complaint } from "./events.ts";

/**
 * Terraform as a recovery uses it: it plans without asking AWS, and applies nothing but a plan that was looked at (T37).
 *
 * Every method rejects with `StepFailed`: what Terraform said, what was left behind, and what to run.
 */
export interface Terraform {
  /** Writes every stack anew from the files as they are now, and a drill's copy when one is asked for. */
  synthesize(copy?: DrillConfig): Promise<void>;
  /**
   * What an apply of a synthesized stack would change; it is written down with its state's lock taken.
   *
   * A lock that someone holds is a failure that names its holder (T34).
   */
  plan(stack: string, options?: PlanOptions): Promise<TerraformPlan>;
  /**
   * Applies just this plan, and none if the state has changed since. Ctrl-C lets Terraform end cleanly first.
   *
   * @param expectedMinutes for the progress that is told
   */
  apply(plan: TerraformPlan, expectedMinutes?: number): Promise<void>;
  /** What the state of a stack knows of a resource; undefined when it does not manage it. */
  attributes(stack: string, address: string): Promise<Readonly<Record<string, unknown>> | undefined>;
  /** Every object that the state of a stack has at an address, tainted and deposed ones too. */
  objects(stack: string, address: Address): Promise<readonly StateObject[]>;
  /** Takes objects of an address out of a stack's state, and leaves the others. They go on existing. */
  drop(stack: string, address: Address, isDropped: (object: StateObject) => boolean): Promise<void>;
  /** Takes resources out of a stack's state. They go on existing, and no plan touches them any more. */
  release(stack: string, addresses: readonly string[]): Promise<void>;
  /** Gives a resource another address in a stack's state. Nothing changes in AWS. */
  move(stack: string, from: string, to: string): Promise<void>;
  /**
   * Takes what an apply that was cut off has made into the state, in the place of what it replaces: the next apply goes on
   * as that one would have.
   *
   * @param argued arguments that AWS does not tell: what it was made from
   */
  adopt(stack: string, address: Address, id: string, argued: Adoption): Promise<void>;
  /** Takes what exists into a stack's state, one after the other, and changes nothing in AWS. */
  take(stack: string, imports: readonly Import[]): Promise<void>;
  /** Outputs of a stack that was planned or applied before; what is sensitive is left out. */
  outputs(stack: string): Promise<Readonly<Record<string, unknown>>>;
}

/** Arguments by their name. */
export type Adoption = Readonly<Record<string, unknown>>;

/** How a plan is made. */
export interface PlanOptions {
  /** Asks AWS for every resource: only where the global control planes are known to answer. Default: false. */
  readonly refresh?: boolean;
  /** Plans the removal of everything. */
  readonly destroy?: boolean;
  /** Addresses to plan alone; everything when absent. */
  readonly targets?: readonly string[];
  /** What is taken into the state as it is. What AWS does not have is left out, and so is what the state has already. */
  readonly imports?: readonly Import[];
}

/** Something that exists, and the address that it belongs at. */
export interface Import {
  readonly address: string;
  /** As `terraform import` takes it. */
  readonly id: string;
}

/** An apply that came to an end with errors. */
export class ApplyFailed extends StepFailed {
  constructor(
    what: string,
    state: string,
    next: readonly string[],
    readonly complaints: readonly Complaint[],
  ) {
    super(what, state, next);
  }
}

/** A plan that was written down. */
export interface TerraformPlan {
  readonly stack: string;
  /** What `terraform apply` takes. */
  readonly file: string;
  /** What `terraform show -json` says of it, for the guard. */
  readonly json: unknown;
  /** Addresses that would change, and how: `create`, `update`, `delete`, `create,delete`; `import` of what is
   * taken into the state. Empty when there is nothing to do. */
  readonly changes: readonly PlannedChange[];
}

/** One resource that a plan changes. */
export interface PlannedChange {
  readonly address: string;
  readonly type: string;
  readonly actions: readonly string[];
}
