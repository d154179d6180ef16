import { spawn } from "node:child_process";
import { closeSync, mkdirSync, openSync, readFileSync, readSync, rmSync, statSync } from "node:fs";
import { basename, join } from "node:path";
import process from "node:process";
import { setTimeout as delay } from "node:timers/promises";
import { missingBinary, terraformBinary } from "../../toolchain/binary.ts";
import { isAlive } from "../machine.ts";
import { StepFailed } from "../steps/step.ts";

/** A command that works on a stack. */
export interface Command {
  readonly file: string;
  readonly args: readonly string[];
  /** Folder in which its output and its process id are kept, and in which it works unless another is named. */
  readonly directory: string;
  readonly workIn?: string;
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly onLine?: (line: string) => void;
}

/** What came of it. */
export interface Outcome {
  readonly exitCode: number;
  readonly output: string;
  readonly errors: string;
}

/** A command that was begun here, perhaps by a process that is gone. */
export interface Begun {
  readonly pid: number;
  readonly startedAt: Date;
  readonly isAlive: boolean;
}

const PID_FILE = "recovery-terraform.pid";

/** The process id is written down by the process itself, before it becomes the command: there is no moment between. */
const BEGIN = 'echo $$ > "$0" && exec "$@"';

/** What a shell ends with when a command can't be run, and when there is none. */
const NOT_RUN = new Set([126, 127]);

const LOOK_MS = 200;

/**
 * Runs a command that goes on when this process dies, or when its terminal is closed or interrupted: an apply that is cut
 * off leaves a lock, and things that no state knows of.
 *
 * Its output goes to files, since a pipe that nobody reads any more would end it.
 */
export async function run(command: Command): Promise<Outcome> {
  const { file, args, directory, workIn = directory, env, onLine } = command;
  mkdirSync(directory, { recursive: true });
  const paths = ["out", "err"].map((name) => join(directory, `recovery-terraform.${name}`));
  const [out, err] = paths.map((path) => {
    // A command of a dead process may still write to the old ones.
    rmSync(path, { force: true });
    return openSync(path, "wx+", 0o600);
  });
  if (out === undefined || err === undefined) throw new Error("two files were to be opened");
  try {
    const child = spawn("sh", ["-c", BEGIN, join(directory, PID_FILE), file, ...args], {
      cwd: workIn,
      env,
      detached: true,
      stdio: ["ignore", out, err],
    });
    const ended = new Promise<number>((resolve, reject) => {
      child.once("error", reject);
      child.once("close", (code) => resolve(code ?? 1));
    });
    const follow = follower(out, onLine);
    let exitCode: number | undefined;
    while (exitCode === undefined) {
      exitCode = await Promise.race([ended, delay(LOOK_MS, undefined)]);
      follow();
    }
    if (NOT_RUN.has(exitCode))
      throw new StepFailed(missingBinary(file), "nothing was planned or changed by this attempt", [
        "# then run the same command again",
      ]);
    return { exitCode, output: textOf(out), errors: textOf(err) };
  } finally {
    closeSync(out);
    closeSync(err);
    // What a plan shows holds secrets.
    for (const path of paths) rmSync(path, { force: true });
    rmSync(join(directory, PID_FILE), { force: true });
  }
}

/** The command that was begun in a folder and not seen to end; undefined when there is none. */
export function begunIn(directory: string): Begun | undefined {
  try {
    const file = join(directory, PID_FILE);
    const pid = Number(readFileSync(file, "utf8"));
    const startedAt = statSync(file).mtime;
    return { pid, startedAt, isAlive: isAlive(pid) && isTerraform(pid) };
  } catch {
    return undefined;
  }
}

/** Process ids are used again; where the system does not say what a process is, it is believed to be the one. */
function isTerraform(pid: number): boolean {
  try {
    const command = readFileSync(`/proc/${pid}/comm`, "utf8").trim();
    const binary = basename(terraformBinary(process.env));
    // The system keeps the first 15 characters of a name.
    return command.startsWith("terraform") || command === binary.slice(0, 15);
  } catch {
    return true;
  }
}

/** Hands on what was written since the last call, line by line. */
function follower(handle: number, onLine: Command["onLine"]): () => void {
  const chunk = Buffer.alloc(64 * 1024);
  const decoder = new TextDecoder();
  let [position, unfinished] = [0, ""];
  return () => {
    if (onLine === undefined) return;
    for (;;) {
      const length = readSync(handle, chunk, 0, chunk.length, position);
      if (length === 0) return;
      position += length;
      const lines = (unfinished + decoder.decode(chunk.subarray(0, length), { stream: true })).split("\n");
      unfinished = lines.pop() ?? "";
      for (const line of lines) onLine(line);
    }
  };
}

function textOf(handle: number): string {
  const chunks: Buffer[] = [];
  for (let position = 0; ;) {
    const chunk = Buffer.alloc(1024 * 1024);
    const length = readSync(handle, chunk, 0, chunk.length, position);
    if (length === 0) return Buffer.concat(chunks).toString("utf8");
    chunks.push(chunk.subarray(0, length));
    position += length;
  }
}
