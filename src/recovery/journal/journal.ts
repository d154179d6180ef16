import { randomUUID } from "node:crypto";
import { Conflict } from "../../aws/failure.ts";
import type { RegionalAws } from "../../aws/port.ts";
import { UserError } from "../../config/problem.ts";
import { type Line, lineOf, mergeLines, parseLines } from "./lines.ts";
import { appendLocal, localFile, readLocal, rewriteLocal } from "./local.ts";
import { type JournalPlace, runKey } from "./place.ts";
import { type Run, runsOf } from "./run.ts";
import { type Entry, HIGHEST_SEQ } from "./schema.ts";

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
 * The file comes first, and each write of the object carries the whole of it. While one of the two takes nothing the run
 * goes on with the other: the next write brings what is missing. Lines that can't be read here are kept as they are.
 */
export class Journal {
  private etag: string | undefined;
  /** The file lacks lines, or could not be read. */
  private isFileBehind = false;

  private constructor(
    readonly runId: string,
    private readonly place: JournalPlace,
    private readonly aws: RegionalAws,
    private readonly now: () => Date,
    private lines: readonly Line[],
  ) {}

  /** Opens the journal of a new run, or of one that is to be resumed: what both copies know of it is merged. */
  static async open(runId: string, place: JournalPlace, aws: RegionalAws, now: () => Date): Promise<Journal> {
    const file = attempt(() => readLocal(place, runId));
    const local = "value" in file ? file.value : "";
    const stored = await aws.read(place.bucket, runKey(place, runId));
    const lines = mergeLines(...[local, stored?.text ?? ""].map((text) => parseLines(text, runId).lines));
    const journal = new Journal(runId, place, aws, now, lines);
    journal.etag = stored?.etag;
    journal.isFileBehind = "problem" in file || local !== textOf(lines);
    if (journal.isFileBehind && lines.length > 0)
      journal.isFileBehind = "problem" in attempt(() => rewriteLocal(place, runId, textOf(lines)));
    return journal;
  }

  /** The run so far; undefined before its first entry. */
  get run(): Run | undefined {
    return runsOf(entriesOf(this.lines))[0];
  }

  /**
   * Writes down what has happened, and returns when the file is on disk.
   *
   * @returns which copy is behind and why, or undefined when none is
   * @throws Conflict when another process has written to the same run's journal, UserError when neither copy can be written
   */
  async record(event: Event): Promise<string | undefined> {
    const last = this.lines.reduce((most, { entry }) => Math.max(most, entry?.seq ?? -1), -1);
    // Whatever somebody has written there, the next number can be read.
    const seq = Math.min(last + 1, HIGHEST_SEQ);
    const at = this.now().toISOString();
    const entry: Entry = { ...event, id: randomUUID(), runId: this.runId, seq, at };
    const line = lineOf(entry);
    this.lines = [...this.lines, { entry, text: line.trimEnd() }];
    const file = this.keep(line);
    try {
      await this.copy();
      return file && `the journal is in the bucket only for now: ${file}`;
    } catch (error) {
      if (error instanceof Conflict) throw error;
      if (file === undefined) return `the journal is on this machine only for now: ${messageOf(error)}`;
      const message = `can't be written, and the copy in the bucket neither, got ${file} and ${messageOf(error)}; set JOURNAL_DIR to a folder that can be written to`;
      throw new UserError([{ file: localFile(this.place, this.runId), key: "", message }]);
    }
  }

  /** @returns why the file is behind */
  private keep(line: string): string | undefined {
    const kept = attempt(() =>
      this.isFileBehind
        ? rewriteLocal(this.place, this.runId, textOf(this.lines))
        : appendLocal(this.place, this.runId, line),
    );
    this.isFileBehind = "problem" in kept;
    return "problem" in kept ? kept.problem : undefined;
  }

  private async copy(): Promise<void> {
    const [{ bucket }, key] = [this.place, runKey(this.place, this.runId)];
    const text = textOf(this.lines);
    const write = (): Promise<string> =>
      this.aws.write(bucket, key, text, this.etag === undefined ? { absent: true } : { etag: this.etag });
    try {
      this.etag = await write();
    } catch (error) {
      if (!(error instanceof Conflict)) throw error;
      // A write whose reply was lost is refused when it is repeated: what is there then is our own.
      const stored = await this.aws.read(bucket, key);
      const own = new Set(this.lines.map((line) => line.text));
      if (
        stored === undefined ||
        !parseLines(stored.text, this.runId).lines.every((line) => own.has(line.text))
      )
        throw error;
      this.etag = stored.etag;
      this.etag = await write();
    }
  }
}

const textOf = (lines: readonly Line[]): string => lines.map(({ text }) => `${text}\n`).join("");

const entriesOf = (lines: readonly Line[]): readonly Entry[] => lines.flatMap(({ entry }) => entry ?? []);

type Attempt<Value> = { readonly value: Value } | { readonly problem: string };

function attempt<Value>(act: () => Value): Attempt<Value> {
  try {
    return { value: act() };
  } catch (error) {
    return { problem: messageOf(error) };
  }
}

const messageOf = (error: unknown): string => (error instanceof Error ? error.message : String(error));
