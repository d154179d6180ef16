import { z } from "zod";
import { shown } from "../../config/show.ts";

const instant = z.iso.datetime();
const word = z.string().min(1);

/**
 * On every line. `id` makes a merge of two copies possible; `seq` orders the lines of a run, since the clocks of two
 * machines don't; `at` is when it happened, UTC.
 */
const common = { id: word, runId: word, seq: z.int().nonnegative(), at: instant };

/** One line of a journal. */
export const entrySchema = z.discriminatedUnion("event", [
  z.strictObject({
    event: z.literal("run-started"),
    ...common,
    verb: z.enum(["failover", "rollback", "failback", "fence", "drill"]),
    environment: word,
    operator: word,
    host: word,
    reason: z.string(),
    /** When the disaster was declared: the RTO counts from here. */
    declaredAt: instant,
    /** What could be restored before anything was closed: what is restored in the end is never older. */
    seen: z.strictObject({ arn: word, createdAt: instant }).optional(),
    /** Why it was begun although something was known to block it, and what that was. */
    despite: z.strictObject({ reason: word, blockers: z.array(z.string()) }).optional(),
  }),
  z.strictObject({
    event: z.literal("recovery-point-chosen"),
    ...common,
    arn: word,
    /** When its data was taken: the RPO counts back to here. */
    createdAt: instant,
    /** Whoever takes the run up elsewhere writes the activation record from this. */
    engineVersion: word.optional(),
    /** Allocated storage in GiB. */
    storageGiB: z.int().positive().optional(),
  }),
  /** A database that was taken out of Terraform's hands: whoever resumes elsewhere says in the end how it is deleted. */
  z.strictObject({ event: z.literal("database-kept"), ...common, identifier: word, region: word }),
  z.strictObject({ event: z.literal("step-started"), ...common, step: word }),
  z.strictObject({ event: z.literal("step-done"), ...common, step: word, evidence: z.string() }),
  z.strictObject({ event: z.literal("step-failed"), ...common, step: word, message: z.string() }),
  /** A run is taken up again after it was killed, perhaps by someone else and elsewhere. */
  z.strictObject({ event: z.literal("run-resumed"), ...common, operator: word, host: word }),
  z.strictObject({
    event: z.literal("run-ended"),
    ...common,
    outcome: z.enum(["done", "failed", "abandoned"]),
    evidence: z.string(),
  }),
]);

/** One line of a journal. */
export type Entry = z.output<typeof entrySchema>;
/** The first line of a run. */
export type RunStarted = Extract<Entry, { event: "run-started" }>;
/** What a recovery can be. */
export type Verb = RunStarted["verb"];

/** Whoever wrote it, it is shown on a terminal as text. */
const text = word.transform(shown);

/** No path, no option of a command, no line of its own. */
const id = z.string().regex(/^[A-Za-z0-9][A-Za-z0-9_-]{0,99}$/);

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
