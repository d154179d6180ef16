import {
  closeSync,
  fstatSync,
  fsyncSync,
  ftruncateSync,
  mkdirSync,
  openSync,
  readdirSync,
  readFileSync,
  writeFileSync,
} from "node:fs";
import { join } from "node:path";
import { writeWhole } from "../write-whole.ts";
import { type JournalPlace, RUN_ID } from "./place.ts";

/** A run's journal on this machine. The id has been checked: it is a name, and no path. */
export const localFile = ({ folder }: JournalPlace, runId: string): string => join(folder, `${runId}.jsonl`);

/** Its text; empty when there is none. */
export function readLocal(place: JournalPlace, runId: string): string {
  try {
    return readFileSync(localFile(place, runId), "utf8");
  } catch (error) {
    if (isMissing(error)) return "";
    throw error;
  }
}

/** Runs that this machine has journals of, oldest first. */
export function localRunIds({ folder }: JournalPlace): readonly string[] {
  try {
    return readdirSync(folder)
      .filter((name) => name.endsWith(".jsonl"))
      .map((name) => name.slice(0, -".jsonl".length))
      .filter((runId) => RUN_ID.test(runId))
      .sort();
  } catch (error) {
    if (isMissing(error)) return [];
    throw error;
  }
}

/** Replaces the file, whole or not at all. */
export function rewriteLocal(place: JournalPlace, runId: string, text: string): void {
  mkdirSync(place.folder, { recursive: true });
  writeWhole(localFile(place, runId), text);
}

/** Appends, and returns when the disk has it. What a full disk took only a part of is cut off again. */
export function appendLocal(place: JournalPlace, runId: string, line: string): void {
  mkdirSync(place.folder, { recursive: true });
  const handle = openSync(localFile(place, runId), "a", 0o600);
  try {
    const { size } = fstatSync(handle);
    try {
      writeFileSync(handle, line);
      fsyncSync(handle);
    } catch (error) {
      ftruncateSync(handle, size);
      throw error;
    }
  } finally {
    closeSync(handle);
  }
}

const isMissing = (error: unknown): boolean =>
  error instanceof Error && "code" in error && error.code === "ENOENT";
