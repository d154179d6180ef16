import { mkdirSync, readdirSync, rmSync } from "node:fs";
import { join, resolve } from "node:path";
import process from "node:process";
import { fileURLToPath } from "node:url";
import { atLeast, atMost, type Figure, number } from "./figures.ts";
import { writeEnvironments, writeFiveStacks } from "./environment-sets.ts";
import { type Command, runInTurns, runOnce, type Sample } from "./measure.ts";

const MAIN = "main.ts";
/** The same program by another name, so that its bundle can be thrown away without touching anybody's. */
const UNCACHED_MAIN = "./scripts/../main.ts";

/** The synthesis of five stacks, and the same program in other people's runners. */
export async function synthesisFigures(scratch: string, runs: number): Promise<readonly Figure[]> {
  const environments = join(scratch, "five-stacks");
  mkdirSync(environments);
  writeFiveStacks(environments);
  const env = (name: string): Readonly<Record<string, string>> => ({
    ENVIRONMENTS_DIR: environments,
    CDKTF_OUTDIR: join(scratch, name),
    CHECKPOINT_DISABLE: "1",
    CI: "1",
  });
  const node = (
    name: string,
    args: readonly string[],
    more: Readonly<Record<string, string>> = {},
  ): Command => ({
    file: process.execPath,
    args,
    env: { ...env(name), ...more },
  });
  const runner = resolve("scripts/run.mjs");
  const commands = {
    npm: { file: "npm", args: ["run", "--silent", "synth"], env: env("npm") },
    synth: node("synth", [runner, MAIN]),
    changed: { ...node("changed", [runner, UNCACHED_MAIN]), prepare: () => removeBundle(UNCACHED_MAIN) },
    tsx: node("tsx", ["--import", import.meta.resolve("tsx"), MAIN]),
    tsNode: node("ts-node", ["--no-warnings", "--loader", import.meta.resolve("ts-node/esm"), MAIN], {
      TS_NODE_COMPILER: fileURLToPath(import.meta.resolve("typescript-5")),
      TS_NODE_PROJECT: resolve("scripts/bench/tsconfig.json"),
    }),
    cdktf: {
      file: "npx",
      args: ["--no-install", "cdktf", "synth", "--output", join(scratch, "cdktf")],
      env: env("cdktf"),
    },
  };
  // Nobody waits for the bundle twice.
  await runOnce(commands.synth);
  const measured = await runInTurns(commands, runs);
  removeBundle(UNCACHED_MAIN);
  return figuresOf((name) => sampleOf(measured, name));
}

function figuresOf(of: (name: string) => Sample): readonly Figure[] {
  const { seconds, memoryMiB = Number.NaN } = of("synth");
  const against = (name: string): string => comparison(of(name), of("synth"));
  return [
    {
      what: "`npm run synth`, five stacks",
      sample: of("npm"),
      ratio: against("npm"),
      targets: [atMost(of("npm").seconds, 1.2, "s")],
    },
    {
      what: "the same without npm",
      sample: of("synth"),
      ratio: "1",
      targets: [atMost(memoryMiB, 200, "MiB")],
    },
    { what: "the same after a change of the program", sample: of("changed"), ratio: against("changed") },
    { what: "the program under `tsx`", sample: of("tsx"), ratio: against("tsx") },
    {
      what: "the program under `ts-node`, with its type check",
      sample: of("tsNode"),
      ratio: against("tsNode"),
      targets: [atLeast(of("tsNode").seconds / seconds, 5, "x the time")],
    },
    { what: "`npx cdktf synth`", sample: of("cdktf"), ratio: against("cdktf") },
  ];
}

/** How many times as much; each quantity where both are known. */
function comparison(one: Sample, other: Sample): string {
  const parts = (["seconds", "cpuSeconds", "memoryMiB"] as const).flatMap((quantity) => {
    const [a, b] = [one[quantity], other[quantity]];
    return a === undefined || b === undefined ? [] : [`${number(a / b)} x the ${QUANTITIES[quantity]}`];
  });
  return parts.join(", ");
}

const QUANTITIES = { seconds: "time", cpuSeconds: "CPU", memoryMiB: "memory" } as const;

const COUNTS = [1, 10, 50, 100] as const;

/** How a synthesis grows with the number of environments. */
export async function growthFigures(scratch: string, runs: number): Promise<readonly Figure[]> {
  const commands = Object.fromEntries(
    COUNTS.map((count) => {
      const environments = join(scratch, `environments-${count}`);
      mkdirSync(environments);
      writeEnvironments(environments, count);
      const env = { ENVIRONMENTS_DIR: environments, CDKTF_OUTDIR: join(scratch, `out-${count}`) };
      return [String(count), { file: process.execPath, args: ["scripts/run.mjs", MAIN], env }];
    }),
  );
  const measured = await runInTurns(commands, runs);
  const secondsOf = (count: number): number => sampleOf(measured, String(count)).seconds;
  const perAdded = (from: number, to: number): number => (secondsOf(to) - secondsOf(from)) / (to - from);
  const [early, late] = [perAdded(1, 10), perAdded(10, 100)];
  return [
    ...COUNTS.map((count) => ({
      what: `synthesis of ${count} service environment${count === 1 ? "" : "s"}`,
      sample: sampleOf(measured, String(count)),
      ...(count > 1 && { ratio: `${number(secondsOf(count) / secondsOf(1))} x the time of 1` }),
    })),
    {
      what: "time per added environment, 10 to 100 against 1 to 10",
      ratio: `${(late * 1000).toFixed(0)} ms against ${(early * 1000).toFixed(0)} ms`,
      targets: [atMost(late / early, 1.5, "x")],
    },
  ];
}

function sampleOf(samples: ReadonlyMap<string, Sample>, name: string): Sample {
  const sample = samples.get(name);
  if (sample === undefined) throw new Error(`${name} was not measured`);
  return sample;
}

/** What `scripts/run.mjs` keeps of an entry. */
function removeBundle(entry: string): void {
  const name = entry.replaceAll(/[^a-z0-9]+/gi, "-");
  const cache = resolve("node_modules/.cache/pilot-light");
  for (const file of readdirSync(cache).filter((one) => one.startsWith(`${name}-`)))
    rmSync(join(cache, file), { force: true });
}
