import type { Aws } from "../aws/port.ts";
import type { loadConfiguration } from "../config/load.ts";
import type { Tools } from "../recovery/checks/check.ts";
import type { Painter } from "./paint.ts";
import type { RecoveryWorld } from "./recovery-world.ts";

/** 0: done, ready or met. 1: not so. 2: wrong usage or configuration. */
export type ExitCode = 0 | 1 | 2;

/** What a command reaches of the world; tests put their own in its place. */
export interface World {
  readonly now: () => Date;
  /** AWS, with the environment's credentials, until the signal ends every open question. */
  readonly connect: (signal: AbortSignal) => Promise<Aws>;
  /** Waits; false when the user has had enough. */
  readonly pause: (milliseconds: number) => Promise<boolean>;
  readonly env: Readonly<Record<string, string | undefined>>;
  /** Reads and checks the environment files; evaluates them where it is absent. */
  readonly loadConfiguration?: typeof loadConfiguration;
  /** What this machine would recover with; asked of it where this is absent. */
  readonly tools?: () => Promise<Tools>;
  /** What verbs that change something reach beside AWS; the real one where it is absent. */
  readonly recovery?: RecoveryWorld;
}

/** What every command is given. */
export interface Context extends World {
  /** The folder with the environment files. */
  readonly environments: string;
  /** Print one JSON document instead of prose. */
  readonly json: boolean;
  /** Writes a line to standard output. */
  readonly print: (line: string) => void;
  /** Writes a line to standard error. */
  readonly printError: (line: string) => void;
  readonly paint: Painter;
  /** Adds the options that were given to the commands in a text; what is printed is completed already. */
  readonly complete: (text: string, encode?: (text: string) => string) => string;
}

/** An option beside those that every command has, as commander writes it: `--timeout <seconds>`. */
export interface CommandOption {
  readonly flags: string;
  readonly description: string;
}

/** What was given, by the option's name in camel case. */
export type OptionValues = Readonly<Record<string, unknown>>;

/**
 * A verb of the command line, as data: adding one is a file and a line in `run.ts`.
 *
 * `run` throws `UserError` for mistakes of the user; anything else thrown is a bug.
 */
export interface Command {
  readonly name: string;
  /** One line for `--help`. */
  readonly summary: string;
  /** What else `--help` says: exit codes, examples. */
  readonly details: string;
  readonly options?: readonly CommandOption[];
  readonly run: (context: Context, options: OptionValues) => Promise<ExitCode>;
}
