import { IamRolePolicy } from "@cdktf/provider-aws/lib/iam-role-policy/index.js";
import { IamRole } from "@cdktf/provider-aws/lib/iam-role/index.js";
import { Construct } from "constructs";
import { policyDocument, type PolicyStatement } from "../encryption/key-policy.ts";
import type { Names } from "../naming/names.ts";
import type { CopyDestination } from "./protection.ts";
import { backupRoleName } from "./vault-address.ts";

interface BackupRoleProps {
  readonly names: Names;
  readonly region: string;
  readonly accountId: string;
  readonly copyTo: CopyDestination | undefined;
  /** Alias of the key that encrypts the database and its recovery points. */
  readonly keyAlias: string;
  /** Whether AWS Backup sets the database's backup window and retention. */
  readonly continuous: boolean;
}

/**
 * What AWS Backup may do with the environment's database: snapshot it, copy the snapshot, expire both.
 *
 * AWS's managed policy allows the same for every resource type and every resource of the account.
 * https://docs.aws.amazon.com/aws-managed-policy/latest/reference/AWSBackupServiceRolePolicyForBackup.html
 */
export class BackupRole extends Construct {
  readonly arn: string;
  /** A job that starts before the policy is there fails. */
  readonly policy: IamRolePolicy;

  constructor(scope: Construct, id: string, props: BackupRoleProps) {
    super(scope, id);
    const role = new IamRole(this, "role", {
      name: backupRoleName(props.names),
      assumeRolePolicy: policyDocument([
        {
          Sid: "BackupAssumes",
          Effect: "Allow",
          Principal: { Service: "backup.amazonaws.com" },
          Action: "sts:AssumeRole",
          Condition: { StringEquals: { "aws:SourceAccount": props.accountId } },
        },
      ]),
    });
    this.arn = role.arn;
    this.policy = new IamRolePolicy(this, "policy", {
      name: "back-up-and-copy",
      role: role.id,
      policy: policyDocument([...snapshots(props), ...copies(props), ...keys(props)]),
    });
  }
}

/** Regions that recovery points of the environment lie in. */
const regionsOf = ({ region, copyTo }: BackupRoleProps): string[] => [
  ...new Set([region, ...(copyTo === undefined ? [] : [copyTo.region])]),
];

function snapshots(props: BackupRoleProps): PolicyStatement[] {
  const { names, region, accountId, continuous } = props;
  const rds = `arn:aws:rds:${region}:${accountId}`;
  const database = `${rds}:db:${names.of("database")}*`;
  const taken = regionsOf(props).map((one) => `arn:aws:rds:${one}:${accountId}:snapshot:awsbackup:*`);
  return [
    {
      Sid: "SnapshotDatabase",
      Effect: "Allow",
      Action: [
        "rds:CreateDBSnapshot",
        "rds:ListTagsForResource",
        // A continuous backup is RDS's own, with the plan's window and retention.
        ...(continuous ? ["rds:ModifyDBInstance"] : []),
      ],
      Resource: database,
    },
    {
      Sid: "KeepSnapshots",
      Effect: "Allow",
      Action: [
        "rds:AddTagsToResource",
        "rds:CopyDBSnapshot",
        "rds:CreateDBSnapshot",
        // What a lifecycle expires is deleted with this role; RDS itself lets nobody else touch these snapshots.
        "rds:DeleteDBSnapshot",
        "rds:ListTagsForResource",
      ],
      Resource: taken,
    },
    {
      // AWS Backup tags what it makes and copies with this role, and a continuous backup has no snapshot to be tagged.
      Sid: "TagRecoveryPoints",
      Effect: "Allow",
      Action: "backup:TagResource",
      Resource: regionsOf(props).map((one) => `arn:aws:backup:${one}:${accountId}:recovery-point:*`),
    },
    {
      // AWS Backup finds what a plan selects with this role, and the action knows no resource (T68).
      Sid: "FindSelected",
      Effect: "Allow",
      Action: "tag:GetResources",
      Resource: "*",
    },
    ...(continuous ? [expireContinuousBackups(props)] : []),
    {
      // A description that names no instance or no snapshot asks for all of them.
      Sid: "FollowSnapshots",
      Effect: "Allow",
      Action: ["rds:DescribeDBInstances", "rds:DescribeDBSnapshots"],
      Resource: regionsOf(props).flatMap((one) =>
        ["db", "snapshot"].map((type) => `arn:aws:rds:${one}:${accountId}:${type}:*`),
      ),
    },
  ];
}

/** What is left of a continuous backup when its lifecycle ends; its name is random. */
function expireContinuousBackups({ region, accountId }: BackupRoleProps): PolicyStatement {
  return {
    Sid: "ExpireContinuousBackups",
    Effect: "Allow",
    Action: "rds:DeleteDBInstanceAutomatedBackup",
    Resource: `arn:aws:rds:${region}:${accountId}:auto-backup:*`,
  };
}

function copies({ copyTo, region, accountId }: BackupRoleProps): PolicyStatement[] {
  if (copyTo === undefined) return [];
  const copy: readonly PolicyStatement[] = [
    {
      // A job asks for both ends. The near one is a recovery point, whose ARN is that of a snapshot or of AWS Backup.
      Sid: "CopyToVault",
      Effect: "Allow",
      Action: "backup:CopyFromBackupVault",
      Resource: "*",
      Condition: { "ForAllValues:ArnEquals": { "backup:CopyTargets": copyTo.vaultArn } },
    },
    {
      Sid: "CopyIntoVault",
      Effect: "Allow",
      Action: ["backup:CopyIntoBackupVault", "backup:DescribeBackupVault"],
      Resource: copyTo.vaultArn,
    },
  ];
  if (copyTo.accountId === accountId) return [...copy];
  const share: PolicyStatement = {
    Sid: "ShareSnapshots",
    Effect: "Allow",
    Action: "rds:ModifyDBSnapshotAttribute",
    Resource: [region, copyTo.region].map((one) => `arn:aws:rds:${one}:${accountId}:snapshot:awsbackup:*`),
  };
  return [...copy, share];
}

/** Keys of other stacks are known here by their alias alone; a foreign vault's not even by that. */
function keys(props: BackupRoleProps): PolicyStatement[] {
  const { accountId, copyTo, keyAlias } = props;
  const regions = regionsOf(props);
  const known = [keyAlias, ...(copyTo?.keyAlias === undefined ? [] : [copyTo.keyAlias])];
  const named = { "ForAnyValue:StringEquals": { "kms:ResourceAliases": known } };
  const ours = regions.map((region) => `arn:aws:kms:${region}:${accountId}:key/*`);
  const foreign = copyTo !== undefined && copyTo.keyAlias === undefined;
  return [
    ...useKeys("DataKeys", ours, regions, named),
    ...(foreign
      ? useKeys(
          "VaultKey",
          [`arn:aws:kms:${copyTo.region}:${copyTo.accountId}:key/*`],
          [copyTo.region],
          undefined,
        )
      : []),
  ];
}

/** RDS encrypts and decrypts for the role, and keeps grants to go on doing so; the role itself can't. */
function useKeys(
  name: string,
  resource: readonly string[],
  regions: readonly string[],
  named: PolicyStatement["Condition"],
): PolicyStatement[] {
  const through = {
    StringEquals: { "kms:ViaService": regions.map((region) => `rds.${region}.amazonaws.com`) },
  };
  return [
    {
      Sid: `Describe${name}`,
      Effect: "Allow",
      Action: "kms:DescribeKey",
      Resource: resource,
      ...(named !== undefined && { Condition: named }),
    },
    {
      Sid: `Use${name}`,
      Effect: "Allow",
      Action: ["kms:Decrypt", "kms:Encrypt", "kms:GenerateDataKey*", "kms:ReEncrypt*"],
      Resource: resource,
      Condition: { ...named, ...through },
    },
    {
      Sid: `Grant${name}`,
      Effect: "Allow",
      Action: "kms:CreateGrant",
      Resource: resource,
      Condition: { ...named, Bool: { "kms:GrantIsForAWSResource": "true" } },
    },
  ];
}
