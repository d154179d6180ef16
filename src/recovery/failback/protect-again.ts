import type { RegionalAws } from "../../aws/port.ts";
import {
  candidatesOf,
  databaseIdentifier,
  newestUsable,
  recoveryVault,
  type RecoveryVault,
} from "../recovery-points.ts";
import type { RecoveryContext } from "../steps/step.ts";
import { type Sight, waitFor } from "../steps/wait.ts";
import type { Subject } from "../subject.ts";
import { formatTime } from "../time.ts";
import { attempts } from "./attempts.ts";

const EVERY_MS = 15_000;
const LONGEST_MINUTES = 24 * 60;

/** Evidence that the standby can restore what the primary has now, and not before the return; undefined while it can't. */
export async function isProtected({
  subject,
  standby,
  now,
  run,
}: RecoveryContext): Promise<string | undefined> {
  const found = newestUsable((await candidatesOf(await subject(), standby, now())) ?? []);
  if (found === undefined || found.createdAt < new Date(run().start.at)) return undefined;
  return `${found.arn} of ${formatTime(found.createdAt)} can be restored in ${standby.region}`;
}

/**
 * Waits until the standby has a first recovery point of the primary's database, and makes one where that can be done.
 *
 * Until then another disaster loses everything since the database was restored.
 */
export async function protectAgain(context: RecoveryContext): Promise<string> {
  const subject = await context.subject();
  const strategy = subject.pair.standby.config.database.recovery?.strategy;
  switch (strategy) {
    case undefined:
      return "no way of recovery is configured: nothing protects the database in another region";
    case "manual-snapshot":
      return `copies are made by hand: take a snapshot of ${databaseIdentifier(subject)} and copy it now`;
    case "automated-backups":
      return waitUntilProtected(context, async () => "RDS has not replicated anything yet");
    case "backup-copy": {
      const vault = recoveryVault(subject);
      if (vault === undefined) return "no vault receives copies";
      return waitUntilProtected(context, bringing(context, subject, vault));
    }
  }
}

const waitUntilProtected = (context: RecoveryContext, advance: () => Promise<string>): Promise<string> =>
  waitFor(context, {
    what: "for the first recovery point in the standby's region",
    expectedMinutes: undefined,
    longestMinutes: LONGEST_MINUTES,
    everyMs: EVERY_MS,
    next: ["npm run dr -- readiness --only recovery-point,copy-jobs,automated-backups"],
    probe: async (): Promise<Sight> => {
      const evidence = (await isProtected(context)) ?? (await copiedElsewhere(context));
      if (evidence !== undefined) return { done: true, evidence };
      return { done: false, progress: await advance() };
    },
  });

/** Of another account's vault only the copy job can be seen from here. */
async function copiedElsewhere({ subject, primary, run }: RecoveryContext): Promise<string | undefined> {
  const about = await subject();
  const vault = recoveryVault(about);
  if (vault === undefined || vault.accountId === about.project.accountId) return undefined;
  const source = `:db:${databaseIdentifier(about)}`;
  const jobs = await primary.copyJobs(vault.arn, new Date(run().start.at));
  const done = jobs.find(({ state, resourceArn }) => state === "COMPLETED" && resourceArn.endsWith(source));
  return done && `copy ${done.id} has reached ${vault.arn}`;
}

/** That the standby can restore what the primary has, where that is not left to a person. */
export async function protectionContradiction(context: RecoveryContext): Promise<string | undefined> {
  const { pair } = await context.subject();
  const strategy = pair.standby.config.database.recovery?.strategy;
  if (strategy === undefined || strategy === "manual-snapshot") return undefined;
  const found = (await isProtected(context)) ?? (await copiedElsewhere(context));
  return found === undefined
    ? `nothing that is younger than this return can be restored in ${context.standby.region}`
    : undefined;
}

/**
 * Backs the database up at once and copies that, since the next scheduled backup may be half a day away.
 *
 * @returns what brings it one look further
 */
function bringing(
  { primary: aws, run }: RecoveryContext,
  subject: Subject,
  vault: RecoveryVault,
): () => Promise<string> {
  const { primary, project } = subject;
  const { retentionDays, copyRetentionDays } = primary.config.database.backup;
  const vaultName = primary.names.of("backup");
  const databaseArn = `arn:aws:rds:${primary.region}:${project.accountId}:db:${databaseIdentifier(subject)}`;
  const { runId, at } = run().start;
  const since = new Date(at);
  const roleArn = `arn:aws:iam::${project.accountId}:role/${primary.names.of("backup")}`;
  const backUp = attempts({
    what: `the backup of ${databaseArn}`,
    jobs: () => aws.backupJobs(databaseArn, since),
    describe: `aws backup describe-backup-job --region ${primary.region} --backup-job-id`,
    start: (attempt) =>
      aws.startBackup({
        roleArn,
        token: `backup-${runId}-${attempt}`,
        retentionDays,
        vaultName,
        databaseArn,
      }),
  });
  const copy = attempts({
    what: `the copy of ${databaseArn} to ${vault.arn}`,
    jobs: async () =>
      (await aws.copyJobs(vault.arn, since)).filter(({ resourceArn }) => resourceArn === databaseArn),
    describe: `aws backup describe-copy-job --region ${primary.region} --copy-job-id`,
    start: async (attempt) => {
      const point = await firstIn(aws, vaultName, databaseArn, since);
      if (point === undefined) return;
      await aws.startCopy({
        roleArn,
        token: `copy-${runId}-${attempt}`,
        retentionDays: copyRetentionDays,
        recoveryPointArn: point.arn,
        fromVaultName: vaultName,
        toVaultArn: vault.arn,
      });
    },
  });
  return async () => ((await firstIn(aws, vaultName, databaseArn, since)) === undefined ? backUp() : copy());
}

async function firstIn(aws: RegionalAws, vaultName: string, database: string, since: Date) {
  const points = (await aws.recoveryPoints(vaultName)) ?? [];
  return points
    .filter(
      ({ resourceArn, createdAt, status }) =>
        resourceArn === database && createdAt >= since && status === "COMPLETED",
    )
    .toSorted((a, b) => a.createdAt.getTime() - b.createdAt.getTime())
    .at(0);
}
