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
