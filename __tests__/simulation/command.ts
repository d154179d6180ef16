import { existsSync, readFileSync } from "node:fs";
import { setImmediate as turn } from "node:timers/promises";
import { AwsFailure, type FailureKind } from "../../src/aws/failure.ts";
import { run } from "../../src/cli/run.ts";
import { composeConfiguration, type LoadOptions } from "../../src/config/load.ts";
import type { Configuration } from "../../src/config/configuration.ts";
import { activationFile } from "../../src/recovery/activation-file.ts";
import bootstrap from "../../environments/bootstrap.ts";
import dev from "../../environments/dev.ts";
import dr from "../../environments/dr.ts";
import prod from "../../environments/prod.ts";
import project from "../../environments/project.ts";
import { merge } from "../support/environments.ts";
import { PROTECTED, TOOLS } from "../support/protected-pair.ts";
import { type Fault, type MadeCall, SimulatedProcess } from "./process.ts";
import { SimulatedTerraform } from "./terraform.ts";
import type { SimulatedMachine, SimulatedWorld } from "./world.ts";

/** What came of a command line. */
export interface CommandOutcome {
  readonly args: readonly string[];
  /** Undefined when the process was killed. */
  readonly exitCode: number | undefined;
  readonly output: string;
  readonly calls: readonly MadeCall[];
  /** Something that the tool did not expect: always a defect. */
  readonly defect: string | undefined;
}

const BASE = merge({ project, bootstrap, dev, prod, dr }, PROTECTED);

const composed = new Map<string, Configuration>();

/** The pair's files as they are, with the records of a machine's folder. */
function load(folder: string, options: LoadOptions = {}): Configuration {
  const files = Object.entries(BASE).map(([name, value]) => ({
    name,
    file: `environments/${name}.ts`,
    value,
  }));
  const own = ["prod", "dr"].flatMap((name) => {
    const file = activationFile(folder, name);
    return existsSync(file) ? [{ name, file, value: JSON.parse(readFileSync(file, "utf8")) as unknown }] : [];
  });
  const given = options.activation;
  const lacks = given !== undefined && !own.some(({ name }) => name === given.name);
  const activations = lacks ? [...own, given] : own;
  const key = JSON.stringify([activations, options]);
  const configuration =
    composed.get(key) ?? composeConfiguration({ files, activations, problems: [] }, "environments", options);
  composed.set(key, configuration);
  return configuration;
}

/** Runs one command line in a process of its own, which a fault may end anywhere. */
export async function command(
  world: SimulatedWorld,
  machine: SimulatedMachine,
  args: readonly string[],
  faults: readonly Fault[] = [],
): Promise<CommandOutcome> {
  const process = new SimulatedProcess(faults, () => world.observe());
  const lines: string[] = [];
  const keep = (line: string): void => void lines.push(line);
  const pid = (world.livePid ?? 0) + 1;
  world.livePid = pid;
  const aws = world.aws();
  const terraform = new SimulatedTerraform(
    [world.prod, world.dr],
    machine.environments,
    (environment) => world.namesOf(environment),
    process,
    world.copy,
  );
  const running = run(
    [...args, "--environments", machine.environments],
    { print: keep, printError: keep, colours: false },
    {
      now: () => world.now(),
      tools: async () => TOOLS,
      loadConfiguration: async (folder, options) => load(folder, options),
      connect: async () => ({
        in: (region) => process.through(region, aws.in(region), failing(region)),
        dns: process.through("dns", aws.dns, failing("us-east-1")),
      }),
      pause: async () => false,
      env: { JOURNAL_DIR: machine.journals },
      recovery: {
        machine: () => ({ host: machine.name, machine: machine.name, pid }),
        isAlive: (other) => other === world.livePid,
        terraform: () => terraform.port(),
        http: process.through(
          "http",
          { get: ({ connectTo }: { readonly connectTo: string }) => world.answer(connectTo) },
          (kind) => new Error(`connection failed: ${kind}`),
        ),
        dns: { addresses: async () => ({ addresses: [], ttlSeconds: 0 }) },
        ask: async () => undefined,
        post: async () => 200,
        onInterrupt: () => () => undefined,
        delay: async (milliseconds) => {
          world.clock += milliseconds;
          await turn();
        },
      },
    },
  ).then(
    (exitCode) => ({ exitCode, defect: undefined }),
    (error: unknown) => ({
      exitCode: undefined,
      defect: error instanceof Error ? (error.stack ?? error.message) : String(error),
    }),
  );
  const ended = await Promise.race([running, process.killed]);
  world.observe();
  const common = { args, output: lines.join("\n"), calls: process.made };
  return ended === "killed" ? { ...common, exitCode: undefined, defect: undefined } : { ...common, ...ended };
}

/** How AWS answers a call that a fault hits. */
const failing =
  (region: string) =>
  (kind: Fault["kind"], call: string): AwsFailure => {
    const { failure, reason } = FAILURES[kind];
    return new AwsFailure(failure, call, region, reason);
  };

interface Answered {
  readonly failure: FailureKind;
  readonly reason: string;
}

const UNANSWERED: Answered = { failure: "unreachable", reason: "socket hang up" };

const FAILURES: Readonly<Record<Fault["kind"], Answered>> = {
  denied: { failure: "denied", reason: "AccessDenied: not authorized to perform this action" },
  throttled: { failure: "throttled", reason: "ThrottlingException: Rate exceeded" },
  busy: { failure: "busy", reason: "InvalidDBInstanceState: it is being modified" },
  credentials: { failure: "credentials", reason: "ExpiredToken: the security token is expired" },
  invalid: { failure: "failed", reason: "InvalidParameterValue: a value is not allowed" },
  missing: { failure: "failed", reason: "ResourceNotFoundException: it does not exist" },
  internal: { failure: "failed", reason: "InternalFailure: an internal error has occurred" },
  malformed: { failure: "failed", reason: "SyntaxError: Unexpected end of JSON input" },
  failed: { failure: "failed", reason: "the simulation says failed" },
  unreachable: UNANSWERED,
  "lost-answer": UNANSWERED,
  "kill-before": UNANSWERED,
  "kill-after": UNANSWERED,
  empty: UNANSWERED,
};
