import { DamagedLock, type HeldLock, readLock } from "../journal/lock.ts";
import { formatAge, formatTime, minutesBetween } from "../time.ts";
import { type Check, fail, pass, warn } from "./check.ts";

/** Whether someone is at it already. */
export const recoveryLock: Check = {
  id: "recovery-lock",
  asks: "does nobody else work on this environment's recovery",
  because: "two operators at once undo each other's steps",
  remedy: "talk to the holder; remove a lock that can't be read, once nobody works on the recovery",
  side: "standby",
  async run({ place, aws, now }) {
    let held: HeldLock | undefined;
    try {
      held = await readLock(place, aws.in(place.region));
    } catch (error) {
      if (!(error instanceof DamagedLock)) throw error;
      return fail(`${error.message}: nobody can say who works on the recovery`, error.remedy);
    }
    if (held === undefined) return pass("free");
    const { operator, host, verb, runId, takenAt } = held.holder;
    const ageMinutes = minutesBetween(new Date(takenAt), now);
    return warn(
      `${operator} on ${host} holds it since ${formatTime(new Date(takenAt))}, ${formatAge(ageMinutes)}, for ${verb}`,
      `# ask its holder; how far the run has come:\nnpm run dr -- status`,
      { operator, host, verb, runId, ageMinutes },
    );
  },
};
