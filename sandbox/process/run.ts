import { spawn } from "node:child_process";
import { endGroup } from "./groups.ts";
import { reap } from "./reaper.ts";

export interface RunOptions {
  readonly directory: string;
  readonly env: Readonly<Record<string, string>>;
  /** Gets each line as it is printed. */
  readonly onLine?: (line: string) => void;
  /** Gets the process group, for a test that kills it. */
  readonly onStart?: (group: number) => void;
  /** Interrupts the command, which gets the chance to release its lock. */
  readonly signal?: AbortSignal;
}

export interface RunResult {
  readonly exitCode: number;
  readonly stdout: string;
  readonly stderr: string;
  readonly durationMs: number;
}

/** Terraform waits for its provider's running calls before it ends. */
const INTERRUPT_GRACE_MS = 20_000;

/** Runs a command to its end in a process group that does not outlive us. Fails only if it cannot be started. */
export function run(file: string, args: readonly string[], options: RunOptions): Promise<RunResult> {
  const startedAt = performance.now();
  return new Promise((resolve, reject) => {
    const child = spawn(file, [...args], {
      cwd: options.directory,
      env: options.env,
      detached: true,
      stdio: ["ignore", "pipe", "pipe"],
    });
    reap(child);
    if (child.pid !== undefined) {
      options.onStart?.(child.pid);
    }
    const interrupt = () => void endGroup(child, "SIGINT", INTERRUPT_GRACE_MS);
    options.signal?.addEventListener("abort", interrupt, { once: true });
    const stdout = lines(child.stdout, options.onLine);
    const stderr = lines(child.stderr, options.onLine);
    child.once("error", reject);
    child.once("close", (code, signal) => {
      options.signal?.removeEventListener("abort", interrupt);
      resolve({
        exitCode: code ?? (signal === null ? 1 : 130),
        stdout: stdout(),
        stderr: stderr(),
        durationMs: performance.now() - startedAt,
      });
    });
  });
}

/** Collects what a stream prints, and hands it on line by line. */
function lines(stream: NodeJS.ReadableStream, onLine: ((line: string) => void) | undefined): () => string {
  let text = "";
  let unfinished = "";
  stream.setEncoding("utf8");
  stream.on("data", (chunk: string) => {
    text += chunk;
    const complete = (unfinished + chunk).split("\n");
    unfinished = complete.pop() ?? "";
    complete.forEach((line) => onLine?.(line));
  });
  stream.on("end", () => {
    if (unfinished !== "") {
      onLine?.(unfinished);
    }
  });
  return () => text;
}
