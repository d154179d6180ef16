import { z } from "zod";
import type { CommandOption } from "./command.ts";

/** As the activation record takes it. */
export const REASON = /^\S.{9,}$/;

/** What every verb that changes something takes. */
export const recoveryOptions = {
  environment: z.string().optional(),
  execute: z.boolean().default(false),
  confirm: z.string().optional(),
  reason: z
    .string()
    .regex(REASON, { error: "is too short; say in at least 10 characters what happened" })
    .optional(),
  operator: z
    .string()
    .regex(/^\S.*$/, { error: "names nobody; name a person" })
    .optional(),
  run: z.string().optional(),
  takeLock: z.boolean().default(false),
  unlockState: z.string().optional(),
};

const schema = z.object(recoveryOptions);

/** What was given of them. */
export type RecoveryOptions = z.output<typeof schema>;

/** The same, for `--help`. */
export const RECOVERY_FLAGS: readonly CommandOption[] = [
  { flags: "--environment <name>", description: "the standby, where there are several" },
  { flags: "--execute", description: "do it, after the environment's name was typed" },
  { flags: "--confirm <name>", description: "the environment's name, where nobody can type it" },
  {
    flags: "--reason <text>",
    description: "why, for the journal and the activation record; asked for when it is not given",
  },
  { flags: "--operator <name>", description: "who (default: whom AWS knows the caller as)" },
  { flags: "--run <id>", description: "the run to resume (default: the last one that did not end)" },
  { flags: "--take-lock", description: "take the recovery lock of a holder that gives no sign of life" },
  { flags: "--unlock-state <id>", description: "release this lock of Terraform's, whose holder is gone" },
];
