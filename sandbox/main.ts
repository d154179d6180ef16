import { parseArgs } from "node:util";
import { sandboxCapabilities } from "./capabilities.ts";
import type { CallRecord } from "./gateway/call-log.ts";
import { startSandbox, type Sandbox } from "./start.ts";
import { leadingElsewhere } from "./terraform/environment.ts";

const HELP = `usage: npm run sandbox -- [--port <number>] [--account <12 digits>] [--json]

Starts an emulated AWS on the loopback interface and prints what to export, then a line for each call.
Ctrl-C stops it; nothing is left running and nothing is kept.

  --port <number>    port to listen on (default: a free one)
  --account <id>     account that every call belongs to (default: 123456789012)
  --json             print JSON lines: one when it is ready, then one for each call
  --help             print this

exit codes: 0 stopped, 1 could not start or moto ended, 2 wrong usage
`;

interface Options {
  readonly port: number;
  readonly account: string | undefined;
  readonly json: boolean;
}

const EXIT = { done: 0, failed: 1, usage: 2 } as const;

async function main(args: readonly string[]): Promise<number> {
  const options = readOptions(args);
  if (typeof options === "string") {
    process.stderr.write(`${options}; see npm run sandbox -- --help\n`);
    return EXIT.usage;
  }
  if (options === undefined) {
    process.stdout.write(HELP);
    return EXIT.done;
  }
  const stopped = interrupted();
  const capabilities = await sandboxCapabilities({ progress: say });
  if (capabilities.missing.length > 0) {
    capabilities.missing.forEach(say);
    return EXIT.failed;
  }
  say(`starting moto ${capabilities.motoVersion ?? ""}`);
  try {
    const sandbox = await startSandbox({
      capabilities,
      port: options.port,
      ...(options.account === undefined ? {} : { account: options.account }),
      onCall: options.json ? (record) => printJson({ call: record }) : (record) => print(callLine(record)),
      onNote: (message) => (options.json ? printJson({ note: message }) : print(`-- ${message}`)),
    });
    return await serve(sandbox, options, stopped);
  } catch (error) {
    say(error instanceof Error ? error.message : String(error));
    return EXIT.failed;
  }
}

async function serve(sandbox: Sandbox, { json }: Options, stopped: Promise<"interrupted">): Promise<number> {
  const { url, account, variables, motoPid } = sandbox;
  if (json) {
    printJson({ ready: { url, account, variables, motoPid } });
  } else {
    const unwanted = leadingElsewhere(variables);
    if (unwanted.length > 0) {
      print(`unset ${unwanted.join(" ")}`);
    }
    Object.entries(variables).forEach(([name, value]) => print(`export ${name}=${shellQuote(value)}`));
    say("ready; run the lines above in another shell, stop with ctrl-c");
  }
  const reason = await Promise.race([stopped, sandbox.ended.then(() => "moto ended" as const)]);
  if (reason === "moto ended") {
    say(`moto ended by itself; start the sandbox again`);
    await sandbox.stop();
    return EXIT.failed;
  }
  say("stopping");
  await sandbox.stop();
  return EXIT.done;
}

const interrupted = (): Promise<"interrupted"> =>
  new Promise((resolve) => {
    for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"] as const) {
      process.on(signal, () => resolve("interrupted"));
    }
  });

/** The options, or what is wrong with them, or nothing when help was asked for. */
function readOptions(args: readonly string[]): Options | string | undefined {
  try {
    const { values } = parseArgs({
      args: [...args],
      options: {
        port: { type: "string" },
        account: { type: "string" },
        json: { type: "boolean", default: false },
        help: { type: "boolean", default: false },
      },
    });
    if (values.help) {
      return undefined;
    }
    const port = Number(values.port ?? 0);
    if (!Number.isInteger(port) || port < 0 || port > 65_535) {
      return `--port takes a number from 0 to 65535, got ${values.port ?? ""}`;
    }
    if (values.account !== undefined && !/^\d{12}$/.test(values.account)) {
      return `--account takes 12 digits, got ${values.account}`;
    }
    return { port, account: values.account, json: values.json };
  } catch (error) {
    return error instanceof Error ? lowerFirst(error.message) : String(error);
  }
}

function callLine(record: CallRecord): string {
  const result = record.status === undefined ? "reset" : String(record.status);
  const fault = record.fault === undefined ? "" : `  (${record.fault})`;
  const by = record.by === "emulation" ? "  *" : "";
  return `${record.time.slice(11, 19)}  ${record.region.padEnd(14)} ${record.service.padEnd(16)} ${record.action.padEnd(36)} ${result}  ${record.resource ?? ""}${by}${fault}`.trimEnd();
}

const lowerFirst = (text: string): string => text.slice(0, 1).toLowerCase() + text.slice(1).split(". ")[0];

const shellQuote = (text: string): string =>
  /^[\w./:-]+$/.test(text) ? text : `'${text.replaceAll("'", String.raw`'\''`)}'`;

/** Progress goes to standard error, so that standard output can be evaluated or parsed. */
function say(line: string): void {
  process.stderr.write(`${line}\n`);
}

function print(line: string): void {
  process.stdout.write(`${line}\n`);
}

function printJson(value: unknown): void {
  print(JSON.stringify(value));
}

process.exitCode = await main(process.argv.slice(2));
