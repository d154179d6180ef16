import { rm, writeFile } from "node:fs/promises";
import { join, resolve } from "node:path";
import { sandboxCapabilities, SANDBOX_DIRECTORY, type Capabilities } from "./capabilities.ts";
import { SandboxClient } from "./client.ts";
import { emulations } from "./emulations/all.ts";
import type { CallRecord } from "./gateway/call-log.ts";
import type { EmulationFactory } from "./gateway/emulation.ts";
import { MotoPort } from "./gateway/moto-port.ts";
import { Gateway } from "./gateway/server.ts";
import { startMoto } from "./moto/server.ts";
import { createRunDirectory } from "./run-directory.ts";
import { writeCliConfig } from "./terraform/cli-config.ts";
import { sandboxEnvironment, sandboxVariables } from "./terraform/environment.ts";

export interface SandboxOptions {
  /** Found anew when left out. */
  readonly capabilities?: Capabilities;
  /** The gateway's port; a free one when left out. */
  readonly port?: number;
  /** The account that every call belongs to. */
  readonly account?: string;
  readonly emulations?: readonly EmulationFactory[];
  /** Time at which its clock starts, not before now; that of `SANDBOX_STARTS_AT`, or the real one, when left out. */
  readonly startsAt?: Date;
  /** Whether replies bear its time instead of this machine's. */
  readonly datesReplies?: boolean;
  readonly onCall?: (record: CallRecord) => void;
  readonly onNote?: (message: string) => void;
}

export interface Sandbox {
  readonly url: string;
  readonly account: string;
  /** What differs from the surroundings: the lines to export. */
  readonly variables: Readonly<Record<string, string>>;
  /** A whole environment for a child process, freed of what would lead to the real AWS. */
  readonly env: Readonly<Record<string, string>>;
  readonly client: SandboxClient;
  readonly motoLogFile: string;
  /** The process of moto's server. */
  readonly motoPid: number | undefined;
  /** Resolves when moto ends by itself or by `stop`. */
  readonly ended: Promise<void>;
  stop(): Promise<void>;
}

/** moto's own, and an account that exists nowhere. */
const DEFAULT_ACCOUNT = "123456789012";

/** What works at ten in the morning is to work at midnight and at the end of a month: the same tests can be run then. */
function startOf({ SANDBOX_STARTS_AT: text }: NodeJS.ProcessEnv): Date | undefined {
  if (text === undefined || text === "") {
    return undefined;
  }
  const startsAt = new Date(text);
  if (!(startsAt.getTime() >= Date.now())) {
    throw new Error(`SANDBOX_STARTS_AT takes a time in the future such as 2100-01-31T23:55:00Z, got ${text}`);
  }
  return startsAt;
}

/** Starts moto and the gateway before it. Nothing of them is left after `stop`, nor after the end of this process. */
export async function startSandbox(options: SandboxOptions = {}): Promise<Sandbox> {
  const capabilities = options.capabilities ?? (await sandboxCapabilities());
  const { python, mirror } = capabilities;
  if (python === undefined) {
    throw new Error(capabilities.missing.join("\n"));
  }
  const account = options.account ?? DEFAULT_ACCOUNT;
  const startsAt = options.startsAt ?? startOf(process.env);
  const directory = await createRunDirectory(resolve(SANDBOX_DIRECTORY));
  const motoLogFile = join(directory, "moto.log");
  const moto = await startMoto({ python, account, logFile: motoLogFile });
  const gateway = new Gateway({
    account,
    moto: new MotoPort(moto.url),
    emulations: options.emulations ?? emulations,
    startsAt,
    datesReplies: options.datesReplies,
    onCall: options.onCall ?? (() => undefined),
    onNote: options.onNote ?? ((message) => console.error(`sandbox: ${message}`)),
  });
  const stop = async () => {
    await gateway.close();
    await moto.stop();
    await rm(directory, { recursive: true, force: true });
  };
  try {
    const port = await gateway.listen(options.port ?? 0).catch(explainPort);
    const url = `http://127.0.0.1:${port}`;
    const cliConfigFile = await writeCliConfig(directory, mirror);
    const emptyFile = join(directory, "empty");
    await writeFile(emptyFile, "");
    const authorityFile = join(directory, "authority.pem");
    await writeFile(authorityFile, gateway.authority.certificate);
    const variables = sandboxVariables({ url, mirror, cliConfigFile, emptyFile, authorityFile });
    return {
      url,
      account,
      variables,
      env: sandboxEnvironment(variables),
      client: new SandboxClient(url),
      motoLogFile,
      motoPid: moto.pid,
      ended: moto.ended,
      stop,
    };
  } catch (error) {
    await stop();
    throw error;
  }
}

function explainPort(error: NodeJS.ErrnoException & { readonly port?: number }): never {
  throw error.code === "EADDRINUSE"
    ? new Error(`port ${error.port ?? ""} is taken; choose another one with --port`)
    : error;
}
