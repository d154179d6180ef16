/** What brings data from one region to another, and what keeps it from being lost; every change can be made twice. */
export interface SafekeepingAws {
  /** An instance by its identifier; undefined when this region has none. */
  database(identifier: string): Promise<DatabaseInstance | undefined>;
  /** Begins a manual snapshot under a name; one that is there already is taken for the same. */
  takeSnapshot(instanceIdentifier: string, name: string): Promise<void>;
  /**
   * Begins a copy into this region, of a snapshot of any region.
   *
   * @param keyId key of this region, by id, alias or ARN
   */
  copySnapshot(sourceArn: string, name: string, keyId: string): Promise<void>;
  /** From now on the instance can't be deleted, by nobody's plan. */
  protectDatabase(identifier: string): Promise<void>;
  /** Begins a backup of a database outside of its schedule. */
  startBackup(order: BackupOrder): Promise<void>;
  /** Begins a copy of a recovery point into another vault. */
  startCopy(order: CopyOrder): Promise<void>;
}

/** A database instance as RDS describes it. */
export interface DatabaseInstance {
  readonly arn: string;
  /** AWS's word: available, creating, backing-up, modifying. */
  readonly status: string;
  readonly engineVersion: string;
  readonly storageGiB: number;
  readonly keyArn: string | undefined;
  readonly protected: boolean;
}

/** What AWS Backup is asked to do once. */
interface Order {
  /** The same token is the same job. */
  readonly token: string;
  readonly roleArn: string;
  readonly retentionDays: number;
}

/** A backup outside of a schedule. */
export interface BackupOrder extends Order {
  readonly vaultName: string;
  readonly databaseArn: string;
}

/** A copy outside of a schedule. */
export interface CopyOrder extends Order {
  readonly recoveryPointArn: string;
  readonly fromVaultName: string;
  readonly toVaultArn: string;
}
