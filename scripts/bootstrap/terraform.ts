import { spawn, type StdioOptions } from "node:child_process";
import { join } from "node:path";
import process from "node:process";
import { missingBinary, terraformBinary } from "../../src/toolchain/binary.ts";
import { Failure } from "./failure.ts";

export interface Result {
  readonly exitCode: number;
  readonly stdout: string;
  readonly stderr: string;
}

interface StreamOptions {
  /** Standard output belongs to somebody else. */
  readonly quietStdout: boolean;
  readonly accountId: string;
  /** Exit codes that are no failure. */
  readonly expected?: readonly number[];
}

/**
 * Runs Terraform in a folder and lets its output through. Resolves with its exit code.
 *
 * @throws Failure when the exit code is not an expected one
 */
export async function streamTerraform(
  folder: string,
  args: readonly string[],
  { quietStdout, accountId, expected = [0] }: StreamOptions,
): Promise<number> {
  const stdout = quietStdout ? process.stderr : "inherit";
  const { exitCode, stderr } = await terraform(folder, args, ["ignore", stdout, "pipe"], process.stderr);
  if (expected.includes(exitCode)) return exitCode;
  throw new Failure(
    explain(stderr, accountId) ??
      `terraform ${args[0]} failed; correct what it says and run this again, it goes on from here`,
  );
}

/** Runs Terraform in a folder and keeps what it prints. */
export const askTerraform = (folder: string, args: readonly string[]): Promise<Result> =>
  terraform(folder, args, ["ignore", "pipe", "pipe"]);

/** Ctrl-C reaches Terraform by itself, and it needs time to write its state. */
const wait = (): void => undefined;

function terraform(
  folder: string,
  args: readonly string[],
  stdio: StdioOptions,
  echo?: NodeJS.WritableStream,
): Promise<Result> {
  const binary = terraformBinary(process.env);
  return new Promise((resolve, reject) => {
    const child = spawn(binary, [`-chdir=${folder}`, ...args], {
      stdio,
      env: { ...process.env, TF_IN_AUTOMATION: "1", TF_INPUT: "0" },
    });
    const stdout = collect(child.stdout);
    const stderr = collect(child.stderr);
    if (echo !== undefined) child.stderr?.pipe(echo, { end: false });
    // A signal to this process alone has to be passed on.
    const passOn = (): void => void child.kill("SIGINT");
    process.on("SIGINT", wait).on("SIGTERM", passOn);
    const done = (): void => void process.off("SIGINT", wait).off("SIGTERM", passOn);
    child.once("error", () => {
      done();
      reject(new Failure(missingBinary(binary)));
    });
    child.once("close", (code) => {
      done();
      resolve({ exitCode: code ?? 1, stdout: stdout(), stderr: stderr() });
    });
  });
}

function collect(stream: NodeJS.ReadableStream | null): () => string {
  const chunks: string[] = [];
  stream?.setEncoding("utf8").on("data", (chunk: string) => chunks.push(chunk));
  return () => chunks.join("");
}

/** What Terraform's messages mean to whoever runs this command; undefined when they speak for themselves. */
export function explain(stderr: string, accountId: string): string | undefined {
  const text = stderr.replaceAll(/[│╷╵\s]+/g, " ");
  const account = /AWS account ID not allowed: (\d+)/.exec(text)?.[1];
  if (account !== undefined) {
    return `signed in to account ${account}, got a project of account ${accountId}; use credentials of ${accountId}, or correct environments/project.ts`;
  }
  if (text.includes("No valid credential sources found")) {
    return "no AWS credentials; sign in, or set AWS_PROFILE, then run it again";
  }
  if (/ExpiredToken|token (included in the request )?is expired/i.test(text)) {
    return "AWS credentials have expired; sign in again";
  }
  if (/StatusCode: 403/.test(text)) {
    return "AWS refuses access to the state bucket; it belongs to another account, or the identity lacks s3:ListBucket and s3:GetObject on it";
  }
  const lock = /Error acquiring the state lock.* ID: (\S+).* Who: (\S+).* Created: (\S+ \S+)/.exec(text);
  if (lock !== null) {
    const [, id, who, since] = lock;
    return `the state is locked by ${who} since ${since}; wait for that run, or, if it was killed, release it: terraform -chdir=${join(process.env["CDKTF_OUTDIR"] || "cdktf.out", "stacks", "bootstrap")} force-unlock ${id}`;
  }
  return undefined;
}
