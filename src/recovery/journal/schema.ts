import { z } from "zod";
import { shown } from "../../config/show.ts";
import { RUN_ID } from "./place.ts";

const instant = z.iso.datetime();
const word = z.string().min(1);

/** Whoever wrote it, it is shown on a terminal as text. */
const text = word.transform(shown);

/** No path, no option of a command, no line of its own. */
const id = z.string().regex(RUN_ID);

/** As AWS names things: nothing that Terraform or a shell would read. */
const arn = z.string().regex(/^arn:[\w:./-]+$/);

/** Far more than any run has lines, and far from where numbers stop being exact. */
export const HIGHEST_SEQ = 1_000_000_000;

/**
 * On every line. `id` makes a merge of two copies possible; `seq` orders the lines of a run, since the clocks of two
 * machines don't; `at` is when it happened, UTC.
 */
const common = { id: word, runId: id, seq: z.int().min(0).max(HIGHEST_SEQ), at: instant };

/** Choices of whoever began or resumed the run; a command may hold secrets, so that only the fact is written down. */
const given = z.object({ replaceDatabase: id.optional(), compareCommand: z.boolean().optional() }).optional();

/** What every version writes on every line. */
export const commonSchema = z.object({ ...common, event: z.string() });

/** One line of a journal. */
export const entrySchema = z.discriminatedUnion("event", [
  z.object({
    event: z.literal("run-started"),
    ...common,
    verb: z.enum(["failover", "rollback", "failback", "fence", "drill"]),
    environment: text,
    operator: text,
    host: text,
    reason: z.string().transform(shown),
    /** The version of the format that the run was begun with. */
    format: z.int().optional(),
    /** When the disaster was declared: the RTO counts from here. */
    declaredAt: instant,
    /** What could be restored before anything was closed: what is restored in the end is never older. */
    seen: z.strictObject({ arn: word, createdAt: instant }).optional(),
    /** Why it was begun although something was known to block it, and what that was. */
    despite: z.strictObject({ reason: word, blockers: z.array(z.string()) }).optional(),
    given,
  }),
  z.object({
    event: z.literal("recovery-point-chosen"),
    ...common,
    arn,
    /** When its data was taken: the RPO counts back to here. */
    createdAt: instant,
    /** Whoever takes the run up elsewhere writes the activation record from this. */
    engineVersion: text.optional(),
    /** Allocated storage in GiB. */
    storageGiB: z.int().positive().optional(),
  }),
  /** A database that was taken out of Terraform's hands: whoever resumes elsewhere says in the end how it is deleted. */
  z.object({ event: z.literal("database-kept"), ...common, identifier: id, region: id }),
  z.object({ event: z.literal("step-started"), ...common, step: id }),
  z.object({ event: z.literal("step-done"), ...common, step: id, evidence: z.string().transform(shown) }),
  z.object({ event: z.literal("step-failed"), ...common, step: id, message: z.string() }),
  /** A run is taken up again after it was killed, perhaps by someone else and elsewhere. */
  z.object({ event: z.literal("run-resumed"), ...common, operator: text, host: text, given }),
  z.object({
    event: z.literal("run-ended"),
    ...common,
    outcome: z.enum(["done", "failed", "abandoned"]),
    evidence: z.string().transform(shown),
  }),
]);

const EVENTS: ReadonlySet<string> = new Set(entrySchema.options.map(({ shape }) => shape.event.value));

/** Whether this version knows what such a line tells. */
export const isKnownEvent = (event: string): boolean => EVENTS.has(event);

/** One line of a journal. */
export type Entry = z.output<typeof entrySchema>;
/** The first line of a run. */
export type RunStarted = Extract<Entry, { event: "run-started" }>;
/** What whoever began or resumed a run has chosen, and what the next one who resumes it need not find out. */
export type Given = NonNullable<RunStarted["given"]>;
/** What a recovery can be. */
export type Verb = RunStarted["verb"];

/** Who works on an environment's recovery. What a later version adds is no reason to refuse what is understood. */
export const lockSchema = z.object({
  format: z.int().optional(),
  runId: id,
  verb: id,
  operator: text,
  host: text,
  /** This process, and no other: two at once may be about the same run. */
  session: word,
  /** The working copy that it was started from, and the process there: whether it is gone can be seen on that machine. */
  machine: word,
  pid: z.int().positive(),
  takenAt: instant,
  /** Renewed while the holder lives. */
  aliveAt: instant,
});

/** Who works on an environment's recovery, and since when. */
export type LockHolder = z.output<typeof lockSchema>;
