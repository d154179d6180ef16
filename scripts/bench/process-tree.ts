import { readdirSync, readFileSync } from "node:fs";
import process from "node:process";

/** How often the kernel counts in a second, for every user space that Linux has. */
const TICKS_PER_SECOND = 100;

/** A machine without Linux's /proc measures time only. */
export const canSeeProcesses = process.platform === "linux";

/** CPU time of all processes that this one has waited for, and those that they waited for, in seconds. */
export function cpuSecondsOfChildren(): number | undefined {
  if (!canSeeProcesses) return undefined;
  // What follows the name, which may hold anything: cutime and cstime are the 16th and 17th field of all.
  const [, fields = ""] = readFileSync("/proc/self/stat", "utf8").split(/\) (?!.*\) )/);
  const [user, system] = fields.split(" ").slice(13, 15);
  return (Number(user) + Number(system)) / TICKS_PER_SECOND;
}

/** The most memory that a process and its descendants which live now have ever had, each for itself, in MiB. */
export function memoryOfTree(pid: number): number {
  return tree(pid).reduce((sum, one) => sum + highWaterMark(one), 0);
}

function tree(pid: number): readonly number[] {
  return [pid, ...childrenOf(pid).flatMap(tree)];
}

function childrenOf(pid: number): readonly number[] {
  const threads = orNothing(() => readdirSync(`/proc/${pid}/task`), []);
  return threads.flatMap((thread) =>
    orNothing(() => readFileSync(`/proc/${pid}/task/${thread}/children`, "utf8"), "")
      .split(" ")
      .filter((child) => child !== "")
      .map(Number),
  );
}

function highWaterMark(pid: number): number {
  const status = orNothing(() => readFileSync(`/proc/${pid}/status`, "utf8"), "");
  return Number(/^VmHWM:\s+(\d+) kB$/m.exec(status)?.[1] ?? 0) / 1024;
}

/** A process may end between two looks at it. */
function orNothing<Value>(look: () => Value, nothing: Value): Value {
  try {
    return look();
  } catch {
    return nothing;
  }
}
