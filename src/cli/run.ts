import { Command as Program, CommanderError, Option } from "commander";
import { UserError } from "../config/problem.ts";
import { printable } from "../config/show.ts";
import type { Command, Context, ExitCode, OptionValues, World } from "./command.ts";
import { drill } from "./drill.ts";
import { failback } from "./failback.ts";
import { failover } from "./failover.ts";
import { fence } from "./fence.ts";
import { type KeptOptions, keepOptions } from "./kept-options.ts";
import { journal } from "./journal.ts";
import { objectives } from "./objectives.ts";
import { painter } from "./paint.ts";
import { readiness } from "./readiness.ts";
import { report } from "./report.ts";
import { rollback } from "./rollback.ts";
import { status } from "./status.ts";
import { WORLD } from "./world.ts";

/** Every command, in the order of `--help`. */
const COMMANDS: readonly Command[] = [
  readiness,
  objectives,
  status,
  journal,
  failover,
  rollback,
  failback,
  fence,
  drill,
  report,
];

/** Where the output goes, and what it may look like. */
export interface Terminal {
  readonly print: (line: string) => void;
  readonly printError: (line: string) => void;
  readonly colours: boolean;
  /** Columns of the terminal, for `--help`. */
  readonly columns?: number | undefined;
}

interface Options extends OptionValues {
  readonly environments: string;
  readonly json?: boolean;
}

/** Runs one command line, such as `["objectives", "--json"]`. Only bugs are thrown. */
export async function run(
  args: readonly string[],
  terminal: Terminal,
  world: World = WORLD,
): Promise<ExitCode> {
  let exitCode: ExitCode = 2;
  let kept: KeptOptions = { environments: "environments", environment: undefined };
  const { colours } = terminal;
  const { print, printError } = guarded(terminal);
  const program = baseProgram({ ...terminal, print, printError });
  for (const command of COMMANDS) {
    const parsed = program
      .command(command.name)
      .description(command.summary)
      .addHelpText("after", `\n${command.details}`)
      .addOption(
        new Option("--environments <dir>", "folder with the environment files")
          .env("ENVIRONMENTS_DIR")
          .default("environments"),
      )
      .option("--json", "print one JSON document");
    for (const { flags, description } of command.options ?? []) parsed.option(flags, description);
    parsed.action(async ({ environments, json = false, ...options }: Options) => {
      const paint = painter(colours && !json);
      const named = options["environment"];
      kept = { environments, environment: typeof named === "string" ? named : undefined };
      const complete: Context["complete"] = (text, encode) => keepOptions(text, kept, encode);
      const encode = json ? inJson : undefined;
      const context = {
        ...world,
        environments,
        json,
        complete,
        print: (line: string) => print(complete(line, encode)),
        printError: (line: string) => printError(complete(line, encode)),
        paint,
      };
      exitCode = await command.run(context, options);
    });
  }
  try {
    await program.parseAsync(args, { from: "user" });
    return exitCode;
  } catch (error) {
    if (error instanceof CommanderError) return error.exitCode === 0 ? 0 : 2;
    if (!(error instanceof UserError)) throw error;
    printError(keepOptions(error.message, kept));
    return 2;
  }
}

const inJson = (text: string): string => JSON.stringify(text).slice(1, -1);

/** Whatever came from AWS, a bucket or a person, the terminal shows it and does not obey it. */
const guarded = ({ print, printError, colours }: Terminal): Pick<Terminal, "print" | "printError"> => ({
  print: (text) => print(printable(text, colours)),
  printError: (text) => printError(printable(text, colours)),
});

function baseProgram({ print, printError, columns = 100 }: Terminal): Program {
  return new Program("dr")
    .description("answers whether the service could be recovered now, and recovers it")
    .exitOverride()
    .configureOutput({
      writeOut: (text) => print(text.trimEnd()),
      writeErr: (text) => printError(text.trimEnd()),
      getOutHelpWidth: () => columns,
      getErrHelpWidth: () => columns,
      outputError: (text, write) => write(text.replace(/^error: /, "").replace(/\.$/m, "")),
    })
    .showHelpAfterError(
      "npm run dr -- --help lists the commands, npm run dr -- <command> --help its options",
    );
}
