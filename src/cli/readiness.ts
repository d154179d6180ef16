import { z } from "zod";
import { CHECKS } from "../recovery/checks/all.ts";
import type { Check } from "../recovery/checks/check.ts";
import { checkReadiness, type Readiness } from "../recovery/readiness.ts";
import type { Subject } from "../recovery/subject.ts";
import type { Command, Context, ExitCode } from "./command.ts";
import { openInquiry } from "./inquiry.ts";
import { readOptions } from "./options.ts";
import { changesReport, readinessReport, readinessToJson } from "./readiness-report.ts";

/** All checks together take at most this long and a moment, also when a region does not answer. */
const TIMEOUT_SECONDS = 12;

const seconds = (most: number) =>
  z.coerce
    .number({ error: "expected seconds; write a number above 0" })
    .positive({ error: "expected seconds; write a number above 0" })
    .max(most, { error: `is too long; choose at most ${most}` });

const known = new Set(CHECKS.map(({ id }) => id));

const optionsSchema = z.object({
  environment: z.string().optional(),
  only: z
    .string()
    .transform((text) => text.split(",").map((id) => id.trim()))
    .refine((ids) => ids.every((id) => known.has(id)), {
      error: "names no check; npm run dr -- readiness --list shows them",
    })
    .optional(),
  timeout: seconds(3600).default(TIMEOUT_SECONDS),
  watch: seconds(86_400).optional(),
  drift: z.boolean().default(false),
  list: z.boolean().default(false),
});

type Options = z.output<typeof optionsSchema>;

/** `readiness`: whether the service could be recovered now. */
export const readiness: Command = {
  name: "readiness",
  summary: "asks AWS whether the service could be recovered now",
  options: [
    { flags: "--environment <name>", description: "the standby to ask about, where there are several" },
    { flags: "--only <checks>", description: "run these checks only, by their names with commas between" },
    {
      flags: "--timeout <seconds>",
      description: `longest time for each check (default: ${TIMEOUT_SECONDS})`,
    },
    { flags: "--watch <seconds>", description: "ask again so often, and print what changes, until Ctrl-C" },
    { flags: "--drift", description: "also compare every resource by terraform plan, which takes minutes" },
    { flags: "--list", description: "print the checks and ask nothing" },
  ],
  details: [
    "Exit codes: 0 ready, warnings included; 1 a check fails, or could not be answered; 2 wrong usage or configuration.",
    "What only the primary or Route 53's control plane could answer does not decide while these can't be reached.",
    "docs/readiness.md says what each check means. Nothing is changed.",
  ].join("\n"),
  async run(context, values): Promise<ExitCode> {
    const options = readOptions(optionsSchema, values);
    if (options.list) return listChecks(context);
    const chosen = CHECKS.filter(({ id }) => options.only?.includes(id) ?? true);
    if (options.watch !== undefined) return watch(context, chosen, options, options.watch);
    const { found, subject } = await ask(context, chosen, options);
    const { json, print, paint } = context;
    if (json) print(JSON.stringify(readinessToJson(found, subject, context.now()), undefined, 2));
    else for (const line of readinessReport(found, subject, paint)) print(line);
    return found.ready ? 0 : 1;
  },
};

async function ask(
  context: Context,
  checks: readonly Check[],
  { environment, timeout, drift }: Options,
): Promise<{ readonly found: Readiness; readonly subject: Subject }> {
  const inquiry = await openInquiry(context, environment, { drift });
  try {
    return { found: await checkReadiness(checks, inquiry, timeout * 1000), subject: inquiry.subject };
  } finally {
    inquiry.end();
  }
}

/** One JSON document per round and line, or a report and then what changes. */
async function watch(
  context: Context,
  checks: readonly Check[],
  options: Options,
  intervalSeconds: number,
): Promise<ExitCode> {
  const { json, print, paint } = context;
  let before: Readiness | undefined;
  do {
    const { found, subject } = await ask(context, checks, options);
    if (json) print(JSON.stringify(readinessToJson(found, subject, context.now())));
    else {
      const lines =
        before === undefined
          ? readinessReport(found, subject, paint)
          : changesReport(before, found, context.now(), paint);
      for (const line of lines) print(line);
    }
    before = found;
  } while (await context.pause(intervalSeconds * 1000));
  return before.ready ? 0 : 1;
}

function listChecks({ json, print }: Context): ExitCode {
  if (json) {
    const shown = CHECKS.map(({ id, side, asks, because, remedy }) => ({ id, side, asks, because, remedy }));
    print(JSON.stringify({ checks: shown }, undefined, 2));
    return 0;
  }
  const width = Math.max(...CHECKS.map(({ id }) => id.length));
  for (const { id, asks } of CHECKS) print(`${id.padEnd(width)}  ${asks}`);
  return 0;
}
