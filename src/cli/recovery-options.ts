import { z } from "zod";
import { recoveryPointArnSchema } from "../activation/schema.ts";
import type { CommandOption } from "./command.ts";

/**
 * Text that a terminal shows as it is: no control characters, no line breaks, no halves of characters, nothing that reverses
 * the direction. What is in a journal is read by people a year later.
 */
const PLAIN = /^[^\p{Cc}\p{Cs}\p{Zl}\p{Zp}\u202A-\u202E\u2066-\u2069]*$/u;

const plain = z
  .string()
  .trim()
  .regex(PLAIN, { error: "holds a line break or a control character; write it as plain text on one line" });

/** Earlier versions printed these in commands, to be replaced: whoever pasted one has told the journal nothing. */
const SAMPLES: ReadonlySet<string> = new Set(["what happened", "why it goes on all the same"]);

/** At least as strict as the activation record, so that whatever is accepted here can be read again. */
export const reasonText = plain
  .min(10, { error: "is too short; say in at least 10 characters what happened" })
  .max(2000, { error: "is too long; say it in at most 2000 characters" })
  .refine((text) => !SAMPLES.has(text.toLowerCase()), {
    error: "is a sample, and tells nobody anything; say what happened in your own words",
  });

const operatorText = plain
  .min(1, { error: "names nobody; name a person" })
  .max(200, { error: "is too long; name a person in at most 200 characters" });

/** A union tells what is wrong with each of its members; the last is the text. */
function messageIn(issues: readonly unknown[]): string | undefined {
  const last = issues.at(-1);
  return typeof last === "object" && last !== null && "message" in last && typeof last.message === "string"
    ? last.message
    : undefined;
}

/** Whether it can be restored is asked of RDS. */
export const recoveryPointArn = z.string().refine((arn) => recoveryPointArnSchema.safeParse(arn).success, {
  error: "is no ARN of RDS; name a snapshot or a replicated backup",
});

/** What every verb that changes something takes. */
export const recoveryOptions = {
  environment: z.string().optional(),
  actions: z.boolean().default(false),
  execute: z.boolean().default(false),
  confirm: z.string().optional(),
  reason: reasonText.optional(),
  operator: operatorText.optional(),
  run: z.string().optional(),
  takeLock: z.boolean().default(false),
  /** The flag alone: the reason is asked for. */
  despite: z
    .union([z.literal(true), reasonText], {
      error: ({ errors }) => (Array.isArray(errors) ? messageIn(errors.flat()) : undefined),
    })
    .optional(),
  unlockState: z.string().optional(),
  dnsMoved: z.boolean().default(false),
};

const schema = z.object(recoveryOptions);

/** What was given of them. */
export type RecoveryOptions = z.output<typeof schema>;

/** The same, for `--help`. */
export const RECOVERY_FLAGS: readonly CommandOption[] = [
  { flags: "--environment <name>", description: "the standby, where there are several" },
  { flags: "--actions", description: "show what each step calls, as IAM names it" },
  { flags: "--execute", description: "do it, after the environment's name was typed" },
  { flags: "--confirm <name>", description: "the environment's name, where nobody can type it" },
  {
    flags: "--reason <text>",
    description: "why, for the journal and the activation record; asked for when it is not given",
  },
  { flags: "--operator <name>", description: "who (default: whom AWS knows the caller as)" },
  { flags: "--run <id>", description: "the run to resume (default: the last one that did not end)" },
  {
    flags: "--despite [reason]",
    description:
      "begin although it is known what blocks it; the reason, asked for when it is not given, goes into the journal",
  },
  { flags: "--take-lock", description: "take the recovery lock of a holder that gives no sign of life" },
  {
    flags: "--dns-moved",
    description:
      "says that users are led where this command leads them, where DNS is changed elsewhere and can't be asked; for automation",
  },
  { flags: "--unlock-state <id>", description: "release this lock of Terraform's, whose holder is gone" },
];
