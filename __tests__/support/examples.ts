import { readdirSync } from "node:fs";
import { resolve } from "node:path";
import type { Configuration } from "../../src/config/configuration.ts";
import { composeConfiguration } from "../../src/config/load.ts";
import { readSourceFiles, type SourceFile } from "../../src/config/read-files.ts";
import { type Changes, merge } from "./environments.ts";

const FOLDER = resolve(import.meta.dirname, "../../examples");

/** Names of the folders of examples. */
export const EXAMPLES: readonly string[] = readdirSync(FOLDER, { withFileTypes: true })
  .filter((entry) => entry.isDirectory())
  .map(({ name }) => name);

/** Reads an example once; each call composes it with other changes, by the rules of `configure`. */
export async function exampleConfigurator(name: string): Promise<(changes?: Changes) => Configuration> {
  const sources = await readSourceFiles(resolve(FOLDER, name));
  const directory = `examples/${name}`;
  return (changes = {}) => {
    const files = sources.files.map((file) => ({ ...file, value: merge(file.value, changes[file.name]) }));
    const activations = Object.entries(changes).flatMap(([key, value]): SourceFile[] => {
      const [environment = "", ending] = key.split(".");
      if (ending !== "activation" || value === undefined) return [];
      return [{ name: environment, file: `${directory}/${key}.json`, value }];
    });
    return composeConfiguration({ ...sources, files, activations }, directory);
  };
}
