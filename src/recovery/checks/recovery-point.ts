import { candidatesOf, databaseIdentifier, newestUsable, recoveryVault } from "../recovery-points.ts";
import type { Subject } from "../subject.ts";
import { formatAge, formatTime, minutesBetween } from "../time.ts";
import { type Check, fail, type Finding, type Inquiry, pass, unknown, warn } from "./check.ts";
import { withoutRecovery } from "./inapplicable.ts";

/** A recovery point that is complete, has not expired and is younger than the RPO. */
export const recoveryPoint: Check = {
  id: "recovery-point",
  asks: "is there a complete recovery point in the standby's region, younger than the RPO",
  because:
    "it decides how much data is lost; one that is expired, partial or still being copied restores nothing",
  remedy: "start a backup in the primary's region, and see copy-jobs for why its copies do not arrive",
  side: "standby",
  inapplicable: withoutRecovery,
  run,
};

async function run({ subject, standby, now }: Inquiry): Promise<Finding> {
  const { project, pair } = subject;
  const vault = recoveryVault(subject);
  if (vault !== undefined && vault.accountId !== project.accountId) {
    const remedy = `# with credentials of ${vault.accountId}\naws backup list-recovery-points-by-backup-vault --region ${standby.region} --backup-vault-name ${vault.name}`;
    return unknown(`the vault belongs to account ${vault.accountId}`, remedy);
  }
  const candidates = await candidatesOf(subject, standby, now);
  if (candidates === undefined)
    return fail(
      `${vault?.name ?? "the replicated backup"} does not exist in ${standby.region}`,
      `npx cdktf deploy ${pair.standby.name}`,
    );
  const newest = newestUsable(candidates);
  if (newest === undefined) {
    const others = candidates.map(({ unusable = "" }) => unusable);
    const seen =
      others.length === 0
        ? "none at all"
        : `${others.length}, all unusable: ${[...new Set(others)].join(", ")}`;
    return fail(`no usable recovery point, got ${seen}`, makeOne(subject), {
      usable: 0,
      found: others.length,
    });
  }
  return judge(subject, newest.arn, newest.createdAt, now, candidates.length);
}

function judge(
  { objectives, ...subject }: Subject,
  arn: string,
  createdAt: Date,
  now: Date,
  found: number,
): Finding {
  const { target, worstCase } = objectives.rpo;
  const ageMinutes = minutesBetween(createdAt, now);
  const facts = { ageMinutes, targetMinutes: target.minutes, createdAt: createdAt.toISOString(), arn, found };
  const age = `newest is ${formatAge(ageMinutes)} old (${formatTime(createdAt)})`;
  const objective = `the RPO is ${formatAge(target.minutes)}`;
  const remedy = makeOne({ objectives, ...subject });
  if (ageMinutes > target.minutes) return fail(`${age}, ${objective}`, remedy, facts);
  if (worstCase.bounded && ageMinutes > worstCase.minutes)
    return warn(
      `${age}; by the schedule it is never older than ${formatAge(worstCase.minutes)}, ${objective}`,
      remedy,
      facts,
    );
  return pass(`${age}, ${objective}`, facts);
}

/** What gives a new one, on each path. */
function makeOne(subject: Subject): string {
  const { pair } = subject;
  switch (pair.standby.config.database.recovery?.strategy) {
    case "backup-copy":
      return backUpAndCopy(subject);
    case "automated-backups":
      return "npm run dr -- readiness --only automated-backups,keys";
    case "manual-snapshot":
    case undefined:
      return snapshotAndCopy(subject);
  }
}

function backUpAndCopy(subject: Subject): string {
  const { primary, project } = subject;
  const { region, names } = primary;
  const vault = `--region ${region} --backup-vault-name ${names.of("backup")}`;
  const role = `--iam-role-arn arn:aws:iam::${project.accountId}:role/${names.of("backup")}`;
  const source = `arn:aws:rds:${region}:${project.accountId}:db:${databaseIdentifier(subject)}`;
  const newest = `$(aws backup list-recovery-points-by-backup-vault ${vault} --query "sort_by(RecoveryPoints[?Status=='COMPLETED'],&CreationDate)[-1].RecoveryPointArn" --output text)`;
  const destination = recoveryVault(subject)?.arn ?? "";
  return [
    `aws backup start-backup-job ${vault} --resource-arn ${source} ${role}`,
    "# once it has completed",
    `aws backup start-copy-job --region ${region} --source-backup-vault-name ${names.of("backup")} --recovery-point-arn ${newest} --destination-backup-vault-arn ${destination} ${role}`,
  ].join("\n");
}

function snapshotAndCopy(subject: Subject): string {
  const { primary, standby } = subject;
  const { region, names, project } = primary;
  const source = `arn:aws:rds:${region}:${project.accountId}:snapshot:$SNAPSHOT`;
  return [
    `SNAPSHOT=${names.of("database")}-$(date +%Y%m%d%H%M)`,
    `aws rds create-db-snapshot --region ${region} --db-instance-identifier ${databaseIdentifier(subject)} --db-snapshot-identifier $SNAPSHOT`,
    `aws rds wait db-snapshot-available --region ${region} --db-snapshot-identifier $SNAPSHOT`,
    `aws rds copy-db-snapshot --region ${standby.region} --source-region ${region} --source-db-snapshot-identifier ${source} --target-db-snapshot-identifier $SNAPSHOT --kms-key-id alias/${standby.names.of("data")}`,
  ].join("\n");
}
