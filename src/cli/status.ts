import { z } from "zod";
import { readStatus, type StatusReport } from "../recovery/status.ts";
import type { Command, ExitCode } from "./command.ts";
import { openInquiry } from "./inquiry.ts";
import { readOptions } from "./options.ts";
import { statusReport, statusToJson } from "./status-report.ts";

const optionsSchema = z.object({ environment: z.string().optional() });

/** `status`: what the standby is, and how its last recoveries went. */
export const status: Command = {
  name: "status",
  summary: "shows posture, recovery point, last drill, and what was achieved",
  options: [{ flags: "--environment <name>", description: "the standby to show, where there are several" }],
  details:
    "Exit codes: 0 everything could be read, 1 something could not, 2 wrong usage or configuration.\nNothing is changed.",
  async run(context, values): Promise<ExitCode> {
    const { environment } = readOptions(optionsSchema, values);
    const inquiry = await openInquiry(context, environment);
    const { subject } = inquiry;
    let report: StatusReport;
    try {
      report = await readStatus(inquiry);
    } finally {
      inquiry.end();
    }
    const { json, print, paint } = context;
    if (json) print(JSON.stringify(statusToJson(report, subject), undefined, 2));
    else for (const line of statusReport(report, subject, paint)) print(line);
    return report.problems.length === 0 ? 0 : 1;
  },
};
