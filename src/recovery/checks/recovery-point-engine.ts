import { maximumNote } from "../../database/storage.ts";
import { candidatesOf, newestUsable } from "../recovery-points.ts";
import { type Check, fail, pass, unknown, warn } from "./check.ts";
import { withoutRecovery } from "./inapplicable.ts";

/** Whether RDS would take the recovery point. */
export const recoveryPointEngine: Check = {
  id: "recovery-point-engine",
  asks: "can the recovery point be restored as the configured PostgreSQL version, in the configured storage",
  because: "a major version that differs is refused by the activation, and a volume never shrinks (T21)",
  remedy: "give both members of the pair the version and storage that the primary really has",
  side: "standby",
  inapplicable: withoutRecovery,
  async run({ subject, standby, now }) {
    const { database } = subject.primary.config;
    const { engineVersion: major, instanceClass } = database;
    const [candidates, offered] = await Promise.all([
      candidatesOf(subject, standby, now),
      standby.offeredVersions(instanceClass),
    ]);
    const newest = newestUsable(candidates ?? []);
    if (newest === undefined)
      return unknown("there is no usable recovery point", "npm run dr -- readiness --only recovery-point");
    const { engineVersion } = newest;
    if (engineVersion === undefined)
      return unknown(
        `the snapshot behind ${newest.arn} is not there`,
        `aws rds describe-db-snapshots --region ${standby.region} --db-snapshot-identifier ${newest.arn}`,
      );
    const facts = {
      engineVersion,
      configured: major,
      storageGiB: newest.storageGiB ?? null,
      offered: offered.some((one) => `${one.engineVersion}.`.startsWith(`${engineVersion}.`)),
    };
    if (engineVersion.split(".")[0] !== major)
      return fail(
        `holds PostgreSQL ${engineVersion}, while ${subject.pair.standby.file} says ${major}`,
        `# set database.engineVersion to "${engineVersion.split(".")[0] ?? ""}" in ${subject.pair.primary.file} and ${subject.pair.standby.file}`,
        facts,
      );
    if (!facts.offered)
      return warn(
        `holds PostgreSQL ${engineVersion}, which ${standby.region} no longer offers on ${instanceClass}; RDS upgrades it while it restores, which takes longer`,
        `# wait for the next copy after the upgrade\naws rds describe-pending-maintenance-actions --region ${subject.primary.region}`,
        facts,
      );
    const note = maximumNote(database, newest.storageGiB);
    return pass(
      `PostgreSQL ${engineVersion}, offered in ${standby.region} on ${instanceClass}${note === undefined ? "" : `; ${note}`}`,
      facts,
    );
  },
};
