import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterEach } from "vitest";
import bootstrap from "../../environments/bootstrap.ts";
import dev from "../../environments/dev.ts";
import dr from "../../environments/dr.ts";
import prod from "../../environments/prod.ts";
import project from "../../environments/project.ts";
import type { Aws } from "../../src/aws/port.ts";
import type { World } from "../../src/cli/command.ts";
import { run } from "../../src/cli/run.ts";
import type { NameLookup } from "../../src/recovery/dns/lookup.ts";
import { type Changes, merge } from "./environments.ts";
import { loadPlainly } from "./plain-files.ts";
import { PROTECTED, TOOLS } from "./protected-pair.ts";
import { type Answers, memoryAws, NOW } from "./memory-aws.ts";

/** What came of a command. */
export interface Outcome {
  readonly exitCode: number;
  readonly output: string;
  readonly errors: string;
}

/** A resolver to which no name has an address. */
export const NAMELESS: NameLookup = { addresses: async () => ({ addresses: [], ttlSeconds: 0 }) };

const folders: string[] = [];
afterEach(() => {
  for (const folder of folders.splice(0)) rmSync(folder, { recursive: true });
});

/** The protected pair with changes, as files. */
export function folderWith(changes: Changes = {}): string {
  const folder = mkdtempSync("node_modules/.cache/readiness-");
  folders.push(folder);
  const all = merge(merge({ project, bootstrap, dev, prod, dr }, PROTECTED), changes);
  for (const [name, value] of Object.entries(all)) {
    const json = JSON.stringify(value);
    if (name.endsWith(".activation")) writeFileSync(join(folder, `${name}.json`), json);
    else writeFileSync(join(folder, `${name}.ts`), `export default ${json};\n`);
  }
  return folder;
}

/** Output without the folder of the test, which every printed command keeps: kept-options.test.ts is about that. */
export const withoutFolder = (text: string): string =>
  text.replaceAll(/ --environments \S*readiness-\w+|ENVIRONMENTS_DIR=\S*readiness-\w+ /g, "");

/** Files without a bundler, and a machine that has what the project pins. */
export const PLAIN = { loadConfiguration: loadPlainly, tools: async () => TOOLS };

/** An AWS of the test, at a time of the test; `pause` says whether a watch goes on. */
export const worldOf = (aws: () => Aws, pause: World["pause"] = async () => false): World => ({
  now: () => NOW,
  connect: async () => aws(),
  pause,
  env: {},
  ...PLAIN,
});

/** Runs a command line on the protected pair. */
export async function cli(
  args: readonly string[],
  {
    answers = {},
    changes = {},
    colours = false,
    world,
  }: { answers?: Answers; changes?: Changes; colours?: boolean; world?: World } = {},
): Promise<Outcome> {
  const [output, errors]: [string[], string[]] = [[], []];
  const exitCode = await run(
    [...args, "--environments", folderWith(changes)],
    { print: (line) => void output.push(line), printError: (line) => void errors.push(line), colours },
    world ?? worldOf(() => memoryAws(answers)),
  );
  return { exitCode, output: withoutFolder(output.join("\n")), errors: withoutFolder(errors.join("\n")) };
}
