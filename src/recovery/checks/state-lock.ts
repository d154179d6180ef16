import { stateKey } from "../../naming/names.ts";
import { quoted, resumeCommand } from "../commands.ts";
import { movingRun } from "../runs.ts";
import { readStateLock } from "../state.ts";
import { formatAge, formatTime, minutesBetween } from "../time.ts";
import { type Check, fail, pass, warn } from "./check.ts";

/** Nothing that Terraform does to a standby takes longer: a restore has three hours. */
const LONGEST_APPLY_MINUTES = 180;

/** A lock that a dead process left behind, or a copy of one. */
export const stateLock: Check = {
  id: "state-lock",
  asks: "is the standby's state free to be changed",
  because:
    "every apply waits for the lock; a stale one may sit there since long, replicated from a region that is gone (T34)",
  remedy: "ask its holder; when nothing runs any more, unlock by its id",
  side: "standby",
  async run({ subject, aws, now, history }) {
    const { standby, project } = subject;
    const { bucket, region } = standby.state;
    const lock = await readStateLock(aws.in(region), bucket, stateKey(project, standby.name));
    if (lock === undefined) return pass("not locked");
    const ageMinutes = minutesBetween(lock.createdAt, now);
    const facts = { who: lock.who, operation: lock.operation, ageMinutes, lockId: lock.id };
    const evidence = `${lock.who} holds it since ${formatTime(lock.createdAt)}, ${formatAge(ageMinutes)} ago, for ${lock.operation}`;
    const moving = movingRun((await history()).runs);
    const unlock =
      moving === undefined
        ? `terraform -chdir=cdktf.out/stacks/${standby.name} force-unlock ${quoted(lock.id)}`
        : resumeCommand(moving, standby.name, ["--unlock-state", quoted(lock.id)]);
    return ageMinutes > LONGEST_APPLY_MINUTES
      ? fail(evidence, unlock, facts)
      : warn(evidence, `# wait, or ask ${lock.who}; if nothing runs there any more:\n${unlock}`, facts);
  },
};
