import { spawn, type ChildProcess } from "node:child_process";
import { closeSync, openSync } from "node:fs";
import { readFile } from "node:fs/promises";
import { createServer } from "node:net";
import { setTimeout as delay } from "node:timers/promises";
import { endGroup } from "../process/groups.ts";
import { reap } from "../process/reaper.ts";

export interface MotoServer {
  readonly url: string;
  readonly pid: number | undefined;
  /** Resolves when moto ends, wanted or not. */
  readonly ended: Promise<void>;
  stop(): Promise<void>;
}

export interface MotoServerProps {
  readonly python: string;
  readonly account: string;
  readonly logFile: string;
}

const START = "import sys; from moto.server import main; main(sys.argv[1:])";
/** A first start compiles moto's modules, on a machine that may be busy. */
const READY_WITHIN_MS = 90_000;

/** Starts moto's server on a free port of the loopback interface, and waits until it answers. */
export async function startMoto(props: MotoServerProps): Promise<MotoServer> {
  const port = await freePort();
  const url = `http://127.0.0.1:${port}`;
  const log = openSync(props.logFile, "a");
  const child = spawn(props.python, ["-c", START, "--host", "127.0.0.1", "--port", String(port)], {
    detached: true,
    stdio: ["ignore", log, log],
    env: motoEnvironment(props.account),
  });
  closeSync(log);
  const ended = new Promise<void>((resolve) => {
    child.once("exit", () => resolve());
    child.once("error", () => resolve());
  });
  reap(child);
  const stop = () => endGroup(child, "SIGTERM", 3000);
  if (!(await isReady(url, child))) {
    await stop();
    throw new Error(`moto did not start; its log ends with: ${await lastLines(props.logFile)}`);
  }
  return { url, pid: child.pid, ended, stop };
}

function motoEnvironment(account: string): NodeJS.ProcessEnv {
  const inherited = Object.entries(process.env).filter(([name]) => !/^(AWS_|MOTO_|TF_)|_proxy$/i.test(name));
  return {
    ...Object.fromEntries(inherited),
    MOTO_ACCOUNT_ID: account,
    // Without them a role cannot be given a policy that AWS manages.
    MOTO_IAM_LOAD_MANAGED_POLICIES: "true",
    // A certificate is validated after a minute otherwise.
    MOTO_ACM_VALIDATION_WAIT: "1",
    PYTHONUNBUFFERED: "1",
  };
}

async function isReady(url: string, child: ChildProcess): Promise<boolean> {
  const deadline = Date.now() + READY_WITHIN_MS;
  while (Date.now() < deadline && child.pid !== undefined && child.exitCode === null) {
    const answered = await fetch(`${url}/moto-api/`).then(
      (response) => response.ok,
      () => false,
    );
    if (answered) {
      return true;
    }
    await delay(100);
  }
  return false;
}

const lastLines = async (file: string): Promise<string> =>
  (await readFile(file, "utf8")).trim().split("\n").slice(-3).join(" | ");

function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const probe = createServer();
    probe.once("error", reject);
    probe.listen(0, "127.0.0.1", () => {
      const address = probe.address();
      probe.close(() => resolve(typeof address === "object" && address !== null ? address.port : 0));
    });
  });
}
