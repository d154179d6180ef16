import type { Aws, RegionalAws } from "../../aws/port.ts";
import type { NameLookup } from "../dns/lookup.ts";
import type { Http } from "../http.ts";
import type { Journal } from "../journal/journal.ts";
import type { JournalPlace } from "../journal/place.ts";
import type { Run } from "../journal/run.ts";
import type { Verb } from "../journal/schema.ts";
import type { Subject } from "../subject.ts";
import type { Terraform } from "../terraform/terraform.ts";
import type { Assertion } from "../assertions/assertion.ts";

/** Tells the operator what is going on, and others too when it is about something that takes time. */
export type Tell = (line: string, about?: "waiting") => void;

/** What a step may use. Whatever a person chose is in the plan, or in the journal. */
export interface RecoveryContext {
  /** Folder with the environment files. */
  readonly environments: string;
  /** The pair as its files say now: a step may have written an activation record. */
  readonly subject: () => Promise<Subject>;
  readonly aws: Aws;
  readonly standby: RegionalAws;
  readonly primary: RegionalAws;
  readonly place: JournalPlace;
  readonly journal: Journal;
  /** The run so far. */
  readonly run: () => Run;
  readonly terraform: Terraform;
  readonly http: Http;
  readonly usersDns: UsersDns;
  readonly now: () => Date;
  /** Waits. Rejects with `Interrupted` when the operator wants to stop. */
  readonly pause: (milliseconds: number) => Promise<void>;
  readonly tell: Tell;
}

/** Who says where users are led, where DNS is changed elsewhere. */
export interface UsersDns {
  readonly lookup: NameLookup;
  /** What the operator types; undefined when nobody sits at a terminal. */
  readonly ask: (question: string) => Promise<string | undefined>;
  /** The operator has said so with the command: `--dns-moved`. */
  readonly isSaidToBeMoved: boolean;
  /** And has given a reason why it counts although DNS says otherwise. */
  readonly mayContradict: boolean;
}

/** One idempotent action of a recovery. */
export interface RecoveryStep {
  /** Never changes: the journal, the runbook and monitoring name it. */
  readonly id: string;
  readonly title: string;
  /** What it calls, and where. */
  readonly calls: readonly Calls[];
  /** Steps that are done before it. */
  readonly dependsOn: readonly string[];
  /** How long it is expected to take; undefined when nobody knows. */
  readonly minutes: number | undefined;
  /** How to undo it: a command, or why there is nothing to undo. */
  readonly undo: string;
  /** Evidence when it is done already, by asking the world and not the journal; undefined when there is something to do. */
  readonly isDone: (context: RecoveryContext) => Promise<string | undefined>;
  /**
   * What AWS says against what this step claims once it is done. Asked before a step that the journal calls done is passed over,
   * and of every step before a run is called done; what is contradicted is done again.
   */
  readonly contradiction: Assertion;
  /** The step that takes away what this one claims: nothing is asked any more once that has begun. */
  readonly holdsUntil?: string;
  /**
   * Does it, and returns the evidence. It may have been killed anywhere in an earlier attempt.
   *
   * @throws StepFailed, AwsFailure or Interrupted
   */
  readonly run: (context: RecoveryContext) => Promise<string>;
}

/** Actions in one region, as IAM names them: `rds:RestoreDBInstanceFromDBSnapshot`. */
export interface Calls {
  readonly region: string;
  readonly actions: readonly string[];
}

/** A recovery before anything is done: what `--json` prints, and what a runner carries out. */
export interface RecoveryPlan {
  readonly verb: Verb;
  /** The environment that it is about. */
  readonly environment: string;
  /** What is typed to confirm it; the environment's name where it is absent. */
  readonly confirmation?: string;
  /** What it will do, in one sentence. */
  readonly title: string;
  /** What whoever confirms must know: data that will be lost, what can't be reached. */
  readonly warnings: readonly string[];
  /** In the order in which they are done. */
  readonly steps: readonly RecoveryStep[];
  /** How to undo the whole of it. */
  readonly undo: string;
  /** The command that serves users again after a run that failed once it had closed what served them; its own where it is absent. */
  readonly reopen?: (run: Run) => string | undefined;
}

/** A step could not be done. The message is for someone who was woken by it. */
export class StepFailed extends Error {
  override readonly name = "StepFailed";

  constructor(
    /** What happened. */
    what: string,
    /** What state the world is in. */
    readonly state: string,
    /** What to do or to run next; one line each. */
    readonly next: readonly string[],
    /** Options that the command which goes on needs beside its own. */
    readonly resumeWith: readonly string[] = [],
  ) {
    super(what);
  }
}

/** The operator pressed Ctrl-C: nothing failed. */
export class Interrupted extends Error {
  override readonly name = "Interrupted";
}
