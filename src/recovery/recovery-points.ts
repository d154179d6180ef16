import type { Snapshot } from "../aws/data.ts";
import type { RegionalAws } from "../aws/port.ts";
import { parseArn } from "../config/fields.ts";
import { identifierOf } from "../database/source.ts";
import type { Subject } from "./subject.ts";

/** Something that the standby's database could be restored from, usable or not. */
export interface Candidate {
  readonly kind: "snapshot" | "point-in-time";
  readonly arn: string;
  /** When its data was taken; of a point in time the latest that can be restored. */
  readonly createdAt: Date;
  /** Earliest moment of a point in time; undefined where RDS does not say it. */
  readonly restorableFrom?: Date | undefined;
  /** Why it can't be restored now; undefined when it can. */
  readonly unusable: string | undefined;
  readonly expiresAt: Date | undefined;
  readonly encrypted: boolean;
  readonly keyArn: string | undefined;
  /** Undefined when only its vault is known, and not the snapshot. */
  readonly engineVersion: string | undefined;
  readonly storageGiB: number | undefined;
}

/** Where the copies lie; an explicit ARN may name another account's vault. */
export interface RecoveryVault {
  readonly name: string;
  readonly arn: string;
  readonly accountId: string;
}

/** The vault that receives the copies; undefined without backup copies. */
export function recoveryVault({ primary, pair }: Subject): RecoveryVault | undefined {
  if (pair.standby.config.database.recovery?.strategy !== "backup-copy") return undefined;
  const arn = primary.protection.copyTo?.vaultArn;
  const parsed = arn === undefined ? undefined : parseArn(arn);
  if (arn === undefined || parsed === undefined) return undefined;
  return { arn, name: parsed.resource.replace(/^backup-vault:/, ""), accountId: parsed.accountId };
}

/**
 * Identifier of the primary's database.
 *
 * After a return it is another one than before the disaster, and what was copied of the old one lacks all that was written
 * since: it is no recovery point of this one.
 */
export const databaseIdentifier = ({ primary }: Subject): string =>
  identifierOf(primary.names, primary.recoveryPoint);

/**
 * What the database could be restored from in the standby's region, newest first.
 *
 * @returns undefined when the place where they should lie does not exist
 */
export async function candidatesOf(
  subject: Subject,
  standby: RegionalAws,
  now: Date,
): Promise<readonly Candidate[] | undefined> {
  const found = await candidatesByStrategy(subject, standby, now);
  return found?.toSorted((a, b) => b.createdAt.getTime() - a.createdAt.getTime());
}

/** The newest that can be restored. */
export const newestUsable = (candidates: readonly Candidate[]): Candidate | undefined =>
  candidates.find(({ unusable }) => unusable === undefined);

async function candidatesByStrategy(
  subject: Subject,
  standby: RegionalAws,
  now: Date,
): Promise<readonly Candidate[] | undefined> {
  const strategy = subject.pair.standby.config.database.recovery?.strategy;
  switch (strategy) {
    case undefined:
      return [];
    case "backup-copy":
      return copiesIn(recoveryVault(subject), subject, standby, now);
    case "manual-snapshot":
      return (await standby.snapshotsOf(databaseIdentifier(subject))).map(fromSnapshot);
    case "automated-backups": {
      const source = subject.standby.protection.replicated?.instanceArn ?? "";
      const backup = await standby.replicatedBackup(source);
      if (backup === undefined) return undefined;
      const { restorableFrom, restorableUntil, keyArn, engineVersion, storageGiB } = backup;
      if (restorableUntil === undefined) return [];
      const createdAt = latestMoment(restorableUntil);
      const one = { kind: "point-in-time", arn: backup.arn, createdAt, restorableFrom } as const;
      const unknowns = { unusable: undefined, expiresAt: undefined };
      return [{ ...one, ...unknowns, encrypted: keyArn !== undefined, keyArn, engineVersion, storageGiB }];
    }
  }
}

async function copiesIn(
  vault: RecoveryVault | undefined,
  subject: Subject,
  standby: RegionalAws,
  now: Date,
): Promise<readonly Candidate[] | undefined> {
  const points = vault === undefined ? undefined : await standby.recoveryPoints(vault.name);
  const source = `:db:${databaseIdentifier(subject)}`;
  const ours = points?.filter(({ resourceArn }) => resourceArn.endsWith(source));
  if (ours === undefined) return undefined;
  const newest = ours.toSorted((a, b) => b.createdAt.getTime() - a.createdAt.getTime());
  // Only the vault's list says what became of all of them; what the newest holds says its snapshot.
  const decisive = newest.find(({ status }) => status === "COMPLETED");
  const snapshot = decisive && (await standby.snapshot(decisive.arn));
  return newest.map((point): Candidate => {
    const details = point === decisive ? snapshot : undefined;
    return {
      kind: "snapshot",
      arn: point.arn,
      // A copy may carry the time of the copying; its snapshot knows when the data was taken.
      createdAt: earlier(point.createdAt, details?.createdAt),
      unusable: unusability(point.status, point.statusMessage, point.expiresAt, now),
      expiresAt: point.expiresAt,
      // A list may leave the key out: RDS knows what the snapshot is encrypted with (T67).
      encrypted: details?.encrypted ?? point.encrypted,
      keyArn: details === undefined ? point.keyArn : details.keyArn,
      engineVersion: details?.engineVersion,
      storageGiB: details?.storageGiB,
    };
  });
}

function unusability(
  status: string,
  message: string | undefined,
  expiresAt: Date | undefined,
  now: Date,
): string | undefined {
  if (status !== "COMPLETED") return [status, message].filter((part) => part !== undefined).join(": ");
  return expiresAt !== undefined && expiresAt.getTime() <= now.getTime() ? "EXPIRED" : undefined;
}

const fromSnapshot = (snapshot: Snapshot): Candidate => ({
  kind: "snapshot",
  arn: snapshot.arn,
  createdAt: snapshot.createdAt,
  unusable: snapshot.status === "available" ? undefined : snapshot.status,
  expiresAt: undefined,
  encrypted: snapshot.encrypted,
  keyArn: snapshot.keyArn,
  engineVersion: snapshot.engineVersion,
  storageGiB: snapshot.storageGiB,
});

/** RDS restores what is before its latest restorable time, to the second (T66). */
const latestMoment = (restorableUntil: Date): Date =>
  new Date((Math.ceil(restorableUntil.getTime() / 1000) - 1) * 1000);

const earlier = (a: Date, b: Date | undefined): Date => (b !== undefined && b < a ? b : a);
