import { fenceKey, recordKey, type StateLocation } from "../../naming/names.ts";

/** Where the journals, the lock and the record in force of an environment lie. */
export interface JournalPlace {
  readonly region: string;
  readonly bucket: string;
  readonly prefix: string;
  readonly lockKey: string;
  /** Of the activation record that is in force. */
  readonly recordKey: string;
  /** Of the mark that the primary is fenced. */
  readonly fenceKey: string;
  /** Folder on this machine. */
  readonly folder: string;
}

/**
 * Beside the environment's state: it is encrypted, versioned and, where the state is, replicated.
 *
 * @param root folder that holds the local journals
 */
export const journalPlace = (
  project: { readonly name: string },
  environment: string,
  { bucket, region }: StateLocation,
  root = ".journal",
): JournalPlace => ({
  region,
  bucket,
  prefix: `${project.name}/${environment}/recovery/runs/`,
  lockKey: `${project.name}/${environment}/recovery/lock.json`,
  recordKey: recordKey(project, environment),
  fenceKey: fenceKey(project, environment),
  folder: `${root}/${project.name}/${environment}`,
});

/** A name, and never a path or an option of a command: it becomes the name of a file and of an object. */
export const RUN_ID = /^[A-Za-z0-9][A-Za-z0-9_-]{0,99}$/;

/** Sorts by time as text; the operator's name is not in it, since names hold anything. */
export const runKey = ({ prefix }: JournalPlace, runId: string): string => `${prefix}${runId}.jsonl`;
