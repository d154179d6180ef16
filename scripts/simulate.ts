/**
 * Runs recoveries in memory against a world in which anything can go wrong, and names every promise that was broken.
 *
 * `npm run simulate -- --seeds 1000` tries the seeds 1 to 1000; `--from 4711 --seeds 1` repeats one. The same seed is the same story.
 * `npm run simulate -- --calls` tries every call of every verb with every error instead, which takes the better part of an hour.
 */
import process from "node:process";
import { parseArgs } from "node:util";
import fc from "fast-check";
import { callsOf, casesOf, MATRIX_VERBS, tryCase } from "../__tests__/simulation/matrix.ts";
import { stories } from "../__tests__/simulation/story.ts";
import { tell } from "../__tests__/simulation/tell.ts";

const USAGE = "npm run simulate -- [--seeds <count>] [--from <first seed>] [--calls] [--json]";

/** The shortest story of a kind of violation. */
interface Broken {
  readonly promise: string;
  readonly seed: number;
  readonly story: string;
  readonly details: string;
  count: number;
}

async function main(): Promise<number> {
  const options = readOptions();
  if (typeof options === "string") {
    console.error(options);
    return 2;
  }
  const { seeds, from, json, calls } = options;
  if (calls) return tryCalls();
  const broken = new Map<string, Broken>();
  const startedAt = performance.now();
  for (let seed = from; seed < from + seeds; seed += 1) {
    const found = await trySeed(seed);
    if (found !== undefined) keep(broken, found);
    if (!json && process.stderr.isTTY && seed % 50 === 0)
      process.stderr.write(`\r${seed - from + 1} of ${seeds} seeds, ${broken.size} promises broken`);
  }
  report([...broken.values()], { seeds, seconds: (performance.now() - startedAt) / 1000, json });
  return broken.size === 0 ? 0 : 1;
}

interface Options {
  readonly seeds: number;
  readonly from: number;
  readonly json: boolean;
  readonly calls: boolean;
}

function readOptions(): Options | string {
  try {
    const { values } = parseArgs({
      options: {
        seeds: { type: "string", default: "1000" },
        from: { type: "string", default: "1" },
        json: { type: "boolean", default: false },
        calls: { type: "boolean", default: false },
      },
    });
    const [seeds, from] = [Number(values.seeds), Number(values.from)];
    const wrong = [values.seeds, values.from].find((text) => !/^[1-9]\d{0,8}$/.test(text));
    return wrong === undefined
      ? { seeds, from, json: values.json, calls: values.calls }
      : `no positive whole number, got ${wrong}; usage: ${USAGE}`;
  } catch (error) {
    return `${error instanceof Error ? error.message : String(error)}; usage: ${USAGE}`;
  }
}

/** Each verb, each of its calls, each error. */
async function tryCalls(): Promise<number> {
  let count = 0;
  for (const verb of MATRIX_VERBS) {
    const cases = casesOf(verb, await callsOf(verb));
    const startedAt = performance.now();
    const before = count;
    for (const one of cases) {
      try {
        await tryCase(one);
      } catch (error) {
        count += 1;
        console.log(`\n${error instanceof Error ? error.message : String(error)}`);
      }
    }
    const seconds = ((performance.now() - startedAt) / 1000).toFixed(1);
    console.log(`${verb}: ${cases.length} cases tried, ${count - before} promises broken, ${seconds} s`);
  }
  return count === 0 ? 0 : 1;
}

async function trySeed(seed: number): Promise<Broken | undefined> {
  const details = await fc.check(fc.asyncProperty(stories, tell), { seed, numRuns: 1 });
  if (!details.failed) return undefined;
  const error = details.errorInstance instanceof Error ? details.errorInstance : undefined;
  const message = error?.name === "Violation" ? error.message : (error?.stack ?? "no error");
  const [promise = "", ...rest] = message.split("\n");
  return {
    promise: promise.replaceAll(/-[0-9a-f]{8}\b/g, ""),
    seed,
    story: JSON.stringify(details.counterexample),
    details: rest.join("\n"),
    count: 1,
  };
}

function keep(broken: Map<string, Broken>, found: Broken): void {
  const known = broken.get(found.promise);
  const shorter = known !== undefined && known.story.length <= found.story.length ? known : found;
  broken.set(found.promise, { ...shorter, count: (known?.count ?? 0) + 1 });
}

function report(
  broken: readonly Broken[],
  { seeds, seconds, json }: { seeds: number; seconds: number; json: boolean },
): void {
  if (json) {
    console.log(JSON.stringify({ seeds, seconds, broken }, undefined, 2));
    return;
  }
  for (const { promise, seed, count, story, details } of broken) {
    console.log(`\n${promise} (${count} of ${seeds} seeds)`);
    console.log(`  repeat: npm run simulate -- --from ${seed} --seeds 1`);
    console.log(`  story: ${story}`);
    console.log(details.replaceAll(/^/gm, "  "));
  }
  console.log(`\n${seeds} seeds, ${broken.length} promises broken, ${seconds.toFixed(1)} s`);
}

process.exitCode = await main();
