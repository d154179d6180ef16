import { existsSync, mkdirSync, renameSync, rmSync, statSync, writeFileSync } from "node:fs";
import { dirname, resolve } from "node:path";
import process from "node:process";
import { z } from "zod";
import { UserError } from "../config/problem.ts";
import { CHECKS } from "../recovery/checks/all.ts";
import { checkReadiness } from "../recovery/readiness.ts";
import { readStatus } from "../recovery/status.ts";
import { renderReport } from "../report/page.tsx";
import type { Command, ExitCode } from "./command.ts";
import { openInquiry } from "./inquiry.ts";
import { readOptions } from "./options.ts";

const TIMEOUT_MS = 12_000;
const DEFAULT_FILE = "dr-report.html";

const optionsSchema = z.object({
  environment: z.string().optional(),
  output: z.string().min(1).default(DEFAULT_FILE),
});

/** `report`: posture, objectives, readiness and the last run, as a page. */
export const report: Command = {
  name: "report",
  summary: "writes posture, objectives, readiness and the last run as one HTML page",
  options: [
    { flags: "--environment <name>", description: "the standby to report on, where there are several" },
    { flags: "--output <file>", description: `where the page goes (default: ${DEFAULT_FILE})` },
  ],
  details: [
    "Exit codes: 0 written, whatever it says; 1 not written; 2 wrong usage or configuration.",
    "The page loads nothing from the network, and can be printed. It holds ARNs and names: treat it as internal.",
    "Nothing is changed in AWS.",
  ].join("\n"),
  async run(context, values): Promise<ExitCode> {
    const options = readOptions(optionsSchema, values);
    const file = resolve(options.output);
    refuseFolders(file, options.output);
    const inquiry = await openInquiry(context, options.environment);
    const { subject } = inquiry;
    try {
      const [readiness, status, history] = await Promise.all([
        checkReadiness(CHECKS, inquiry, TIMEOUT_MS),
        readStatus(inquiry),
        inquiry.history(),
      ]);
      const page = renderReport({ now: inquiry.now, subject, status, readiness, runs: history.runs });
      writeWhole(file, context.complete(page, inHtml));
      const { json, print } = context;
      if (json)
        print(JSON.stringify({ file, ready: readiness.ready, status: readiness.status }, undefined, 2));
      else print(`${readiness.ready ? "ready" : "not ready"}: ${options.output} says why`);
      return 0;
    } finally {
      inquiry.end();
    }
  },
};

const inHtml = (text: string): string =>
  text.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll('"', "&quot;");

/** Before anything is asked of AWS. */
function refuseFolders(file: string, given: string): void {
  if (existsSync(file) && statSync(file).isDirectory())
    throw new UserError([
      { file: "--output", key: "", message: `expected a file, got the folder ${given}; name a file in it` },
    ]);
}

/** A reader sees the old page or the new one, never half of one. */
function writeWhole(file: string, text: string): void {
  const draft = `${file}.${process.pid}.tmp`;
  mkdirSync(dirname(file), { recursive: true });
  try {
    writeFileSync(draft, text);
    renameSync(draft, file);
  } finally {
    rmSync(draft, { force: true });
  }
}
