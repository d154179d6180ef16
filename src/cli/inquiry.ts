import { resolve } from "node:path";
import { loadConfiguration } from "../config/load.ts";
import type { Inquiry } from "../recovery/checks/check.ts";
import { findDrift } from "../recovery/drift.ts";
import { readHistory } from "../recovery/journal/journal.ts";
import { journalPlace } from "../recovery/journal/place.ts";
import { chooseSubject, type Subject } from "../recovery/subject.ts";
import type { Context } from "./command.ts";

/** The pair that a command is about. A recovery goes on whatever its objectives are. */
export async function loadSubject(context: Context, environment: string | undefined): Promise<Subject> {
  const { environments, env } = context;
  const stateRegion = env["STATE_REGION"] || undefined;
  const configuration = await loadConfiguration(environments, { unmetObjectives: "accept", stateRegion });
  return chooseSubject(configuration, environments, environment);
}

/** What one round of questions can ask; `end` stops those that are still open. */
export async function openInquiry(
  context: Context,
  subject: Subject,
  { drift = false } = {},
): Promise<Inquiry & { readonly end: () => void }> {
  const stop = new AbortController();
  const aws = await context.connect(stop.signal);
  const { project, standby, primary } = subject;
  const place = journalPlace(project, standby.name, standby.state, context.env["JOURNAL_DIR"] || undefined);
  const history = readOnce(() => readHistory(place, aws.in(place.region)));
  const directory = resolve(context.env["CDKTF_OUTDIR"] || "cdktf.out", "stacks", standby.name);
  return {
    subject,
    aws,
    standby: aws.in(standby.region),
    primary: aws.in(primary.region),
    now: context.now(),
    place,
    history,
    drift: drift ? () => findDrift(directory) : undefined,
    end: () => stop.abort(),
  };
}

function readOnce<Value>(read: () => Promise<Value>): () => Promise<Value> {
  let reading: Promise<Value> | undefined;
  return () => (reading ??= read());
}
