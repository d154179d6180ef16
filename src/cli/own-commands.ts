import { drCommand, quoted } from "../recovery/commands.ts";
import type { RecoveryOptions } from "./recovery-options.ts";
import type { RecoveryVerb } from "./recovery-command.ts";

/** What has been said at the terminal, and need not be said again. */
interface Said {
  readonly reason?: string | undefined;
  readonly despite?: string | undefined;
}

/** The ways in which the command that somebody has typed is printed for them to paste. */
export interface OwnCommands {
  /** Shows the plan once more. */
  readonly show: () => string;
  /** Carries it out: reason and confirmation are asked for, so that nobody pastes a sample into the journal. */
  readonly ask: () => string;
  /** Begins it as it was to be begun, since no run has been written down. */
  readonly begin: (confirmation: string, said?: Said) => string;
  /** Goes on with a run, whose journal has the reasons. */
  readonly resume: (confirmation: string) => string;
}

/** The command of a verb with what was given to it. */
export function commandsOf(
  environment: string,
  { run, operator, unlockState, reason, despite, dnsMoved }: RecoveryOptions,
  { verb, flags }: Pick<RecoveryVerb, "verb" | "flags">,
): OwnCommands {
  const kept = [...flags, ...option("--run", run), ...option("--operator", operator)];
  const unlocking = option("--unlock-state", unlockState);
  const moved = dnsMoved ? ["--dns-moved"] : [];
  return {
    show: () => drCommand(verb, { environment, flags: kept }),
    ask: () => drCommand(verb, { environment, flags: [...kept, ...moved, ...unlocking], execute: true }),
    begin: (confirm, said = {}) =>
      drCommand(verb, {
        environment,
        flags: [
          ...kept,
          ...moved,
          ...unlocking,
          ...option("--despite", said.despite ?? (despite === true ? undefined : despite)),
        ],
        execute: true,
        confirm,
        reason: said.reason ?? reason,
      }),
    resume: (confirm) => drCommand(verb, { environment, flags: [...kept, ...moved], execute: true, confirm }),
  };
}

const option = (name: string, value: string | undefined): string[] =>
  value === undefined ? [] : [name, quoted(value)];
