import { Interrupted } from "../recovery/steps/step.ts";
import type { RecoveryWorld } from "./recovery-world.ts";

/** Waits that end when the operator has had enough. */
interface Waits {
  readonly pause: (milliseconds: number) => Promise<void>;
  /** Ctrl-C ends the process again. */
  readonly end: () => void;
}

/**
 * Lets Ctrl-C end a recovery between two things, and never within one.
 *
 * Terraform is left to end: stopping it would leave a database half made.
 */
export function interruptible({ onInterrupt, delay }: RecoveryWorld, tell: (line: string) => void): Waits {
  const stop = new AbortController();
  const end = onInterrupt(() => {
    tell(
      stop.signal.aborted
        ? "still stopping: Terraform is left to end, since what it has begun would be half made"
        : "stopping as soon as what is being done has ended; press Ctrl-C again to hear what that is",
    );
    stop.abort();
  });
  return {
    end,
    async pause(milliseconds) {
      if (stop.signal.aborted) throw new Interrupted("stopped by the operator");
      try {
        await delay(milliseconds, stop.signal);
      } catch (error) {
        if (!stop.signal.aborted) throw error;
        throw new Interrupted("stopped by the operator");
      }
    },
  };
}
