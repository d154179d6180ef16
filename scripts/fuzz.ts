/**
 * Writes environment sets that nobody would write, and names every promise that synthesis breaks with one.
 *
 * `npm run fuzz -- --count 10000` tries as many sets; `--seed 4711 --count 1` repeats one. The same seed is the same set.
 */
import process from "node:process";
import { parseArgs } from "node:util";
import fc from "fast-check";
import { brokenPromise } from "../__tests__/support/set-promises.ts";
import { mutation } from "../__tests__/support/strange-sets.ts";

const USAGE = "npm run fuzz -- [--count <sets>] [--seed <first seed>]";

const sets = fc.array(mutation, { minLength: 1, maxLength: 4 });

function readOptions(): { readonly count: number; readonly seed: number } | string {
  try {
    const { values } = parseArgs({
      options: { count: { type: "string", default: "1000" }, seed: { type: "string", default: "1" } },
    });
    const wrong = [values.count, values.seed].find((text) => !/^[1-9]\d{0,8}$/.test(text));
    return wrong === undefined
      ? { count: Number(values.count), seed: Number(values.seed) }
      : `no positive whole number, got ${wrong}; usage: ${USAGE}`;
  } catch (error) {
    return `${error instanceof Error ? error.message : String(error)}; usage: ${USAGE}`;
  }
}

function main(): number {
  const options = readOptions();
  if (typeof options === "string") {
    console.error(options);
    return 2;
  }
  const { count, seed: first } = options;
  const broken = new Map<string, { readonly seed: number; count: number }>();
  const startedAt = performance.now();
  let accepted = 0;
  for (let seed = first; seed < first + count; seed += 1) {
    const [mutations = []] = fc.sample(sets, { seed, numRuns: 1 });
    const { promise, isAccepted } = brokenPromise(mutations);
    if (isAccepted) accepted += 1;
    if (promise === undefined) continue;
    const known = broken.get(promise);
    if (known === undefined) broken.set(promise, { seed, count: 1 });
    else known.count += 1;
  }
  for (const [promise, { seed, count: times }] of broken) {
    console.log(`${promise} (${times} of ${count} sets)`);
    console.log(`  repeat: npm run fuzz -- --seed ${seed} --count 1`);
  }
  const seconds = ((performance.now() - startedAt) / 1000).toFixed(1);
  console.log(`${count} sets, ${accepted} accepted, ${broken.size} promises broken, ${seconds} s`);
  return broken.size === 0 ? 0 : 1;
}

process.exitCode = main();
