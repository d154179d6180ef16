import { show, shown } from "../../config/show.ts";
import { readNote } from "../damage.ts";
import { commonSchema, type Entry, entrySchema, isKnownEvent } from "./schema.ts";

/** A line as it was found: what can't be read here is kept, and written again, for whoever can. */
export interface Line {
  readonly text: string;
  /** Undefined when it is damaged, or tells of what only a newer version knows. */
  readonly entry: Entry | undefined;
}

/** What a journal's text holds. */
export interface Lines {
  readonly lines: readonly Line[];
  readonly entries: readonly Entry[];
  /** A last line that was being written when the machine died: it never happened. */
  readonly torn: string | undefined;
  /** What is wrong with the first line that can't be read. */
  readonly damage: string | undefined;
}

/** No line of ours comes near it, and what is longer is not looked into. */
const LONGEST = 1_000_000;

/** What a program said when it failed may be any number of pages. */
const LONGEST_TEXT = 20_000;

const shortened = (_key: string, value: unknown): unknown =>
  typeof value === "string" && value.length > LONGEST_TEXT ? `${value.slice(0, LONGEST_TEXT)}...` : value;

/** One line, its end included, which is never longer than what is read again. */
export const lineOf = (entry: Entry): string => `${JSON.stringify(entry, shortened)}\n`;

/**
 * Reads JSON lines of one run. A line that can't be read is named, and the others still count.
 *
 * @param runId whose journal it is
 */
export function parseLines(text: string, runId: string): Lines {
  const end = text.lastIndexOf("\n") + 1;
  const torn = text.slice(end);
  const parsed = text
    .slice(0, end)
    .split("\n")
    .slice(0, -1)
    .map((line) => ({ text: line, ...parseLine(line, runId) }));
  const first = parsed.findIndex(({ damage }) => damage !== undefined);
  const what = parsed[first]?.damage;
  return {
    lines: parsed.map(({ text: line, entry }) => ({ text: line, entry })),
    entries: parsed.flatMap(({ entry }) => entry ?? []),
    torn: torn === "" ? undefined : torn,
    damage: what === undefined ? undefined : `line ${first + 1}: ${what}`,
  };
}

interface Parsed {
  readonly entry: Entry | undefined;
  readonly damage?: string;
}

const damaged = (damage: string): Parsed => ({ entry: undefined, damage });

function parseLine(line: string, runId: string): Parsed {
  if (line.length > LONGEST) return damaged(`${line.length} characters`);
  const read = readNote(line, entrySchema);
  const common = "value" in read ? read : readNote(line, commonSchema);
  if ("got" in common) return damaged("got" in read ? read.got : common.got);
  if (common.value.runId !== runId) return damaged(`an entry of run ${common.value.runId}`);
  if ("value" in read) return { entry: read.value };
  return isKnownEvent(common.value.event)
    ? damaged(`${read.got} in ${shown(show(line.slice(0, 200)))}`)
    : { entry: undefined };
}

/** Copies of one run's journal as one: every entry once and in its order, and what can't be read after them. */
export function mergeLines(...copies: readonly (readonly Line[])[]): readonly Line[] {
  const texts = new Map<string, string>();
  const others = new Set<string>();
  for (const { entry, text } of copies.flat())
    if (entry === undefined) others.add(text);
    else texts.set(entry.id, text);
  const entries = mergeEntries(...copies.map((lines) => lines.flatMap(({ entry }) => entry ?? [])));
  return [
    ...entries.map((entry) => ({ entry, text: texts.get(entry.id) ?? "" })),
    ...[...others].map((text) => ({ entry: undefined, text })),
  ];
}

/** Copies of journals as one: every entry once, each run in its own order, the runs by their beginning. */
export function mergeEntries(...copies: readonly (readonly Entry[])[]): readonly Entry[] {
  // Of its run: an id that somebody copied into another journal hides nothing there.
  const byId = new Map(copies.flat().map((entry) => [`${entry.runId} ${entry.id}`, entry]));
  const byRun = new Map<string, Entry[]>();
  for (const entry of byId.values()) {
    const known = byRun.get(entry.runId);
    if (known === undefined) byRun.set(entry.runId, [entry]);
    else known.push(entry);
  }
  return [...byRun.values()]
    .map((entries) => entries.sort((a, b) => a.seq - b.seq || timeOf(a) - timeOf(b)))
    .sort((a, b) => timeOf(a[0]) - timeOf(b[0]))
    .flat();
}

const timeOf = (entry: Entry | undefined): number => Date.parse(entry?.at ?? "");
