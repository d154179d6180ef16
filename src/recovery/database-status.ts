/** States of an instance in which RDS takes a snapshot of it; in every other `CreateDBSnapshot` is refused (T64). */
const SNAPSHOT_STATES: ReadonlySet<string> = new Set(["available", "storage-optimization"]);

/** Whether RDS takes a snapshot of an instance in this state. */
export const takesSnapshots = (status: string): boolean => SNAPSHOT_STATES.has(status);

/**
 * States that an instance does not leave by itself, and what a person does about each.
 *
 * https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/accessing-monitoring.html
 */
const STUCK: Readonly<Record<string, string>> = {
  failed: "RDS can't recover it: it has to be restored again",
  "inaccessible-encryption-credentials": "enable its KMS key, then restore it again: it can't be started",
  "inaccessible-encryption-credentials-recoverable": "enable its KMS key, then start it",
  "incompatible-create": "RDS can't make it as it was asked for: it has to be restored again",
  "incompatible-network": "free addresses in the database subnets, or correct the subnet group",
  "incompatible-option-group": "give it an option group that fits its engine version",
  "incompatible-parameters":
    "a parameter does not fit its instance class: correct database.parameters, or take a larger class",
  "incompatible-restore": "its recovery point does not fit it: restore another one",
  "insufficient-capacity": "its zones have no capacity of its instance class: take another class",
  "restore-error": "its recovery point can't be restored: restore another one",
  stopped: "start it",
  "storage-full": "give it more storage",
};

/** What to do about an instance that waiting does not help; undefined where it does. */
export const stuckRemedy = (status: string): string | undefined => STUCK[status];
