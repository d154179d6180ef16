import { randomUUID } from "node:crypto";
import { Conflict } from "../../aws/failure.ts";
import type { RegionalAws } from "../../aws/port.ts";
import { lineOf, mergeEntries, parseLines } from "./lines.ts";
import { appendLocal, localRunIds, readLocal } from "./local.ts";
import { type JournalPlace, runKey } from "./place.ts";
import { type Run, runsOf } from "./run.ts";
import type { Entry } from "./schema.ts";

/** An entry without what the journal adds itself. */
export type Event = Entry extends infer One
  ? One extends Entry
    ? Omit<One, "id" | "runId" | "seq" | "at">
    : never
  : never;

/** Sorts by time, also as a key in a bucket. */
export const newRunId = (now: Date): string =>
  `${now.toISOString().replaceAll(/[-:]|\.\d+/g, "")}-${randomUUID().slice(0, 8)}`;

/**
 * The journal of one run: what happened, in a file here and in an object beside the environment's state.
 *
 * The file comes first, and each write of the object carries the whole of it. While the bucket can't be reached the run
 * goes on: the next write brings what is missing.
 */
export class Journal {
  private etag: string | undefined;

  private constructor(
    readonly runId: string,
    private readonly place: JournalPlace,
    private readonly aws: RegionalAws,
    private readonly now: () => Date,
    private entries: readonly Entry[],
  ) {}

  /** Opens the journal of a new run, or of one that is to be resumed: what both copies know of it is merged. */
  static async open(runId: string, place: JournalPlace, aws: RegionalAws, now: () => Date): Promise<Journal> {
    const local = readLocal(place, runId).entries;
    const stored = await aws.read(place.bucket, runKey(place, runId));
    const there = stored === undefined ? [] : parseLines(stored.text, runKey(place, runId)).entries;
    const entries = mergeEntries(local, there);
    const known = new Set(local.map(({ id }) => id));
    for (const entry of entries.filter(({ id }) => !known.has(id))) appendLocal(place, entry);
    const journal = new Journal(runId, place, aws, now, entries);
    journal.etag = stored?.etag;
    return journal;
  }

  /** The run so far; undefined before its first entry. */
  get run(): Run | undefined {
    return runsOf(this.entries)[0];
  }

  /**
   * Writes down what has happened, and returns when the file is on disk.
   *
   * @returns why the copy in the bucket is behind, or undefined when it is not
   * @throws Conflict when another process has written to the same run's journal
   */
  async record(event: Event): Promise<string | undefined> {
    const seq = (this.entries.at(-1)?.seq ?? -1) + 1;
    const at = this.now().toISOString();
    const entry: Entry = { ...event, id: randomUUID(), runId: this.runId, seq, at };
    appendLocal(this.place, entry);
    this.entries = [...this.entries, entry];
    try {
      await this.copy();
      return undefined;
    } catch (error) {
      if (error instanceof Conflict) throw error;
      return messageOf(error);
    }
  }

  private async copy(): Promise<void> {
    const [{ bucket }, key] = [this.place, runKey(this.place, this.runId)];
    const text = this.entries.map(lineOf).join("");
    const write = (): Promise<string> =>
      this.aws.write(bucket, key, text, this.etag === undefined ? { absent: true } : { etag: this.etag });
    try {
      this.etag = await write();
    } catch (error) {
      if (!(error instanceof Conflict)) throw error;
      // A write whose reply was lost is refused when it is repeated: what is there then is our own.
      const stored = await this.aws.read(bucket, key);
      const own = new Set(this.entries.map(({ id }) => id));
      if (stored === undefined || !parseLines(stored.text, key).entries.every(({ id }) => own.has(id)))
        throw error;
      this.etag = stored.etag;
      this.etag = await write();
    }
  }
}

/** What is known of earlier runs. */
export interface History {
  /** Oldest first. */
  readonly runs: readonly Run[];
  /** Why a copy could not be read; the runs are then those of the other one. */
  readonly problem: string | undefined;
}

/** Runs that are looked at: status and readiness are about the latest. */
const LATEST = 20;

/** The latest runs of an environment, from both copies. */
export async function readHistory(place: JournalPlace, aws: RegionalAws): Promise<History> {
  const [local, stored] = await Promise.allSettled([readLocalRuns(place), readStored(place, aws)]);
  const found = [local, stored].flatMap((one) => (one.status === "fulfilled" ? one.value : []));
  const problem = [local, stored].find((one) => one.status === "rejected");
  return { runs: runsOf(mergeEntries(...found)), problem: problem && messageOf(problem.reason) };
}

async function readLocalRuns(place: JournalPlace): Promise<readonly (readonly Entry[])[]> {
  return localRunIds(place)
    .slice(-LATEST)
    .map((id) => readLocal(place, id).entries);
}

async function readStored(place: JournalPlace, aws: RegionalAws): Promise<readonly (readonly Entry[])[]> {
  const keys = (await aws.list(place.bucket, place.prefix)).filter((key) => key.endsWith(".jsonl"));
  return Promise.all(
    keys.slice(-LATEST).map(async (key) => {
      const object = await aws.read(place.bucket, key);
      return object === undefined ? [] : parseLines(object.text, `s3://${place.bucket}/${key}`).entries;
    }),
  );
}

const messageOf = (error: unknown): string => (error instanceof Error ? error.message : String(error));
