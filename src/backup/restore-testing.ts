import { BackupRestoreTestingPlan } from "@cdktf/provider-aws/lib/backup-restore-testing-plan/index.js";
import { BackupRestoreTestingSelection } from "@cdktf/provider-aws/lib/backup-restore-testing-selection/index.js";
import { IamRolePolicy } from "@cdktf/provider-aws/lib/iam-role-policy/index.js";
import { IamRole } from "@cdktf/provider-aws/lib/iam-role/index.js";
import { Construct } from "constructs";
import type { ServiceSpec } from "../config/spec.ts";
import type { Database } from "../database/database.ts";
import { policyDocument, type PolicyStatement } from "../encryption/key-policy.ts";
import type { RestoreTestingConfig } from "./schema.ts";
import type { Vault } from "./vault.ts";

interface RestoreTestingProps {
  readonly config: RestoreTestingConfig;
  readonly spec: ServiceSpec;
  readonly vault: Vault;
  readonly database: Database;
}

/** AWS Backup restores the newest copy on a schedule, keeps it for a validation, and deletes it (T27). */
export class RestoreTesting extends Construct {
  constructor(scope: Construct, id: string, { config, spec, vault, database }: RestoreTestingProps) {
    super(scope, id);
    // Letters, digits and underscores only.
    const name = spec.names.of("restore_test").replaceAll("-", "_");
    const plan = new BackupRestoreTestingPlan(this, "plan", {
      name,
      scheduleExpression: config.schedule,
      scheduleExpressionTimezone: "Etc/UTC",
      startWindowHours: config.startWindowHours,
      recoveryPointSelection: [
        {
          algorithm: "LATEST_WITHIN_WINDOW",
          includeVaults: [vault.arn],
          recoveryPointTypes: ["SNAPSHOT"],
          selectionWindowDays: config.lookBackDays,
        },
      ],
    });
    const role = this.addRole(spec);
    new BackupRestoreTestingSelection(this, "selection", {
      name,
      restoreTestingPlanName: plan.name,
      iamRoleArn: role.arn,
      protectedResourceType: "RDS",
      protectedResourceArns: ["*"],
      // There is no default VPC to land in (T21).
      restoreMetadataOverrides: { dbSubnetGroupName: database.subnetGroupName },
      validationWindowHours: config.validationWindowHours,
    });
  }

  private addRole(spec: ServiceSpec): IamRole {
    const role = new IamRole(this, "role", {
      name: spec.names.of("restore-test"),
      assumeRolePolicy: policyDocument([
        {
          Sid: "BackupAssumes",
          Effect: "Allow",
          Principal: { Service: "backup.amazonaws.com" },
          Action: "sts:AssumeRole",
          Condition: { StringEquals: { "aws:SourceAccount": spec.project.accountId } },
        },
      ]),
    });
    new IamRolePolicy(this, "policy", {
      name: "restore-and-delete",
      role: role.id,
      policy: policyDocument(restoreAndDelete(spec)),
    });
    return role;
  }
}

function restoreAndDelete({ project, region, names }: ServiceSpec): PolicyStatement[] {
  const rds = `arn:aws:rds:${region}:${project.accountId}`;
  const tested = `${rds}:db:awsbackup-restore-test-*`;
  const through = { "kms:ViaService": `rds.${region}.amazonaws.com` };
  const key = {
    Resource: `arn:aws:kms:${region}:${project.accountId}:key/*`,
    alias: { "ForAnyValue:StringEquals": { "kms:ResourceAliases": `alias/${names.of("data")}` } },
  };
  return [
    {
      Sid: "RestoreCopies",
      Effect: "Allow",
      Action: ["rds:AddTagsToResource", "rds:CreateDBInstance", "rds:RestoreDBInstanceFromDBSnapshot"],
      Resource: [
        tested,
        `${rds}:snapshot:awsbackup:*`,
        ...["subgrp", "pg", "og", "secgrp"].map((type) => `${rds}:${type}:*`),
      ],
    },
    {
      Sid: "DeleteTested",
      Effect: "Allow",
      Action: ["rds:DeleteDBInstance", "rds:ModifyDBInstance"],
      Resource: tested,
    },
    {
      Sid: "FollowRestores",
      Effect: "Allow",
      Action: ["rds:DescribeDBInstances", "rds:DescribeDBSnapshots", "rds:ListTagsForResource"],
      Resource: [`${rds}:db:*`, `${rds}:snapshot:*`],
    },
    {
      // AWS Backup asks by itself, before RDS does anything.
      Sid: "DescribeDataKey",
      Effect: "Allow",
      Action: "kms:DescribeKey",
      Resource: key.Resource,
      Condition: key.alias,
    },
    {
      Sid: "UseDataKey",
      Effect: "Allow",
      Action: ["kms:Decrypt", "kms:Encrypt", "kms:GenerateDataKey*", "kms:ReEncrypt*"],
      Resource: key.Resource,
      Condition: { ...key.alias, StringEquals: through },
    },
    {
      Sid: "GrantDataKey",
      Effect: "Allow",
      Action: "kms:CreateGrant",
      Resource: key.Resource,
      Condition: { ...key.alias, Bool: { "kms:GrantIsForAWSResource": "true" } },
    },
  ];
}
