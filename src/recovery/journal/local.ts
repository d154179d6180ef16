import {
  closeSync,
  fsyncSync,
  ftruncateSync,
  mkdirSync,
  openSync,
  readdirSync,
  readFileSync,
  writeSync,
} from "node:fs";
import { join } from "node:path";
import { type Lines, lineOf, parseLines } from "./lines.ts";
import type { JournalPlace } from "./place.ts";
import type { Entry } from "./schema.ts";

const fileOf = ({ folder }: JournalPlace, runId: string): string => join(folder, `${runId}.jsonl`);

const NOTHING: Lines = { entries: [], torn: undefined };

/** A run's journal on this machine; empty when there is none. */
export function readLocal(place: JournalPlace, runId: string): Lines {
  const file = fileOf(place, runId);
  const text = readIfThere(file);
  return text === undefined ? NOTHING : parseLines(text, file);
}

/** Runs that this machine has journals of. */
export function localRunIds({ folder }: JournalPlace): readonly string[] {
  try {
    const names = readdirSync(folder).filter((name) => name.endsWith(".jsonl"));
    return names.map((name) => name.slice(0, -".jsonl".length)).sort();
  } catch (error) {
    if (isMissing(error)) return [];
    throw error;
  }
}

/** Appends, and returns when the disk has it. A torn last line is cut off first: it never happened. */
export function appendLocal(place: JournalPlace, entry: Entry): void {
  mkdirSync(place.folder, { recursive: true });
  const file = fileOf(place, entry.runId);
  const handle = openSync(file, "a+", 0o600);
  try {
    const written = readFileSync(file);
    // Bytes, not characters: the tear may go through one.
    const whole = written.lastIndexOf("\n") + 1;
    if (whole < written.length) ftruncateSync(handle, whole);
    writeSync(handle, lineOf(entry));
    fsyncSync(handle);
  } finally {
    closeSync(handle);
  }
}

function readIfThere(file: string): string | undefined {
  try {
    return readFileSync(file, "utf8");
  } catch (error) {
    if (isMissing(error)) return undefined;
    throw error;
  }
}

const isMissing = (error: unknown): boolean =>
  error instanceof Error && "code" in error && error.code === "ENOENT";
