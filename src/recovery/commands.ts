import type { Run } from "./journal/run.ts";

/** What a printed command is made of. */
export interface CommandParts {
  /** The standby that it is about. */
  readonly environment?: string;
  /** Options of the verb, each value quoted. */
  readonly flags?: readonly string[];
  /** Carries the plan out; a run that goes on has its reason already. */
  readonly execute?: boolean;
  /** What is typed to confirm it: nobody types it where it is given. */
  readonly confirm?: string | undefined;
  /** A new run has to say why. */
  readonly reason?: string | undefined;
}

/** Text as one word of a shell; what a shell could expand is never left to it. */
export function quoted(text: string): string {
  if (/^[\w@%+=:,./-]+$/.test(text)) return text;
  return /["$`\\!\n]/.test(text) ? `'${text.replaceAll("'", `'\\''`)}'` : `"${text}"`;
}

/** A command of this program as it is pasted. The options that the operator gave for all commands are added where it is printed. */
export function drCommand(
  verb: string,
  { environment, flags = [], execute, confirm, reason }: CommandParts,
): string {
  return [
    "npm run dr --",
    verb,
    ...(environment === undefined ? [] : ["--environment", quoted(environment)]),
    ...flags,
    ...(execute === true ? ["--execute"] : []),
    ...(confirm === undefined ? [] : ["--confirm", quoted(confirm)]),
    ...(reason === undefined ? [] : ["--reason", quoted(reason)]),
  ].join(" ");
}

/** The command that resumes a run: with the choice that it was begun with, without which a failback would be refused. */
export function resumeCommand(
  { start, steps }: Run,
  environment: string,
  more: readonly string[] = [],
): string {
  const isWithoutData = steps.has("start-primary") && !steps.has("take-recovery-point");
  const flags =
    start.verb !== "failback"
      ? []
      : steps.has("unfence-standby") && !steps.has("cut-back")
        ? ["--stay"]
        : isWithoutData
          ? ["--discard-writes"]
          : [];
  return drCommand(start.verb, { environment, flags: [...flags, ...more], execute: true });
}
