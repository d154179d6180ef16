import { type Check, fail, pass } from "./check.ts";

/** What RDS would be asked to make. */
export const engine: Check = {
  id: "engine",
  asks: "does the standby's region offer the PostgreSQL version on the primary's instance class",
  because: "classes and versions differ by region, and a restore is refused when it is needed (T13)",
  remedy: "choose an instance class and a version that both regions offer",
  side: "standby",
  async run({ subject, standby }) {
    const { engineVersion: major, instanceClass, multiAz } = subject.primary.config.database;
    const { file } = subject.pair.primary;
    const offered = await standby.offeredVersions(instanceClass);
    const look = `aws rds describe-orderable-db-instance-options --region ${standby.region} --engine postgres --query "OrderableDBInstanceOptions[].[EngineVersion,DBInstanceClass]" --output text`;
    if (offered.length === 0)
      return fail(
        `${standby.region} offers no PostgreSQL on ${instanceClass}`,
        `# choose another database.instanceClass in ${file}\n${look}`,
        { offered: 0 },
      );
    const versions = [
      ...new Set(
        offered.filter((one) => one.engineVersion.split(".")[0] === major).map((one) => one.engineVersion),
      ),
    ];
    const facts = { versions: versions.join(","), instanceClass };
    if (versions.length === 0)
      return fail(
        `${standby.region} offers no PostgreSQL ${major} on ${instanceClass}`,
        `# choose another database.engineVersion in both files of the pair\n${look}`,
        facts,
      );
    if (multiAz && !offered.some((one) => one.multiAz))
      return fail(
        `${standby.region} offers ${instanceClass} in one zone only`,
        `# choose another database.instanceClass in ${file}\n${look}`,
        facts,
      );
    return pass(`PostgreSQL ${versions.join(", ")} on ${instanceClass}${multiAz ? ", multi-AZ" : ""}`, facts);
  },
};
