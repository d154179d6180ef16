import { isReplicating } from "../../aws/data.ts";
import { formatAge, formatTime, minutesBetween } from "../time.ts";
import { type Check, fail, pass, warn } from "./check.ts";
import { unlessStrategy } from "./inapplicable.ts";

/** The replication of RDS's own backups, which says that it replicates long after it has stopped. */
export const automatedBackups: Check = {
  id: "automated-backups",
  asks: "does RDS replicate snapshots and logs, and up to which moment can be restored",
  because:
    "it stops without a word when a key is disabled or a region opted out; only the latest restorable time tells (T26)",
  remedy: "enable the key, and start the replication again from the standby's region",
  side: "standby",
  inapplicable: unlessStrategy("automated-backups"),
  async run({ subject, standby, now }) {
    const { replicated } = subject.standby.protection;
    const source = replicated?.instanceArn ?? "";
    const restart = `aws rds start-db-instance-automated-backups-replication --region ${standby.region} --source-db-instance-arn ${source} --backup-retention-period ${replicated?.retentionDays ?? 14} --kms-key-id alias/${subject.standby.names.of("data")}`;
    const backup = await standby.replicatedBackup(source);
    if (backup === undefined)
      return fail(
        `${standby.region} receives nothing of ${source}`,
        `npx cdktf deploy ${subject.standby.name}`,
      );
    const { status, restorableUntil } = backup;
    if (!isReplicating(backup)) return fail(`the replication is ${status}`, restart, { status });
    if (restorableUntil === undefined)
      return fail(
        "the first snapshot has not arrived yet, so that nothing can be restored",
        `aws rds describe-db-instance-automated-backups --region ${standby.region} --db-instance-automated-backups-arn ${backup.arn}`,
        { status },
      );
    const { target, worstCase } = subject.objectives.rpo;
    const lagMinutes = minutesBetween(restorableUntil, now);
    const facts = {
      status,
      lagMinutes,
      targetMinutes: target.minutes,
      restorableUntil: restorableUntil.toISOString(),
    };
    const evidence = `restorable until ${formatTime(restorableUntil)}, ${formatAge(lagMinutes)} ago`;
    if (lagMinutes > target.minutes)
      return fail(`${evidence}; the RPO is ${formatAge(target.minutes)}`, restart, facts);
    if (worstCase.bounded && lagMinutes > worstCase.minutes)
      return warn(
        `${evidence}; allowed are ${formatAge(worstCase.minutes)}`,
        `npm run dr -- readiness --only keys,automated-backups --watch 60`,
        facts,
      );
    return pass(`${status}, ${evidence}`, facts);
  },
};
