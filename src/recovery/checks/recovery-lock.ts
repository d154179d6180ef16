import { readLock } from "../journal/lock.ts";
import { formatAge, formatTime, minutesBetween } from "../time.ts";
import { type Check, pass, warn } from "./check.ts";

/** Whether someone is at it already. */
export const recoveryLock: Check = {
  id: "recovery-lock",
  asks: "does nobody else work on this environment's recovery",
  because: "two operators at once undo each other's steps",
  remedy: "talk to the holder",
  side: "standby",
  async run({ place, aws, now }) {
    const held = await readLock(place, aws.in(place.region));
    if (held === undefined) return pass("free");
    const { operator, host, verb, runId, takenAt } = held.holder;
    const ageMinutes = minutesBetween(new Date(takenAt), now);
    return warn(
      `${operator} on ${host} holds it since ${formatTime(new Date(takenAt))}, ${formatAge(ageMinutes)}, for ${verb}`,
      `# ask ${operator}; how far run ${runId} has come:\nnpm run dr -- status`,
      { operator, host, verb, runId, ageMinutes },
    );
  },
};
