import { z } from "zod";
import { readStatus, type StatusReport } from "../recovery/status.ts";
import type { Command, Context, ExitCode } from "./command.ts";
import { openInquiry } from "./inquiry.ts";
import { readOptions } from "./options.ts";
import { statusReport, statusToJson } from "./status-report.ts";

const optionsSchema = z.object({
  environment: z.string().optional(),
  watch: z.coerce
    .number({ error: "expected seconds; write a number above 0" })
    .positive({ error: "expected seconds; write a number above 0" })
    .max(86_400, { error: "is too long; choose at most 86400" })
    .optional(),
});

/** `status`: what the standby is, and how its last recoveries went. */
export const status: Command = {
  name: "status",
  summary: "says what is going on, what comes next, who serves users, and how the last recoveries went",
  options: [
    { flags: "--environment <name>", description: "the standby to show, where there are several" },
    { flags: "--watch <seconds>", description: "show it again so often, until Ctrl-C" },
  ],
  details:
    "Exit codes: 0 everything could be read, 1 something could not, 2 wrong usage or configuration.\nNothing is changed.",
  async run(context, values): Promise<ExitCode> {
    const { environment, watch } = readOptions(optionsSchema, values);
    if (watch === undefined) return show(context, environment, false);
    let exitCode: ExitCode;
    do exitCode = await show(context, environment, true);
    while (await context.pause(watch * 1000));
    return exitCode;
  },
};

/** One look: a report, or one JSON document, which is one line where it is watched. */
async function show(
  context: Context,
  environment: string | undefined,
  isWatched: boolean,
): Promise<ExitCode> {
  const inquiry = await openInquiry(context, environment);
  const { subject } = inquiry;
  let report: StatusReport;
  try {
    report = await readStatus(inquiry);
  } finally {
    inquiry.end();
  }
  const { json, print, paint } = context;
  if (json) print(JSON.stringify(statusToJson(report, subject), undefined, isWatched ? undefined : 2));
  else {
    if (isWatched) print(paint("dim", `--- ${report.now.toISOString().slice(0, 19)}Z`));
    for (const line of statusReport(report, subject, paint)) print(line);
  }
  return report.problems.length === 0 ? 0 : 1;
}
