import { Conflict } from "../../aws/failure.ts";
import type { RegionalAws } from "../../aws/port.ts";
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

  constructor(readonly holder: LockHolder) {
    super(
      `${holder.operator} on ${holder.host} holds the recovery lock since ${holder.takenAt} for ${holder.verb}, run ${holder.runId}`,
    );
  }
}

/** Who holds the lock; undefined when nobody does. */
export async function readLock(place: JournalPlace, aws: RegionalAws): Promise<HeldLock | undefined> {
  const stored = await aws.read(place.bucket, place.lockKey);
  return stored && { holder: lockSchema.parse(JSON.parse(stored.text)), etag: stored.etag };
}

/**
 * Takes the lock. Whoever holds it already for the same run has it again: a resumed run does.
 *
 * @throws LockHeld with the one who has it
 */
export async function takeLock(place: JournalPlace, aws: RegionalAws, holder: LockHolder): Promise<void> {
  try {
    await aws.write(place.bucket, place.lockKey, JSON.stringify(holder), { absent: true });
  } catch (error) {
    if (!(error instanceof Conflict)) throw error;
    const held = await readLock(place, aws);
    // Released since: the next attempt decides.
    if (held === undefined) return takeLock(place, aws, holder);
    if (held.holder.runId !== holder.runId) throw new LockHeld(held.holder);
  }
}

/**
 * Takes a lock away from someone who is known to be gone.
 *
 * @throws Conflict when the lock has changed hands since it was read
 */
export async function replaceLock(
  place: JournalPlace,
  aws: RegionalAws,
  stale: HeldLock,
  holder: LockHolder,
): Promise<void> {
  await aws.write(place.bucket, place.lockKey, JSON.stringify(holder), { etag: stale.etag });
}

/** Gives the lock back; one that belongs to another run stays. */
export async function releaseLock(place: JournalPlace, aws: RegionalAws, runId: string): Promise<void> {
  const held = await readLock(place, aws);
  if (held?.holder.runId === runId) await aws.remove(place.bucket, place.lockKey);
}
