import { checkActivation } from "../../activation/check-activation.ts";
import { recoveryPointSchema } from "../../activation/schema.ts";
import type { RegionalAws } from "../../aws/port.ts";
import type { Key } from "../../aws/data.ts";
import { enable } from "../checks/recovery-point-key.ts";
import { restoredFrom } from "../record.ts";
import { type Candidate, candidatesOf, newestUsable, recoveryVault } from "../recovery-points.ts";
import type { Subject } from "../subject.ts";
import { formatAge, formatTime, minutesBetween } from "../time.ts";
import { StepFailed } from "./step.ts";

/** What a person asked for; the newest that can be restored otherwise. */
export interface PointChoice {
  /** ARN of a snapshot or of a replicated automated backup. */
  readonly arn?: string | undefined;
  /** A moment of the replicated automated backup. */
  readonly restoreTime?: Date | undefined;
}

/** What the database will be restored from. */
export interface RestorablePoint {
  readonly arn: string;
  readonly createdAt: Date;
  readonly engineVersion: string;
  /** Allocated storage; undefined where AWS does not say it. */
  readonly storageGiB?: number | undefined;
}

const NOTHING_DONE = "nothing was restored, and no file was written";

/**
 * Chooses what to restore, and refuses what would fail hours later.
 *
 * @throws StepFailed that says why nothing can be restored, and what would change that
 */
export async function choosePoint(
  subject: Subject,
  standby: RegionalAws,
  choice: PointChoice,
  now: Date,
): Promise<RestorablePoint> {
  const candidates = (await candidatesOf(subject, standby, now)) ?? [];
  const chosen =
    choice.arn === undefined
      ? (newestUsable(candidates) ?? nothingUsable(subject, candidates))
      : await named(choice.arn, candidates, standby);
  const snapshot =
    chosen.kind === "snapshot" && (chosen.engineVersion === undefined || choice.arn !== undefined)
      ? await standby.snapshot(chosen.arn)
      : undefined;
  const engineVersion = chosen.engineVersion ?? snapshot?.engineVersion;
  if (engineVersion === undefined)
    throw new StepFailed(`${chosen.arn} is listed, and RDS has no such snapshot`, NOTHING_DONE, [
      "# choose another one with --recovery-point",
      listCommand(subject),
    ]);
  refuseVersion(subject, chosen.arn, engineVersion);
  // RDS knows the key; a vault's list may leave it out (T67).
  await refuseKey(subject, standby, snapshot === undefined ? chosen : { ...chosen, keyArn: snapshot.keyArn });
  const point = {
    arn: chosen.arn,
    createdAt: momentOf(chosen, choice.restoreTime),
    engineVersion,
    // AWS may say nothing of it: then the file's sizes hold.
    storageGiB: (chosen.storageGiB ?? snapshot?.storageGiB) || undefined,
  };
  refuseUnrecordable(subject, point);
  return point;
}

/** `2026-03-10 07:00Z, 5 h old`. */
export const ageText = (createdAt: Date, now: Date): string =>
  `${formatTime(createdAt)}, ${formatAge(minutesBetween(createdAt, now))} old`;

function nothingUsable(subject: Subject, candidates: readonly Candidate[]): never {
  const { project } = subject;
  const vault = recoveryVault(subject);
  if (vault !== undefined && vault.accountId !== project.accountId)
    throw new StepFailed(
      `the recovery points lie in ${vault.name} of account ${vault.accountId}, and AWS restores from this account only`,
      NOTHING_DONE,
      [
        `# with credentials of ${vault.accountId} copy the newest one to ${project.accountId}, then name it with --recovery-point`,
      ],
    );
  const seen = candidates.map(
    ({ unusable = "", createdAt }) => `${unusable.split(":")[0]} of ${formatTime(createdAt)}`,
  );
  const isComing = candidates.some(({ unusable = "" }) =>
    /^(CREATING|AVAILABLE|creating|copying)/.test(unusable),
  );
  throw new StepFailed(
    seen.length === 0
      ? `there is no recovery point in ${subject.standby.region}`
      : `none of ${seen.length} recovery points can be restored: ${seen.slice(0, 5).join(", ")}`,
    NOTHING_DONE,
    [
      isComing
        ? "# one is being copied: this command goes on when it is complete"
        : "# look for a snapshot in the primary's region, if that answers, and copy it; then name it with --recovery-point",
      listCommand(subject),
    ],
  );
}

async function named(
  arn: string,
  candidates: readonly Candidate[],
  standby: RegionalAws,
): Promise<Candidate> {
  const known = candidates.find((candidate) => candidate.arn === arn);
  if (known?.unusable !== undefined)
    throw new StepFailed(`${arn} can't be restored: ${known.unusable}`, NOTHING_DONE, [
      "# name another one with --recovery-point, or leave it out for the newest that can",
    ]);
  if (known !== undefined) return known;
  const snapshot = await standby.snapshot(arn);
  if (snapshot === undefined || snapshot.status !== "available")
    throw new StepFailed(
      `${arn} can't be restored: ${snapshot === undefined ? `there is no such snapshot in ${standby.region}` : snapshot.status}`,
      NOTHING_DONE,
      ["# name another one with --recovery-point, or leave it out for the newest that can"],
    );
  const unknowns = { unusable: undefined, expiresAt: undefined };
  return { kind: "snapshot", ...snapshot, ...unknowns };
}

function momentOf({ kind, createdAt, restorableFrom, arn }: Candidate, restoreTime: Date | undefined): Date {
  if (restoreTime === undefined) return createdAt;
  if (kind === "snapshot")
    throw new StepFailed(`${arn} is a snapshot, and holds one moment only`, NOTHING_DONE, [
      "# leave --restore-time out; only replicated automated backups have it",
    ]);
  if (restoreTime > createdAt)
    throw new StepFailed(
      `${formatTime(restoreTime)} was not replicated yet; the latest moment is ${formatTime(createdAt)}`,
      NOTHING_DONE,
      [`# give --restore-time ${createdAt.toISOString()} or earlier`],
    );
  if (restorableFrom !== undefined && restoreTime < restorableFrom)
    throw new StepFailed(
      `${formatTime(restoreTime)} is not kept any more; the earliest moment is ${formatTime(restorableFrom)}`,
      NOTHING_DONE,
      [`# give --restore-time ${restorableFrom.toISOString()} or later`],
    );
  return restoreTime;
}

function refuseVersion({ pair }: Subject, arn: string, engineVersion: string): void {
  const wanted = pair.standby.config.database.engineVersion;
  if (engineVersion.split(".")[0] === wanted) return;
  throw new StepFailed(
    `${arn} is of PostgreSQL ${engineVersion}, and ${pair.standby.name} of ${wanted}`,
    NOTHING_DONE,
    [`# set database.engineVersion of the pair to ${engineVersion.split(".")[0]}, or choose another one`],
  );
}

/** What the activation record can't hold would lock every command once it was written. */
function refuseUnrecordable({ pair, project }: Subject, point: RestorablePoint): void {
  const { name, file, region, config } = pair.standby;
  const { engineVersion } = config.database;
  const parsed = recoveryPointSchema.safeParse(restoredFrom(point));
  const problems = parsed.success
    ? [
        ...checkActivation(
          { recoveryPoint: parsed.data, posture: "restored", hardened: false },
          { file, region, accountId: project.accountId, kind: "standby", engineVersion },
        ),
      ].map(({ message }) => message)
    : parsed.error.issues.map(({ path, message }) => `${path.join(".")}: ${message}`);
  if (problems.length === 0) return;
  throw new StepFailed(
    `${point.arn} of PostgreSQL ${point.engineVersion} can't stand in ${name}.activation.json: ${problems.join(", ")}`,
    NOTHING_DONE,
    ["# name another one with --recovery-point, or leave it out for the newest that can be restored"],
  );
}

/** A restored instance keeps the key of its snapshot, and any other one plans as a replacement (T18). */
async function refuseKey(subject: Subject, standby: RegionalAws, { arn, keyArn }: Candidate): Promise<void> {
  const alias = `alias/${subject.standby.names.of("data")}`;
  const key: Key | undefined = await standby.key(alias);
  if (key === undefined || keyArn !== key.arn)
    throw new StepFailed(
      `${arn} is encrypted with ${keyArn ?? "nothing"}, and the data key of ${subject.standby.name} is ${key?.arn ?? "missing"}`,
      NOTHING_DONE,
      [
        "# copy it with that key, then name the copy with --recovery-point",
        `aws rds copy-db-snapshot --region ${standby.region} --source-db-snapshot-identifier ${arn} --target-db-snapshot-identifier ${subject.standby.name}-recovery --kms-key-id ${alias}`,
      ],
    );
  if (key.state !== "Enabled")
    throw new StepFailed(`the data key ${alias} is ${key.state}: nothing can be restored`, NOTHING_DONE, [
      enable(key, standby.region),
    ]);
}

const listCommand = (subject: Subject): string => {
  const vault = recoveryVault(subject);
  return vault === undefined
    ? "npm run dr -- readiness --only recovery-point"
    : `aws backup list-recovery-points-by-backup-vault --region ${subject.standby.region} --backup-vault-name ${vault.name}`;
};
