import { BackupPlan as AwsBackupPlan } from "@cdktf/provider-aws/lib/backup-plan/index.js";
import { BackupSelection } from "@cdktf/provider-aws/lib/backup-selection/index.js";
import { Construct } from "constructs";
import type { Database } from "../database/database.ts";
import type { Names } from "../naming/names.ts";
import type { BackupRole } from "./backup-role.ts";
import type { BackupConfig } from "./schema.ts";
import type { Vault } from "./vault.ts";

interface BackupPlanProps {
  readonly config: BackupConfig;
  readonly names: Names;
  readonly vault: Vault;
  readonly role: BackupRole;
  readonly database: Database;
  /** Vault in the other region; undefined keeps recovery points at home. */
  readonly copyTo: string | undefined;
}

/** When the database is backed up, for how long, and where the copies go. */
export class BackupPlan extends Construct {
  constructor(
    scope: Construct,
    id: string,
    { config, names, vault, role, database, copyTo }: BackupPlanProps,
  ) {
    super(scope, id);
    const plan = new AwsBackupPlan(this, "plan", {
      name: names.of("database"),
      rule: [
        {
          ruleName: "database",
          targetVaultName: vault.vaultName,
          schedule: config.schedule,
          scheduleExpressionTimezone: "Etc/UTC",
          startWindow: config.startWindowMinutes,
          completionWindow: config.completionWindowMinutes,
          enableContinuousBackup: config.continuous,
          lifecycle: { deleteAfter: config.retentionDays },
          ...(copyTo !== undefined && {
            copyAction: [
              { destinationVaultArn: copyTo, lifecycle: { deleteAfter: config.copyRetentionDays } },
            ],
          }),
        },
      ],
      tags: { Name: names.of("database") },
    });
    new BackupSelection(this, "selection", {
      name: names.of("database"),
      planId: plan.id,
      iamRoleArn: role.arn,
      resources: [database.arn],
      dependsOn: [role.policy],
    });
  }
}
