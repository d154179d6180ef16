import type { RegionalAws } from "../../aws/port.ts";
import { quoted } from "../commands.ts";
import { shown } from "../../config/show.ts";
import { Damaged } from "../damage.ts";
import { type Lines, mergeEntries, parseLines } from "./lines.ts";
import { localFile, localNames, readLocal } from "./local.ts";
import { type JournalPlace, RUN_ID, runKey } from "./place.ts";
import { type Run, runsOf } from "./run.ts";

/** A journal with a line that can't be read: the other lines count, and those of other runs. */
export class DamagedJournal extends Damaged {
  override readonly name = "DamagedJournal";

  constructor(
    readonly runId: string,
    address: string,
    got: string,
    remedy: string,
  ) {
    super(address, "whole journal", got, remedy);
  }
}

/** What is known of earlier runs. */
export interface History {
  /** Oldest first. */
  readonly runs: readonly Run[];
  /** Why a copy could not be read; the runs are then those of the other one. */
  readonly problem: string | undefined;
  /** Copies with lines that can't be read. */
  readonly damaged: readonly DamagedJournal[];
}

/** Runs that are looked at: status and readiness are about the latest. */
const LATEST = 20;

interface Copy {
  readonly runId: string;
  readonly read: Lines;
  readonly damage: DamagedJournal | undefined;
}

/** The latest runs of an environment, from both copies. */
export async function readHistory(place: JournalPlace, aws: RegionalAws): Promise<History> {
  const listed = await Promise.allSettled([storedNames(place, aws), localNamesOf(place)]);
  const [stored, local] = listed;
  const reads = await Promise.allSettled([
    ...(stored.status === "fulfilled"
      ? latest(stored.value).map((runId) => readStored(place, aws, runId))
      : []),
    ...(local.status === "fulfilled" ? latest(local.value).map((runId) => readCopy(place, runId)) : []),
  ]);
  const strange = strangersAmong(place, {
    stored: stored.status === "fulfilled" ? stored.value : [],
    local: local.status === "fulfilled" ? local.value : [],
  });
  const copies = reads.flatMap((one) => (one.status === "fulfilled" ? one.value : []));
  const failed = [...listed, ...reads].find((one) => one.status === "rejected");
  return {
    runs: runsOf(mergeEntries(...copies.map(({ read }) => read.entries))),
    problem: failed && messageOf(failed.reason),
    damaged: [...copies.flatMap(({ damage }) => damage ?? []), ...strange],
  };
}

/**
 * Journals of which nobody can say what run they tell of, or whether it has ended. A name that is no run id is none that this
 * tool gives: no run of its own can hide there.
 */
export const untold = ({ runs, damaged }: History): readonly DamagedJournal[] =>
  damaged.filter(({ runId }) => RUN_ID.test(runId) && !runs.some(({ start }) => start.runId === runId));

const ENDING = ".jsonl";

/** Run ids among names, the latest of them. */
const latest = (names: readonly string[]): readonly string[] =>
  names.flatMap((name) => (isJournal(name) ? [name.slice(0, -ENDING.length)] : [])).slice(-LATEST);

const isJournal = (name: string): boolean =>
  name.endsWith(ENDING) && RUN_ID.test(name.slice(0, -ENDING.length));

/** A file of this machine is looked at as if it came from elsewhere too: errors are answers. */
const localNamesOf = async (place: JournalPlace): Promise<readonly string[]> => localNames(place);

const storedNames = async ({ bucket, prefix }: JournalPlace, aws: RegionalAws): Promise<readonly string[]> =>
  (await aws.list(bucket, prefix)).map((key) => key.slice(prefix.length)).filter((name) => name !== "");

/** What lies among the journals under a name that this tool gives to none. */
function strangersAmong(
  { bucket, prefix, region, folder }: JournalPlace,
  { stored, local }: { readonly stored: readonly string[]; readonly local: readonly string[] },
): readonly DamagedJournal[] {
  const of = (name: string, address: string, move: (from: string) => string): DamagedJournal =>
    new DamagedJournal(
      name,
      shown(address),
      "a name that is no run id",
      // What a terminal would obey can't be pasted either.
      shown(address) === address
        ? `# nothing of it is read; look whose it is, then\n${move(quoted(address))}`
        : "# nothing of it is read; look whose it is, and remove it",
    );
  const away = quoted(`s3://${bucket}/${prefix.replace(/runs\/$/, "damaged/")}`);
  return [
    ...stored
      .filter((name) => !isJournal(name))
      .slice(0, LATEST)
      .map((name) =>
        of(name, `s3://${bucket}/${prefix}${name}`, (from) => `aws s3 mv --region ${region} ${from} ${away}`),
      ),
    ...local
      .filter((name) => name.endsWith(ENDING) && !isJournal(name))
      .slice(0, LATEST)
      .map((name) => of(name, `${folder}/${name}`, (from) => `rm ${from}`)),
  ];
}

async function readStored(place: JournalPlace, aws: RegionalAws, runId: string): Promise<Copy | []> {
  const key = runKey(place, runId);
  const object = await aws.read(place.bucket, key);
  if (object === undefined) return [];
  const address = `s3://${place.bucket}/${key}`;
  const away = `s3://${place.bucket}/${place.prefix.replace(/runs\/$/, "damaged/")}${runId}.jsonl`;
  const remedy = `# move it away, once nobody needs that run\naws s3 mv --region ${place.region} ${quoted(address)} ${quoted(away)}`;
  // Objects are written whole: an empty one, or half a line, is none of ours.
  const read = parseLines(object.text, runId);
  const got = read.damage ?? (read.torn === undefined && read.lines.length > 0 ? undefined : tornOf(read));
  return {
    runId,
    read,
    damage: got === undefined ? undefined : new DamagedJournal(runId, address, got, remedy),
  };
}

async function readCopy(place: JournalPlace, runId: string): Promise<Copy> {
  const read = parseLines(readLocal(place, runId), runId);
  const file = localFile(place, runId);
  const remedy = `# move it away, once nobody needs that run\nmv ${quoted(file)} ${quoted(`${file}.damaged`)}`;
  return {
    runId,
    read,
    damage: read.damage === undefined ? undefined : new DamagedJournal(runId, file, read.damage, remedy),
  };
}

const tornOf = ({ lines }: Lines): string =>
  lines.length === 0 ? "no line" : `line ${lines.length + 1}: half of one`;

const messageOf = (error: unknown): string => (error instanceof Error ? error.message : String(error));
