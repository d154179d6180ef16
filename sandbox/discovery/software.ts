import { execFile } from "node:child_process";
import { access, constants } from "node:fs/promises";
import { delimiter, join, resolve } from "node:path";

/** The first executable of that name on the PATH; a name with a folder is a file of its own. */
export async function findExecutable(
  name: string,
  path: string = process.env["PATH"] ?? "",
): Promise<string | undefined> {
  const files = name.includes("/")
    ? [resolve(name)]
    : path
        .split(delimiter)
        .filter((entry) => entry !== "")
        .map((directory) => join(directory, name));
  for (const file of files) {
    const isExecutable = await access(file, constants.X_OK).then(
      () => true,
      () => false,
    );
    if (isExecutable) {
      return file;
    }
  }
  return undefined;
}

/** Runs a short command. Undefined when it cannot be run or fails; otherwise what it printed. */
export const outputOf = (
  file: string,
  args: readonly string[],
  env: NodeJS.ProcessEnv = process.env,
): Promise<string | undefined> =>
  new Promise((resolve) => {
    execFile(file, [...args], { env, timeout: 300_000, maxBuffer: 16 * 2 ** 20 }, (error, stdout) => {
      resolve(error === null ? stdout : undefined);
    });
  });
