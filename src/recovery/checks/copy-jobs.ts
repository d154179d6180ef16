import type { CopyJob } from "../../aws/data.ts";
import { databaseIdentifier, recoveryVault } from "../recovery-points.ts";
import { formatAge, formatTime, minutesBetween } from "../time.ts";
import { type Check, fail, type Finding, type Inquiry, pass, warn } from "./check.ts";
import { unlessStrategy } from "./inapplicable.ts";

/** Copies into the standby's vault: jobs are known in the region that they start from. */
export const copyJobs: Check = {
  id: "copy-jobs",
  asks: "do copies into the standby's vault succeed, and do they end",
  because:
    "AWS Backup gives a copy no window and never gives up on it, so that one can hang for days unseen (T17)",
  remedy: "read the job's message, correct the cause and start the copy again",
  side: "primary",
  inapplicable: unlessStrategy("backup-copy"),
  run,
};

const DAY_MS = 86_400_000;

async function run({ subject, primary, now }: Inquiry): Promise<Finding> {
  const vault = recoveryVault(subject);
  const { copyAllowanceMinutes } = subject.primary.config.database.backup;
  const { target, worstCase } = subject.objectives.rpo;
  const expected = worstCase.bounded ? worstCase.minutes : target.minutes;
  const since = new Date(now.getTime() - Math.max(2 * DAY_MS, expected * 60_000));
  const source = `:db:${databaseIdentifier(subject)}`;
  const jobs = (await primary.copyJobs(vault?.arn ?? "", since))
    .filter(({ resourceArn }) => resourceArn.endsWith(source))
    .toSorted((a, b) => b.createdAt.getTime() - a.createdAt.getTime());
  const [last] = jobs;
  if (last === undefined)
    return fail(
      `no copy was started since ${formatTime(since)}`,
      `aws backup list-backup-jobs --region ${primary.region} --by-backup-vault-name ${subject.primary.names.of("backup")}`,
      { jobs: 0 },
    );
  const facts = { jobs: jobs.length, failed: jobs.filter(hasFailed).length };
  const ended = jobs.find((job) => !isOpen(job));
  if (ended !== undefined && hasFailed(ended))
    return fail(
      `the last one that ended, ${ended.id} of ${formatTime(ended.createdAt)}, is ${ended.state}: ${ended.message ?? "no reason given"}`,
      `aws backup describe-copy-job --region ${primary.region} --copy-job-id ${ended.id}`,
      facts,
    );
  return judgeOpen(jobs, now, {
    copyAllowanceMinutes,
    targetMinutes: target.minutes,
    facts,
    region: primary.region,
  });
}

interface Limits {
  readonly copyAllowanceMinutes: number;
  readonly targetMinutes: number;
  readonly region: string;
  readonly facts: NonNullable<Finding["facts"]>;
}

function judgeOpen(jobs: readonly CopyJob[], now: Date, limits: Limits): Finding {
  const oldest = jobs.findLast(isOpen);
  const done = jobs.find(({ state }) => state === "COMPLETED");
  const lastDone =
    done === undefined
      ? "none has completed yet"
      : `the last one completed ${formatTime(done.completedAt ?? done.createdAt)}`;
  if (oldest === undefined) return pass(`${jobs.length} in the last days, ${lastDone}`, limits.facts);
  const runningMinutes = minutesBetween(oldest.createdAt, now);
  const facts = { ...limits.facts, runningMinutes };
  const evidence = `${oldest.id} runs for ${formatAge(runningMinutes)}, allowed are ${formatAge(limits.copyAllowanceMinutes)}; ${lastDone}`;
  const remedy = `aws backup describe-copy-job --region ${limits.region} --copy-job-id ${oldest.id}`;
  if (runningMinutes > limits.targetMinutes) return fail(evidence, remedy, facts);
  return runningMinutes > limits.copyAllowanceMinutes
    ? warn(evidence, remedy, facts)
    : pass(`${oldest.id} runs for ${formatAge(runningMinutes)}, ${lastDone}`, facts);
}

const isOpen = ({ state }: CopyJob): boolean => state === "CREATED" || state === "RUNNING";
const hasFailed = ({ state }: CopyJob): boolean => state === "FAILED" || state === "PARTIAL";
