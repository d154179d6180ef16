import { plain } from "../config/literal-text.ts";
import type { AlarmDefinition } from "../observability/alarm.ts";
import type { CopyDestination } from "./protection.ts";
import { longestGapMinutes, parseSchedule } from "./schedule.ts";
import type { BackupConfig } from "./schema.ts";

/** With a period of an hour CloudWatch looks back a week at most. */
const LONGEST_LOOK_BACK_HOURS = 168;

/**
 * Goes off when no copy into a vault completed for longer than the schedule and its windows allow.
 *
 * A copy that hangs fails no job (T17), and a plan that was deleted starts none: only the absence of success shows (T28).
 * The vault of a copy job is the one that it copies into.
 * https://docs.aws.amazon.com/aws-backup/latest/devguide/cloudwatch.html
 */
export function missingCopyAlarm(
  config: BackupConfig,
  { vaultArn, region }: CopyDestination,
): AlarmDefinition {
  const hours = Math.min(LONGEST_LOOK_BACK_HOURS, Math.ceil(longestWaitMinutes(config) / 60));
  return {
    id: "missing-copy",
    description: `No copy of the database's backup reached ${region} for ${hours} h; look at AWS Backup's copy jobs and at the key of ${vaultArn}`,
    scope: "data",
    namespace: "AWS/Backup",
    metric: "NumberOfCopyJobsCompleted",
    dimensions: { BackupVaultName: vaultArn.split(":").at(-1) ?? "" },
    statistic: "Sum",
    periodSeconds: 3600,
    evaluationPeriods: hours,
    comparison: "below",
    threshold: 1,
    missing: "breaching",
  };
}

function longestWaitMinutes(config: BackupConfig): number {
  const { schedule, startWindowMinutes, completionWindowMinutes, copyAllowanceMinutes } = config;
  const parsed = parseSchedule(plain(schedule));
  if (!parsed.ok) throw new Error(`${schedule} was accepted as a schedule, and is none: ${parsed.message}`);
  return (
    longestGapMinutes(parsed.schedule) + startWindowMinutes + completionWindowMinutes + copyAllowanceMinutes
  );
}
