import { hostname } from "node:os";
import type { RegionalAws } from "../../aws/port.ts";
import { quoted } from "../commands.ts";
import { readStateLock, type StateLock } from "../state.ts";
import { StepFailed } from "../steps/step.ts";
import { timeText } from "../steps/wait.ts";
import { formatTime } from "../time.ts";
import { begunIn } from "./process.ts";

/** Where a stack's state lies. */
export interface StatePlace {
  readonly region: string;
  readonly bucket: string;
  readonly key: string;
}

/** What is done about a lock on it. */
export interface LockSettings {
  readonly stack: string;
  readonly directory: string;
  readonly place: StatePlace;
  readonly aws: RegionalAws;
  /** Id of a lock that the operator gives up. */
  readonly unlock: string | undefined;
  readonly now: () => Date;
  readonly pause: (milliseconds: number) => Promise<void>;
  readonly tell: (line: string) => void;
  readonly release: (id: string) => Promise<void>;
}

const LOOK_MS = 5000;

/** An operator who hears nothing for longer thinks that it hangs. */
const TELL_MS = 30_000;

/** A plan of somebody else's pipeline is over by then. */
const PATIENCE_MS = 60_000;

/** The lock is taken by Terraform itself, a moment after it was begun; two clocks differ. */
const SLACK_MS = 60_000;

/**
 * Waits until a state is free, or releases a lock that nobody holds any more (T34).
 *
 * @throws StepFailed that says whose lock it is, and how it is given up
 */
export async function awaitStateLock(settings: LockSettings): Promise<void> {
  const { place, aws, directory, now, pause, tell, stack } = settings;
  const startedAt = now().getTime();
  let toldAt = Number.NEGATIVE_INFINITY;
  const remind = (waited: number, line: string): void => {
    if (waited - toldAt < TELL_MS) return;
    tell(line);
    toldAt = waited;
  };
  for (;;) {
    const lock = await readStateLock(aws, place.bucket, place.key);
    const waited = now().getTime() - startedAt;
    const begun = begunIn(directory);
    // A plan or an apply without a lock is about to take it, or to end.
    if (begun?.isAlive === true && (lock !== undefined || waited < PATIENCE_MS)) {
      remind(
        waited,
        `Terraform of an earlier attempt (process ${begun.pid}) still works on ${stack}, and is left to end (${timeText(waited, undefined)})`,
      );
    } else if (lock === undefined) {
      return;
    } else if (isAbandoned(lock, begun?.startedAt) || lock.id === settings.unlock) {
      tell(
        `releasing the state lock of ${stack}: ${lock.who} took it at ${formatTime(lock.createdAt)} for ${lock.operation}, and is gone`,
      );
      await settings.release(lock.id);
      return;
    } else if (waited >= PATIENCE_MS) {
      throw locked(stack, place, lock);
    } else {
      remind(
        waited,
        `waiting for the state lock of ${stack}: ${lock.who} holds it since ${formatTime(lock.createdAt)} for ${lock.operation} (${timeText(waited, 1)})`,
      );
    }
    await pause(LOOK_MS);
  }
}

/** Taken on this machine by the Terraform of an attempt that is gone. */
const isAbandoned = ({ who, createdAt }: StateLock, begunAt: Date | undefined): boolean =>
  begunAt !== undefined &&
  who.endsWith(`@${hostname()}`) &&
  createdAt.getTime() >= begunAt.getTime() - SLACK_MS;

const locked = (stack: string, { bucket, key }: StatePlace, lock: StateLock): StepFailed =>
  new StepFailed(
    `the state of ${stack} is locked: ${lock.who} holds it since ${formatTime(lock.createdAt)} for ${lock.operation}`,
    `nothing was planned; the lock is s3://${bucket}/${key}.tflock`,
    [`# ask ${lock.who}; only when nothing runs there any more:`],
    ["--unlock-state", quoted(lock.id)],
  );
