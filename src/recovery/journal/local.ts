import {
  accessSync,
  closeSync,
  constants,
  existsSync,
  fstatSync,
  fsyncSync,
  ftruncateSync,
  mkdirSync,
  openSync,
  readdirSync,
  readFileSync,
  statfsSync,
  statSync,
  writeFileSync,
} from "node:fs";
import { dirname, join, resolve } from "node:path";
import { writeWhole } from "../write-whole.ts";
import type { JournalPlace } from "./place.ts";

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

/** Names of what lies among the journals of this machine, the oldest journal first. */
export function localNames({ folder }: JournalPlace): readonly string[] {
  try {
    return readdirSync(folder).sort();
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

/** A run writes a few lines of some hundred bytes; a disk with less room is as good as full. */
const LEAST_BYTES = 1_000_000;

/** Why a journal could not be written on this machine; undefined when it can. It only looks, and makes no folder. */
export function localProblem({ folder }: JournalPlace): string | undefined {
  const wanted = resolve(folder);
  let found = wanted;
  while (!existsSync(found)) found = dirname(found);
  try {
    accessSync(found, constants.W_OK | constants.X_OK);
    if (!statSync(found).isDirectory()) return `${wanted} can't be made: ${found} is no folder`;
    const { bavail, bsize } = statfsSync(found);
    return bavail * bsize < LEAST_BYTES ? `the disk of ${wanted} is full` : undefined;
  } catch (error) {
    return `${wanted} can't be written to: ${error instanceof Error ? error.message : String(error)}`;
  }
}

const isMissing = (error: unknown): boolean =>
  error instanceof Error && "code" in error && error.code === "ENOENT";
