import { DbInstanceAutomatedBackupsReplication } from "@cdktf/provider-aws/lib/db-instance-automated-backups-replication/index.js";
import { Construct } from "constructs";
import type { Keys } from "../encryption/keys.ts";

interface AutomatedBackupReplicationProps {
  readonly retentionDays: number;
  /** The primary's database, by the name that both members of the pair derive. */
  readonly sourceInstanceArn: string;
  readonly keys: Keys;
}

/** Snapshots and transaction logs of the primary's database, replicated by RDS; started from the destination (T26). */
export class AutomatedBackupReplication extends Construct {
  constructor(scope: Construct, id: string, props: AutomatedBackupReplicationProps) {
    super(scope, id);
    new DbInstanceAutomatedBackupsReplication(this, "replication", {
      sourceDbInstanceArn: props.sourceInstanceArn,
      kmsKeyId: props.keys.data.arn,
      retentionPeriod: props.retentionDays,
    });
  }
}
