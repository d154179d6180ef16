import { readFileSync } from "node:fs";
import { evaluateFile } from "../../src/config/evaluate-file.ts";
import { loadConfiguration } from "../../src/config/load.ts";

const PLAIN = /^export default (\{.*\});\n$/;

/** Reads what the tests have written as JSON: bundling each file for each command took longer than the commands. */
const evaluatePlainly: typeof evaluateFile = async (path, bundle) => {
  const [, json] = PLAIN.exec(readFileSync(path, "utf8")) ?? [];
  return json === undefined ? evaluateFile(path, bundle) : { value: JSON.parse(json) };
};

/** Loads a folder of plain files. */
export const loadPlainly: typeof loadConfiguration = (directory, options) =>
  loadConfiguration(directory, { ...options, evaluate: evaluatePlainly });
