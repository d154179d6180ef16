/** A recovery point as its vault lists it. */
export interface StoredPoint {
  readonly arn: string;
  readonly resourceArn: string;
  /** AWS's word: COMPLETED, CREATING, PARTIAL, EXPIRED, DELETING, AVAILABLE, STOPPED. */
  readonly status: string;
  readonly statusMessage: string | undefined;
  /** When the data was taken. */
  readonly createdAt: Date;
  /** When it will be deleted; undefined when never. */
  readonly expiresAt: Date | undefined;
  readonly encrypted: boolean;
  readonly keyArn: string | undefined;
}

/** A backup on its way. */
export interface BackupJob {
  readonly id: string;
  /** AWS's word: CREATED, PENDING, RUNNING, ABORTING, ABORTED, COMPLETED, FAILED, EXPIRED, PARTIAL. */
  readonly state: string;
  readonly createdAt: Date;
  readonly message: string | undefined;
}

/** A copy of a recovery point on its way. */
export interface CopyJob {
  readonly id: string;
  /** AWS's word: CREATED, RUNNING, COMPLETED, FAILED, PARTIAL. */
  readonly state: string;
  readonly createdAt: Date;
  readonly completedAt: Date | undefined;
  readonly message: string | undefined;
  readonly resourceArn: string;
}

/** A database snapshot. */
export interface Snapshot {
  readonly arn: string;
  readonly instanceIdentifier: string;
  /** AWS's word: available, creating, copying. */
  readonly status: string;
  readonly engine: string;
  readonly engineVersion: string;
  readonly storageGiB: number;
  readonly encrypted: boolean;
  readonly keyArn: string | undefined;
  /** When the data was taken; a copy keeps its original's time. */
  readonly createdAt: Date;
}

/** Snapshots and transaction logs that RDS replicates from another region. */
export interface ReplicatedBackup {
  readonly arn: string;
  /** AWS's word in small letters: pending, replicating, active, retained. */
  readonly status: string;
  readonly engineVersion: string;
  readonly keyArn: string | undefined;
  /** Allocated storage of its newest snapshot. */
  readonly storageGiB: number | undefined;
  readonly retentionDays: number;
  readonly restorableFrom: Date | undefined;
  readonly restorableUntil: Date | undefined;
}

/** Words of RDS for a replication that goes on; `pending` is its beginning. */
const FLOWING = new Set(["active", "replicating", "pending"]);

/** Whether a replication goes on, and is not what is left of one. */
export const isReplicating = ({ status }: Pick<ReplicatedBackup, "status">): boolean => FLOWING.has(status);

/** A KMS key. */
export interface Key {
  readonly arn: string;
  /** AWS's word: Enabled, Disabled, PendingDeletion, PendingImport, Unavailable. */
  readonly state: string;
  readonly deletedAt: Date | undefined;
}

/** An engine version that can be ordered with an instance class. */
export interface OfferedClass {
  readonly engineVersion: string;
  readonly multiAz: boolean;
}

/** How much of a quota is used. */
export interface Usage {
  readonly used: number;
  readonly quota: number;
}
