import { factsOf } from "../../compute/facts.ts";
import type { SavedState } from "../../compute/saved-state.ts";
import type { Subject } from "../subject.ts";
import { formatAge, formatTime, minutesBetween } from "../time.ts";
import { type Check, fail, pass, warn } from "./check.ts";
import { postureOf } from "./inapplicable.ts";

/** What the standby's first server would restore. */
export const clusterState: Check = {
  id: "cluster-state",
  asks: "is the cluster's own state in the standby's region, as new as its schedule says, with what opens it",
  because:
    "without it the standby begins an empty cluster: the service comes up, and whatever else ran on the cluster does not (T11)",
  remedy: "look at the replication of the primary's bucket, and at pilot-light.service on its servers",
  side: "standby",
  inapplicable: (subject) => {
    if (savedState(subject) === undefined)
      return `the cluster of ${subject.primary.name} keeps no state that is copied to the standby`;
    return postureOf(subject) === "standby" ? undefined : `${subject.standby.name} runs its own cluster`;
  },
  async run({ subject, standby, now }) {
    const { bucket, prefix, intervalMinutes, read } = savedState(subject) ?? NOTHING;
    const keys = await standby.list(bucket, prefix);
    const copies = keys.flatMap((key) => read(key) ?? []);
    const newest = copies.toSorted((a, b) => b.savedAt.getTime() - a.savedAt.getTime())[0];
    const look = `aws s3 ls --region ${subject.primary.region} s3://${savedState(subject, "primary")?.bucket ?? bucket}/${prefix}`;
    if (newest === undefined) return fail(`no state of the cluster in ${bucket}`, look, { found: 0 });
    const ageMinutes = minutesBetween(newest.savedAt, now);
    const facts = { found: copies.length, ageMinutes, intervalMinutes };
    const seen = `newest is ${formatAge(ageMinutes)} old (${formatTime(newest.savedAt)}), saved every ${formatAge(intervalMinutes)}`;
    if ((await standby.head(bucket, newest.needs)) === undefined)
      return fail(`${seen}; ${newest.needs} has not arrived, and nothing opens it without`, look, facts);
    return ageMinutes > intervalMinutes + LATE_MINUTES ? warn(seen, look, facts) : pass(seen, facts);
  },
};

/** For a snapshot to be saved, and for its copy to arrive. */
const LATE_MINUTES = 30;

const NOTHING: SavedState = { bucket: "", prefix: "", intervalMinutes: 0, read: () => undefined };

const savedState = (subject: Subject, member: "primary" | "standby" = "standby"): SavedState | undefined =>
  factsOf(subject.primary.config.compute).savedState?.(subject[member].names);
