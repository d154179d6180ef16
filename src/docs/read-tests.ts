import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";

const FOLDER = "__tests__";

/** Texts of all test files, by path from the project's root. */
export function readTests(): ReadonlyMap<string, string> {
  const names = readdirSync(FOLDER, { recursive: true, encoding: "utf8" });
  const paths = names
    .filter((name) => name.endsWith(".test.ts"))
    .map((name) => `${FOLDER}/${name.replaceAll("\\", "/")}`);
  return new Map(paths.map((path) => [path, readFileSync(join(path), "utf8")]));
}
