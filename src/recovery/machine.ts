import { randomUUID } from "node:crypto";
import { mkdirSync, readFileSync } from "node:fs";
import { hostname } from "node:os";
import { join } from "node:path";
import process from "node:process";
import { writeWhole } from "./write-whole.ts";

/** This process, as locks and journals name it. */
export interface Machine {
  readonly host: string;
  /** Identifies the working copy: two machines may bear the same host name. */
  readonly machine: string;
  readonly pid: number;
}

/**
 * Who this is.
 *
 * @param folder where the local journals lie; the working copy's identity is kept beside them
 */
export const thisMachine = (folder: string): Machine => ({
  host: hostname(),
  machine: identityIn(folder),
  pid: process.pid,
});

const IDENTITY = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;

/** Without a folder that can be written to, this process is a machine of its own: its lock is taken over by --take-lock only. */
function identityIn(folder: string): string {
  const file = join(folder, "machine");
  const known = identityOf(file);
  if (known !== undefined) return known;
  const fresh = randomUUID();
  try {
    mkdirSync(folder, { recursive: true });
    writeWhole(file, fresh);
    return identityOf(file) ?? fresh;
  } catch {
    return fresh;
  }
}

/** Undefined when there is none, or what a full disk has left of one. */
function identityOf(file: string): string | undefined {
  try {
    const text = readFileSync(file, "utf8").trim();
    return IDENTITY.test(text) ? text : undefined;
  } catch {
    return undefined;
  }
}

/** Whether a process of this machine is still there. */
export function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    // Another user's process may not be signalled, and is there.
    return error instanceof Error && "code" in error && error.code === "EPERM";
  }
}
