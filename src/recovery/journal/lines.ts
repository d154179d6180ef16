import { z } from "zod";
import { type Entry, entrySchema } from "./schema.ts";

/** What a journal's text holds. */
export interface Lines {
  readonly entries: readonly Entry[];
  /** A last line that was being written when the machine died: it never happened. */
  readonly torn: string | undefined;
}

/** A journal that someone or something has changed: nothing can be concluded from it. */
export class DamagedJournal extends Error {
  override readonly name = "DamagedJournal";
}

/** One line, its end included. */
export const lineOf = (entry: Entry): string => `${JSON.stringify(entry)}\n`;

/**
 * Reads JSON lines.
 *
 * @param source where they come from, for messages
 * @throws DamagedJournal when another line than a torn last one can't be read
 */
export function parseLines(text: string, source: string): Lines {
  const end = text.lastIndexOf("\n") + 1;
  const torn = text.slice(end);
  const entries = text
    .slice(0, end)
    .split("\n")
    .slice(0, -1)
    .map((line, index) => parseLine(line, `${source}, line ${index + 1}`));
  return { entries, torn: torn === "" ? undefined : torn };
}

function parseLine(line: string, place: string): Entry {
  try {
    return entrySchema.parse(JSON.parse(line));
  } catch (error) {
    const what = error instanceof z.ZodError ? "is no entry" : "is not JSON";
    throw new DamagedJournal(
      `${place} ${what}, got ${line.slice(0, 80)}; compare the copy in the bucket with the local one, and move the damaged one away`,
    );
  }
}

/** Copies of journals as one: every entry once, each run in its own order, the runs by their beginning. */
export function mergeEntries(...copies: readonly (readonly Entry[])[]): readonly Entry[] {
  const byId = new Map(copies.flat().map((entry) => [entry.id, entry]));
  const byRun = new Map<string, Entry[]>();
  for (const entry of byId.values()) byRun.set(entry.runId, [...(byRun.get(entry.runId) ?? []), entry]);
  return [...byRun.values()]
    .map((entries) => entries.sort((a, b) => a.seq - b.seq || timeOf(a) - timeOf(b)))
    .sort((a, b) => timeOf(a[0]) - timeOf(b[0]))
    .flat();
}

const timeOf = (entry: Entry | undefined): number => Date.parse(entry?.at ?? "");
