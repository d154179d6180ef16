import { arch, cpus, loadavg, platform, release, totalmem } from "node:os";
import process from "node:process";

/** What the figures were measured on. */
export interface Machine {
  readonly cpu: string;
  readonly cores: number;
  readonly memoryGiB: number;
  readonly system: string;
  readonly node: string;
  /** Processes that wanted a core in the minute before; 0 where the system does not count them. */
  readonly loadBefore: number;
}

export function thisMachine(): Machine {
  const all = cpus();
  return {
    cpu: all[0]?.model.trim() ?? "unknown",
    cores: all.length,
    memoryGiB: Math.round(totalmem() / 2 ** 30),
    system: `${platform()} ${release()} ${arch()}`,
    node: process.version,
    loadBefore: loadavg()[0] ?? 0,
  };
}

/** Half a core of other people's work makes times say little. */
const isBusy = ({ cores, loadBefore }: Machine): boolean => loadBefore > cores / 4;

export function describeMachine(machine: Machine): string {
  const { cpu, cores, memoryGiB, system, node, loadBefore } = machine;
  const load = isBusy(machine)
    ? `; busy with other work (load ${loadBefore.toFixed(1)} before), so that times are longer than they would be, and CPU times and ratios say more`
    : `; load ${loadBefore.toFixed(1)} before`;
  return `${cores} cores of ${cpu}, ${memoryGiB} GiB, ${system}, Node ${node}${load}`;
}
