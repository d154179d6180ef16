import { writeFileSync } from "node:fs";
import { dirname } from "node:path";
import process from "node:process";
import { pathToFileURL } from "node:url";
import { show } from "./show.ts";

/** A file that waits this long for something waits for the network, or for ever. */
const LIMIT_SECONDS = 10;

/** What a file default-exports, or why it can't be known. */
export type Evaluated = { readonly value: unknown } | { readonly message: string };

/**
 * Evaluates a TypeScript file with all that it imports.
 *
 * @param bundle where the bundled file may be written; the packages that it imports are looked up from there
 */
export async function evaluateFile(path: string, bundle: string): Promise<Evaluated> {
  try {
    writeFileSync(bundle, await bundleFile(path));
    const module = await withinLimit(import(/* @vite-ignore */ pathToFileURL(bundle).href));
    if (typeof module === "object" && module !== null && "default" in module)
      return { value: module.default };
    return { message: "no default export; write export default { ... }, or move a helper into a subfolder" };
  } catch (error) {
    return { message: `can't be evaluated, got ${reasonOf(error)}; correct the file` };
  }
}

/**
 * Keeps files from ending the process: it would end as if all were well, with an old output in place.
 *
 * @returns what ran, and what failed beside it without anybody who waited for it
 */
export async function isolated<Value>(
  run: () => Promise<Value>,
): Promise<[Value, strays: readonly unknown[]]> {
  const exit = Object.getOwnPropertyDescriptor(process, "exit");
  const { exitCode } = process;
  const strays: unknown[] = [];
  const note = (error: unknown): void => void strays.push(error);
  process.exit = () => {
    throw new Error("a call of process.exit");
  };
  process.on("unhandledRejection", note).on("uncaughtException", note);
  try {
    const value = await run();
    // What was rejected while the files were read is reported once the queue is empty.
    await new Promise((done) => {
      setImmediate(done);
    });
    return [value, strays];
  } finally {
    process.off("unhandledRejection", note).off("uncaughtException", note);
    Object.defineProperty(process, "exit", exit ?? {});
    process.exitCode = exitCode;
  }
}

/** esbuild's own process gets a terminal's Ctrl-C too, which is meant for whoever waits to end in order. */
const ENDED = /service (is no longer running|was stopped)/;

async function bundleFile(path: string): Promise<string> {
  try {
    return await bundle(path);
  } catch (error) {
    if (!(error instanceof Error && ENDED.test(error.message))) throw error;
    const { stop } = await import("esbuild");
    await stop();
    return bundle(path);
  }
}

async function bundle(path: string): Promise<string> {
  const { build } = await import("esbuild");
  const { outputFiles } = await build({
    // Messages name files relative to this folder.
    absWorkingDir: dirname(path),
    entryPoints: [path],
    bundle: true,
    write: false,
    platform: "node",
    target: "node20",
    format: "esm",
    packages: "external",
    logLevel: "silent",
  });
  return outputFiles.map((output) => output.text).join("\n");
}

async function withinLimit(work: Promise<unknown>): Promise<unknown> {
  let timer: NodeJS.Timeout | undefined;
  const limit = new Promise<never>((_resolve, reject) => {
    timer = setTimeout(
      () => reject(new Error(`no result within ${LIMIT_SECONDS} seconds`)),
      LIMIT_SECONDS * 1000,
    );
  });
  try {
    return await Promise.race([work, limit]);
  } finally {
    clearTimeout(timer);
  }
}

/** One line about anything that can be thrown. */
export function reasonOf(error: unknown): string {
  if (!(error instanceof Error)) return `${show(error)} thrown`;
  const lines = error.message.split("\n").filter((line) => line.trim() !== "");
  const line = lines[0]?.startsWith("Build failed") ? lines[1] : lines[0];
  // The place of the temporary bundle says nothing to a reader.
  return line?.replace(": ERROR:", ":").replace(/ imported from .*/, "") ?? "an error without a message";
}
