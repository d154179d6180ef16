import { BOUNDARY_PATH, boundaryName } from "../naming/names.ts";

/** A bucket that holds state. */
export interface State {
  readonly bucketArn: string;
  readonly keyArn: string;
  readonly keyAlias: string;
  readonly logBucketArn: string;
}

/** An environment that workflows deploy, and what it has to do with the others. */
export interface Deployable {
  readonly name: string;
  /** The other member of its pair: each restores from the other's backups. */
  readonly partners: readonly string[];
  /** Environments that its records point to, whose outputs it reads; none where it has no records. */
  readonly inFrontOf: readonly string[];
  /** The records that it makes, and no others; undefined where it has none. */
  readonly records?: { readonly zoneId: string; readonly name: string } | undefined;
  /** Whether it, or the member of its pair whose place it takes, owns the registry's replication of the account and region. */
  readonly replicatesImages?: boolean;
  /** What its vault is locked with, once and for all; undefined where its file does not ask for that. */
  readonly finalLock?: { readonly minRetentionDays: number; readonly maxRetentionDays: number } | undefined;
}

/** An environment and the account around it. */
export interface Place {
  readonly project: string;
  readonly accountId: string;
  readonly environment: Deployable;
  /** The other environments of the project, but bootstrap. */
  readonly others: readonly string[];
  /** The environment with the state and with these rights. */
  readonly home: string;
}

/** ARN of what bounds every role of an environment. */
export const boundaryArnOf = (accountId: string, project: string, environment: string): string =>
  `arn:aws:iam::${accountId}:policy${BOUNDARY_PATH}${boundaryName({ name: project }, environment)}`;
