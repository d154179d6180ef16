import { randomUUID } from "node:crypto";
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { hostname } from "node:os";
import { join } from "node:path";
import process from "node:process";

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
export function thisMachine(folder: string): Machine {
  const file = join(folder, "machine");
  mkdirSync(folder, { recursive: true });
  try {
    writeFileSync(file, randomUUID(), { flag: "wx" });
  } catch {
    // It has one already.
  }
  return { host: hostname(), machine: readFileSync(file, "utf8"), pid: process.pid };
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
