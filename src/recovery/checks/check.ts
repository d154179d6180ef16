import type { Activation } from "../../activation/schema.ts";
import type { Aws, RegionalAws } from "../../aws/port.ts";
import type { Doubt } from "../doubt.ts";
import type { History } from "../journal/history.ts";
import type { JournalPlace } from "../journal/place.ts";
import type { Subject } from "../subject.ts";

/** Unknown is never a pass: the question was not answered. */
export type Status = "pass" | "warn" | "fail" | "unknown";

/** Who has to answer. With the primary or the global control planes out of reach, a recovery goes on without them. */
export type Side = "standby" | "primary" | "global";

/** What a check found. */
export interface Finding {
  readonly status: Status;
  /** What was seen, with numbers and times. */
  readonly evidence: string;
  /** What to do, in lines that can be pasted; every finding but a pass has one. */
  readonly remedy?: string;
  /** The numbers behind the evidence, for machines. */
  readonly facts?: Readonly<Record<string, string | number | boolean | null>>;
  /** Nobody could be reached who knows the answer; only an unknown says so. */
  readonly unreached?: boolean;
}

/** What a check can ask. */
export interface Inquiry {
  /** As the record in force says, where the folder has none. */
  readonly subject: Subject;
  readonly aws: Aws;
  readonly standby: RegionalAws;
  readonly primary: RegionalAws;
  readonly now: Date;
  readonly place: JournalPlace;
  /** The standby's record in the folder. */
  readonly ownRecord: Activation | undefined;
  /** The standby's record in the bucket of its state, read once for all checks. */
  readonly recordInForce: () => Promise<Activation | undefined>;
  /** Why the posture is not certain here, found out once for all checks; undefined when it is. */
  readonly doubt: () => Promise<Doubt | undefined>;
  /** What is known of earlier runs, read once for all checks. */
  readonly history: () => Promise<History>;
  /** Asks this machine what it would recover with. */
  readonly tools: () => Promise<Tools>;
  /** Compares the standby with its configuration by Terraform, which takes minutes; undefined when nobody asked for it. */
  readonly drift: (() => Promise<Drift>) | undefined;
}

/** What this machine would recover with. */
export interface Tools {
  /** As `TERRAFORM_BINARY` names it. */
  readonly binary: string;
  /** Its version; undefined when it can't be run. */
  readonly version: string | undefined;
  /** Whether the pinned provider has been downloaded for the standby already. */
  readonly hasProvider: boolean;
}

/** What Terraform would change. */
export interface Drift {
  readonly changes: readonly string[];
}

/** One question about readiness. Adding one is a file and a line in `all.ts`. */
export interface Check {
  /** Never changes: `--only` and monitoring name it. */
  readonly id: string;
  /** The question, for `--help` and the reference. */
  readonly asks: string;
  /** Why a recovery fails without it. */
  readonly because: string;
  /** What to do in general; a finding's own remedy is exact. */
  readonly remedy: string;
  readonly side: Side;
  /** Judges by the posture: it says nothing while that is not certain. */
  readonly goesByPosture?: true;
  /** How long it may take at least, whatever the time-out of the others is. */
  readonly patienceMs?: number;
  /** Why it does not apply to this configuration; undefined when it does. */
  readonly inapplicable?: (subject: Subject, inquiry: Pick<Inquiry, "drift">) => string | undefined;
  readonly run: (inquiry: Inquiry) => Promise<Finding>;
}

type Facts = NonNullable<Finding["facts"]>;

export const pass = (evidence: string, facts: Facts = {}): Finding => ({ status: "pass", evidence, facts });
export const warn = (evidence: string, remedy: string, facts: Facts = {}): Finding => ({
  status: "warn",
  evidence,
  remedy,
  facts,
});
export const fail = (evidence: string, remedy: string, facts: Facts = {}): Finding => ({
  status: "fail",
  evidence,
  remedy,
  facts,
});
export const unknown = (evidence: string, remedy: string, facts: Facts = {}): Finding => ({
  status: "unknown",
  evidence,
  remedy,
  facts,
});
