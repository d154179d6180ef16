import type { ChildProcess } from "node:child_process";
import { setTimeout as delay } from "node:timers/promises";

/** Signals a detached child and all that it started. False when nothing of it is left. */
export function signalGroup(child: ChildProcess, signal: NodeJS.Signals | 0): boolean {
  if (child.pid === undefined) {
    return false;
  }
  try {
    process.kill(-child.pid, signal);
    return true;
  } catch {
    return false;
  }
}

/** Asks a process group to end, waits, and insists. */
export async function endGroup(child: ChildProcess, signal: NodeJS.Signals, graceMs: number): Promise<void> {
  signalGroup(child, signal);
  const deadline = Date.now() + graceMs;
  while (signalGroup(child, 0) && Date.now() < deadline) {
    await delay(25);
  }
  signalGroup(child, "SIGKILL");
}
