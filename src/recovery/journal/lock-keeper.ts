import { Conflict } from "../../aws/failure.ts";
import type { RegionalAws } from "../../aws/port.ts";
import { DamagedLock, type HeldLock, LockHeld, releaseLock, replaceLock, takeLock } from "./lock.ts";
import type { JournalPlace } from "./place.ts";
import type { LockHolder } from "./schema.ts";

/** How often a holder shows that it lives. */
const SIGN_OF_LIFE_MS = 15_000;

/** Without a sign for so long it is gone. Nobody's clock is asked: the lock is watched. */
const WATCH_MS = 2.5 * SIGN_OF_LIFE_MS;

/** Somebody else took the lock: this process must not change anything any more. */
export class LockLost extends Error {
  override readonly name = "LockLost";
}

/** How a lock that someone else holds is dealt with. */
export interface Takeover {
  /** Whether the holder was a process of this machine that is gone: nobody needs to be asked. */
  readonly isGone: (holder: LockHolder) => boolean;
  /** Whether the operator wants the lock of a holder elsewhere, if that shows no sign of life. */
  readonly wanted: boolean;
  readonly pause: (milliseconds: number) => Promise<void>;
  readonly tell: (line: string) => void;
}

/** The recovery lock while this process has it, with a sign of life from time to time. */
export class LockKeeper {
  private lost: LockLost | undefined;
  private writing: Promise<void> = Promise.resolve();
  private readonly timer: NodeJS.Timeout;

  private constructor(
    private readonly place: JournalPlace,
    private readonly aws: RegionalAws,
    private readonly holder: LockHolder,
    private etag: string,
    private readonly now: () => Date,
  ) {
    this.timer = setInterval(() => {
      this.writing = this.writing.then(() => this.beat());
    }, SIGN_OF_LIFE_MS);
    this.timer.unref();
  }

  /**
   * Takes the lock, also from a holder that is gone.
   *
   * @throws LockHeld when its holder lives, or may; DamagedLock when nobody has asked for it
   */
  static async take(
    place: JournalPlace,
    aws: RegionalAws,
    holder: LockHolder,
    now: () => Date,
    takeover: Takeover,
  ): Promise<LockKeeper> {
    const keep = (etag: string): LockKeeper => new LockKeeper(place, aws, holder, etag, now);
    try {
      return keep(await takeLock(place, aws, holder));
    } catch (error) {
      if (error instanceof LockHeld) return keep(await takeOver(place, aws, holder, error, takeover));
      if (error instanceof DamagedLock)
        return keep(await replaceDamaged(place, aws, holder, error, takeover));
      throw error;
    }
  }

  /** @throws LockLost when someone else has taken the lock */
  check(): void {
    if (this.lost !== undefined) throw this.lost;
  }

  async release(): Promise<void> {
    clearInterval(this.timer);
    await this.writing;
    if (this.lost === undefined) await releaseLock(this.place, this.aws, this.holder.session);
  }

  private async beat(): Promise<void> {
    if (this.lost !== undefined) return;
    const alive = { ...this.holder, aliveAt: this.now().toISOString() };
    try {
      this.etag = await replaceLock(this.place, this.aws, { etag: this.etag }, alive);
    } catch (error) {
      // While the bucket can't be reached nobody else can take it either.
      if (!(error instanceof Conflict)) return;
      await this.lookAgain();
    }
  }

  /** A write whose answer was lost is refused when it is repeated: what is there then is our own. */
  private async lookAgain(): Promise<void> {
    try {
      this.etag = await takeLock(this.place, this.aws, this.holder);
    } catch (error) {
      if (error instanceof LockHeld || error instanceof DamagedLock) this.lost = new LockLost(error.message);
    }
  }
}

async function takeOver(
  place: JournalPlace,
  aws: RegionalAws,
  holder: LockHolder,
  refusal: LockHeld,
  { isGone, wanted, pause, tell }: Takeover,
): Promise<string> {
  const { held } = refusal;
  const { operator, host, pid, aliveAt } = held.holder;
  if (isGone(held.holder)) {
    tell(`taking the recovery lock over from process ${pid} of this machine, which is gone`);
    return replaceOr(refusal, place, aws, held, holder);
  }
  if (!wanted) throw refusal;
  tell(
    `the lock is ${operator}'s on ${host}, whose last sign of life was at ${aliveAt}; watching it for ${Math.ceil(WATCH_MS / 1000)} s for another one`,
  );
  await pause(WATCH_MS);
  tell(`${operator}'s process ${pid} on ${host} gave no sign of life; taking its lock over`);
  return replaceOr(refusal, place, aws, held, holder);
}

/** Its holder, if there is one, renews it: what has not changed for so long is nobody's. */
async function replaceDamaged(
  place: JournalPlace,
  aws: RegionalAws,
  holder: LockHolder,
  damage: DamagedLock,
  { wanted, pause, tell }: Takeover,
): Promise<string> {
  if (!wanted) throw damage;
  tell(`${damage.message}; watching it for ${Math.ceil(WATCH_MS / 1000)} s for a sign of life`);
  await pause(WATCH_MS);
  tell("nobody has written to it; taking the lock over");
  try {
    return await replaceLock(place, aws, damage, holder);
  } catch (error) {
    if (!(error instanceof Conflict)) throw error;
    // Put right meanwhile by whoever holds it, or removed.
    return takeLock(place, aws, holder);
  }
}

/** The one that was looked at, or none: it lives, or somebody else was faster. */
async function replaceOr(
  refusal: LockHeld,
  place: JournalPlace,
  aws: RegionalAws,
  held: HeldLock,
  holder: LockHolder,
): Promise<string> {
  try {
    return await replaceLock(place, aws, held, holder);
  } catch (error) {
    if (!(error instanceof Conflict)) throw error;
    // Released meanwhile, or taken, which names the new holder.
    return takeLock(place, aws, holder).catch((again: unknown) => {
      throw again instanceof LockHeld ? again : refusal;
    });
  }
}
