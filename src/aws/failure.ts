/** Why AWS gave no answer. */
export type FailureKind =
  /** The caller may not ask. */
  | "denied"
  /** No connection, or no reply in time. */
  | "unreachable"
  /** AWS refuses for now. */
  | "throttled"
  /** What is to be changed is in a state in which AWS refuses that; most such states pass (T64). */
  | "busy"
  /** There are no credentials, or they have expired. */
  | "credentials"
  | "failed";

/**
 * A question that AWS did not answer.
 *
 * It is thrown, never returned: no caller can take it for an empty list (T47). What does not exist is an answer, and is
 * returned as undefined.
 */
export class AwsFailure extends Error {
  override readonly name = "AwsFailure";

  constructor(
    readonly kind: FailureKind,
    /** The action as IAM names it: `backup:ListRecoveryPointsByBackupVault`. */
    readonly action: string,
    readonly region: string,
    /** What AWS or the network said. */
    readonly reason: string,
  ) {
    super(`${action} in ${region}: ${reason}`);
  }
}

/** A change that was refused because the object is not as it was expected to be: someone else was faster. */
export class Conflict extends Error {
  override readonly name = "Conflict";
}
