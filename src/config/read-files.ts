import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { basename, isAbsolute, join, relative, resolve } from "node:path";
import process from "node:process";
import { type Evaluated, evaluateFile, isolated, reasonOf } from "./evaluate-file.ts";
import { type Problem, UserError } from "./problem.ts";
import { snapshotOf } from "./snapshot.ts";

/** What one file of an environments folder default-exports, not validated yet. */
export interface SourceFile {
  /** File name without its ending: the environment's name, or `project`. */
  readonly name: string;
  /** Path as a person would write it, for messages. */
  readonly file: string;
  readonly value: unknown;
}

/** The files that could be read, and what is wrong with the others. */
export interface SourceFiles {
  readonly files: readonly SourceFile[];
  /** Activation records, by the name of their environment. */
  readonly activations: readonly SourceFile[];
  /** One for each file that can't be read, at most. */
  readonly problems: readonly Problem[];
}

/** Ending of the record that takes a standby out of peace. */
const ACTIVATION = ".activation.json";

/** Environments are the `*.ts` files of the folder itself, save declarations, tests and hidden files; helpers live in subfolders. */
const isEnvironment = (name: string): boolean => /^[^.].*(?<!\.d|\.test|\.spec)\.ts$/.test(name);
const isActivation = (name: string): boolean => /^[^.].*\.activation\.json$/.test(name);

/**
 * Evaluates every environment file and every activation record of a folder.
 *
 * @param evaluateOne finds out what a file default-exports
 * @throws UserError when the folder can't be listed or holds no such file
 */
export async function readSourceFiles(
  directory: string,
  evaluateOne: typeof evaluateFile = evaluateFile,
): Promise<SourceFiles> {
  const folder = shownPath(directory);
  const names = listFiles(folder);
  const bundles = temporaryFolder();
  try {
    const evaluate = async (name: string): Promise<SourceFile | Problem> => {
      const evaluated = await evaluateOne(resolve(folder, name), join(bundles, `${name}.mjs`));
      return sourceOf(join(folder, name), basename(name, ".ts"), evaluated);
    };
    const [modules, strays] = await isolated(() => Promise.all(names.filter(isEnvironment).map(evaluate)));
    const records = names
      .filter(isActivation)
      .map((name) => sourceOf(join(folder, name), basename(name, ACTIVATION), readJson(join(folder, name))));
    return {
      files: modules.filter((source) => "value" in source),
      activations: records.filter((source) => "value" in source),
      problems: [
        ...[...modules, ...records].filter((source) => "message" in source),
        ...strays.map((stray) => ({ file: folder, key: "", message: strayMessage(stray, folder) })),
      ],
    };
  } finally {
    rmSync(bundles, { recursive: true, force: true });
  }
}

/** Relative where that is shorter to type: below the working directory. */
export function shownPath(path: string): string {
  const below = relative(process.cwd(), path);
  if (below === "") return ".";
  return isAbsolute(path) && below.startsWith("..") ? path : below;
}

function listFiles(folder: string): string[] {
  const remedy = "set ENVIRONMENTS_DIR to a folder that holds project.ts and one file per environment";
  const refuse = (message: string): never => {
    throw new UserError([{ file: folder, key: "", message: `${message}; ${remedy}` }]);
  };
  let names: string[];
  try {
    const entries = readdirSync(folder, { withFileTypes: true });
    names = entries.filter((entry) => !entry.isDirectory()).map((entry) => entry.name);
  } catch (error) {
    return refuse(`folder can't be read, got ${reasonOf(error)}`);
  }
  return names.some(isEnvironment) ? names.sort() : refuse("holds no environment file");
}

/** What a file has started, and fails after the file itself was read. */
function strayMessage(stray: unknown, folder: string): string {
  const [, name] =
    /environments-\w+\/(.+\.ts)\.mjs/.exec(String(stray instanceof Error && stray.stack)) ?? [];
  const where = name === undefined ? "one of the files" : join(folder, name);
  return `${where} starts something that fails, got ${reasonOf(stray)}; await it, or remove it`;
}

/** Below node_modules, so that a bundle finds the packages that its file imports. */
function temporaryFolder(): string {
  const cache = resolve("node_modules", ".cache", "pilot-light");
  mkdirSync(cache, { recursive: true });
  return mkdtempSync(join(cache, "environments-"));
}

function readJson(path: string): Evaluated {
  try {
    return { value: JSON.parse(readFileSync(path, "utf8")) };
  } catch (error) {
    return { message: `is not JSON, got ${reasonOf(error)}; correct or remove the file` };
  }
}

/** What a file exports, as data: whatever it does when it is read, it does here. */
export function sourceOf(file: string, name: string, evaluated: Evaluated): SourceFile | Problem {
  if ("message" in evaluated) return { file, key: "", ...evaluated };
  const snapshot = snapshotOf(evaluated.value);
  return "value" in snapshot ? { name, file, ...snapshot } : { file, ...snapshot };
}
