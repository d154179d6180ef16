import { Conflict } from "../../aws/failure.ts";
import type { RegionalAws } from "../../aws/port.ts";
import { Damaged, readNote } from "../damage.ts";
import type { JournalPlace } from "./place.ts";
import { type LockHolder, lockSchema } from "./schema.ts";

/** The lock as it stands, and what is needed to replace just this one. */
export interface HeldLock {
  readonly holder: LockHolder;
  readonly etag: string;
}

/** Someone else works on the recovery. */
export class LockHeld extends Error {
  override readonly name = "LockHeld";

  constructor(readonly held: HeldLock) {
    const { holder } = held;
    super(
      `${holder.operator} on ${holder.host} holds the recovery lock since ${holder.takenAt} for ${holder.verb}, run ${holder.runId}`,
    );
  }
}

/** Something lies in the lock's place that does not say who holds it. */
export class DamagedLock extends Damaged {
  override readonly name = "DamagedLock";

  constructor(
    { region, bucket, lockKey }: JournalPlace,
    got: string,
    /** What is needed to replace just this one. */
    readonly etag: string,
  ) {
    const address = `s3://${bucket}/${lockKey}`;
    const remedy = `# only if nobody works on this recovery\naws s3 rm --region ${region} ${address}`;
    super(address, "recovery lock", got, remedy);
  }
}

/**
 * Who holds the lock; undefined when nobody does.
 *
 * @throws AwsFailure, or DamagedLock when what is there does not say it
 */
export async function readLock(place: JournalPlace, aws: RegionalAws): Promise<HeldLock | undefined> {
  const stored = await aws.read(place.bucket, place.lockKey);
  if (stored === undefined) return undefined;
  const read = readNote(stored.text, lockSchema);
  if ("got" in read) throw new DamagedLock(place, read.got, stored.etag);
  return { holder: read.value, etag: stored.etag };
}

/**
 * Takes the lock, and returns its ETag. The process that holds it already has it again: the answer of its write was lost.
 *
 * @throws LockHeld with the one who has it, DamagedLock when that can't be told
 */
export async function takeLock(place: JournalPlace, aws: RegionalAws, holder: LockHolder): Promise<string> {
  try {
    return await aws.write(place.bucket, place.lockKey, JSON.stringify(holder), { absent: true });
  } catch (error) {
    if (!(error instanceof Conflict)) throw error;
    const held = await readLock(place, aws);
    // Released since: the next attempt decides.
    if (held === undefined) return takeLock(place, aws, holder);
    if (held.holder.session !== holder.session) throw new LockHeld(held);
    return held.etag;
  }
}

/**
 * Replaces the lock that was looked at: by a sign of life, or by that of someone who takes it over. Returns its ETag.
 *
 * @throws Conflict when the lock has changed since it was read
 */
export const replaceLock = (
  place: JournalPlace,
  aws: RegionalAws,
  known: Pick<HeldLock, "etag">,
  holder: LockHolder,
): Promise<string> => aws.write(place.bucket, place.lockKey, JSON.stringify(holder), { etag: known.etag });

/**
 * Gives the lock back; one that belongs to another process stays.
 *
 * @throws AwsFailure, or DamagedLock when nobody can say whose it is
 */
export async function releaseLock(place: JournalPlace, aws: RegionalAws, session: string): Promise<void> {
  const held = await readLock(place, aws);
  if (held?.holder.session === session) await aws.remove(place.bucket, place.lockKey);
}
