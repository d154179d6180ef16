import { setTimeout as delay } from "node:timers/promises";
import { resolve } from "node:path";
import type { Activation } from "../activation/schema.ts";
import { loadConfiguration } from "../config/load.ts";
import type { SourceFile } from "../config/read-files.ts";
import type { Inquiry } from "../recovery/checks/check.ts";
import { doubtOf } from "../recovery/doubt.ts";
import { findDrift } from "../recovery/drift.ts";
import { readHistory } from "../recovery/journal/history.ts";
import { journalPlace } from "../recovery/journal/place.ts";
import { readRecordInForce, recordAddress } from "../recovery/record-in-force.ts";
import { chooseSubject, type Subject } from "../recovery/subject.ts";
import { toolsOf } from "../recovery/tools.ts";
import type { Context } from "./command.ts";

/** A report waits no longer for a region that does not answer, and then judges nothing by the posture. */
const RECORD_PATIENCE_MS = 3000;

/** What changes something waits as long as the questions themselves do. */
export const NO_HURRY_MS = 60_000;

/** The pair that a command is about. A recovery goes on whatever its objectives are. */
export async function loadSubject(
  context: Context,
  environment: string | undefined,
  activation?: SourceFile,
): Promise<Subject> {
  const { environments, env, loadConfiguration: load = loadConfiguration } = context;
  const stateRegion = env["STATE_REGION"] || undefined;
  const options = { unmetObjectives: "accept", stateRegion, activation } as const;
  return chooseSubject(await load(environments, options), environments, environment);
}

/** What one round of questions can ask; `end` stops those that are still open. */
export async function openInquiry(
  context: Context,
  environment: string | undefined,
  { drift = false, recordPatienceMs = RECORD_PATIENCE_MS } = {},
): Promise<Inquiry & { readonly end: () => void }> {
  const found = await loadSubject(context, environment);
  const stop = new AbortController();
  const aws = await context.connect(stop.signal);
  const { project, standby, primary } = found;
  const place = journalPlace(project, standby.name, standby.state, context.env["JOURNAL_DIR"] || undefined);
  const history = readOnce(() => readHistory(place, aws.in(place.region)));
  const recordInForce = readOnce(() => readRecordInForce(place, aws.in(place.region)));
  const directory = resolve(context.env["CDKTF_OUTDIR"] || "cdktf.out", "stacks", standby.name);
  const { activation: ownRecord } = found.pair;
  const overlooked = ownRecord === undefined ? await inTime(recordInForce(), recordPatienceMs) : undefined;
  const source = overlooked && { name: standby.name, file: recordAddress(place), value: overlooked };
  const subject = source === undefined ? found : await loadSubject(context, standby.name, source);
  return {
    subject,
    aws,
    standby: aws.in(standby.region),
    primary: aws.in(primary.region),
    now: context.now(),
    place,
    ownRecord,
    recordInForce,
    doubt: readOnce(() => doubtOf({ subject, ownRecord, recordInForce, history })),
    history,
    tools: context.tools ?? (() => toolsOf(directory, context.env)),
    drift: drift ? () => findDrift(directory) : undefined,
    end: () => stop.abort(),
  };
}

/** The check of the record says why it could not be read. */
const inTime = (
  reading: Promise<Activation | undefined>,
  patienceMs: number,
): Promise<Activation | undefined> =>
  Promise.race([reading.catch(() => undefined), delay(patienceMs, undefined, { ref: false })]);

function readOnce<Value>(read: () => Promise<Value>): () => Promise<Value> {
  let reading: Promise<Value> | undefined;
  return () => (reading ??= read());
}
