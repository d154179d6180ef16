import { spawn } from "node:child_process";
import process from "node:process";
import { type Problem, UserError } from "../../src/config/problem.ts";
import { canSeeProcesses, cpuSecondsOfChildren, memoryOfTree } from "./process-tree.ts";

/** Short enough to see a process of a tenth of a second, and long enough not to disturb it. */
const LOOK_EVERY_MS = 10;

export interface Command {
  readonly file: string;
  readonly args: readonly string[];
  readonly env?: Readonly<Record<string, string>>;
  /** What has to be done before each run, and is not measured. */
  readonly prepare?: () => void;
}

/** What one run took; CPU and memory are known on Linux only. */
export interface Sample {
  readonly seconds: number;
  readonly cpuSeconds: number | undefined;
  /** Of all processes together that lived at one time. */
  readonly memoryMiB: number | undefined;
}

interface Run extends Sample {
  readonly exitCode: number;
  readonly output: string;
}

/**
 * Runs a command once.
 *
 * @throws UserError when it fails: a time to an error says nothing
 */
export async function runOnce(command: Command): Promise<Sample> {
  const { exitCode, output, ...sample } = await tryOnce(command);
  if (exitCode !== 0) throw new UserError([failure(command, exitCode, output)]);
  return sample;
}

/** Runs a command once, whatever comes of it. */
export async function tryOnce({ file, args, env, prepare }: Command): Promise<Run> {
  prepare?.();
  const cpuBefore = cpuSecondsOfChildren();
  const startedAt = performance.now();
  const child = spawn(file, [...args], {
    env: { ...process.env, ...env },
    stdio: ["ignore", "pipe", "pipe"],
  });
  const output: string[] = [];
  for (const stream of [child.stdout, child.stderr])
    stream.setEncoding("utf8").on("data", (text: string) => void output.push(text));
  let memoryMiB: number | undefined;
  const look = (): void => {
    if (child.pid !== undefined) memoryMiB = Math.max(memoryMiB ?? 0, memoryOfTree(child.pid));
  };
  const looking = canSeeProcesses ? setInterval(look, LOOK_EVERY_MS) : undefined;
  const exitCode = await new Promise<number>((done, fail) => {
    child.once("error", fail);
    child.once("close", (code) => done(code ?? 1));
  }).finally(() => clearInterval(looking));
  const seconds = (performance.now() - startedAt) / 1000;
  const cpuAfter = cpuSecondsOfChildren();
  const cpuSeconds = cpuAfter !== undefined && cpuBefore !== undefined ? cpuAfter - cpuBefore : undefined;
  return { seconds, cpuSeconds, memoryMiB, exitCode, output: output.join("") };
}

const failure = ({ file, args }: Command, exitCode: number, output: string): Problem => ({
  file: [file, ...args].join(" "),
  key: "",
  message: `can't be measured, got exit code ${exitCode}; it said ${output
    .trim()
    .split(/\s*\n\s*/)
    .slice(0, 5)
    .join(" / ")}`,
});

/** Runs each command several times, in turns, so that a busy moment of the machine falls on all of them. */
export async function runInTurns<Name extends string>(
  commands: Readonly<Record<Name, Command>>,
  runs: number,
): Promise<ReadonlyMap<string, Sample>> {
  const samples = new Map<string, Sample[]>();
  for (let round = 0; round < runs; round += 1) {
    for (const [name, command] of Object.entries<Command>(commands)) {
      samples.set(name, [...(samples.get(name) ?? []), await runOnce(command)]);
    }
  }
  return new Map([...samples].map(([name, all]) => [name, medianSample(all)]));
}

/** The median of each quantity by itself. */
function medianSample(samples: readonly Sample[]): Sample {
  const of = (pick: (sample: Sample) => number | undefined): number | undefined =>
    median(samples.flatMap((sample) => pick(sample) ?? []));
  return {
    seconds: of(({ seconds }) => seconds) ?? Number.NaN,
    cpuSeconds: of(({ cpuSeconds }) => cpuSeconds),
    memoryMiB: of(({ memoryMiB }) => memoryMiB),
  };
}

/** The middle of the sorted values, or of the two in the middle. */
export function median(values: readonly number[]): number | undefined {
  const sorted = values.toSorted((a, b) => a - b);
  const [low, high] = [sorted[Math.ceil(sorted.length / 2) - 1], sorted[Math.floor(sorted.length / 2)]];
  return low === undefined || high === undefined ? undefined : (low + high) / 2;
}
