import { sizedFor } from "../../database/storage.ts";
import { storageLimit } from "../../objectives/steps.ts";
import { candidatesOf, newestUsable } from "../recovery-points.ts";
import { type Check, fail, pass, warn } from "./check.ts";
import { raiseQuota } from "./quota.ts";
import { postureOf } from "./inapplicable.ts";

/** One instance more, since the restored one is made while the empty one is still there. */
const NEEDED_INSTANCES = 1;

/** Room for the restored database. */
export const databaseQuota: Check = {
  id: "database-quota",
  asks: "do the RDS quotas of the standby's region leave room for the restored database",
  because: "a quota is raised by a request that takes hours or days (T46)",
  remedy: "request a higher quota now",
  side: "standby",
  inapplicable: (subject) =>
    postureOf(subject) === "standby"
      ? undefined
      : `${subject.standby.name} is ${postureOf(subject)}: nothing is restored beside its database`,
  async run({ subject, standby, now }) {
    const [instances, storage, candidates] = await Promise.all([
      standby.databaseInstances(),
      standby.databaseStorageGiB(),
      candidatesOf(subject, standby, now),
    ]);
    const newest = newestUsable(candidates ?? []);
    const { storageGiB } = sizedFor(subject.primary.config.database, newest?.storageGiB);
    const limitGiB = Math.max(storageLimit(subject.pair).gib, storageGiB);
    const facts = {
      instancesUsed: instances.used,
      instancesQuota: instances.quota,
      storageUsedGiB: storage.used,
      storageQuotaGiB: storage.quota,
    };
    const seen = `${instances.used} of ${instances.quota} instances, ${storage.used} of ${storage.quota} GiB`;
    const free = storage.quota - storage.used;
    if (instances.used + NEEDED_INSTANCES > instances.quota)
      return fail(
        `${seen}; one more instance is needed`,
        raiseQuota("rds", "L-7B6409FD", instances.used + 2, standby.region),
        facts,
      );
    if (free < storageGiB)
      return fail(
        `${seen}; ${storageGiB} GiB are needed`,
        raiseQuota("rds", "L-7ADDB58A", storage.used + limitGiB, standby.region),
        facts,
      );
    if (free < limitGiB)
      return warn(
        `${seen}; storage may have grown to ${limitGiB} GiB`,
        raiseQuota("rds", "L-7ADDB58A", storage.used + limitGiB, standby.region),
        facts,
      );
    return pass(seen, facts);
  },
};
