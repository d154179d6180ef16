import type { PolicyStatement } from "../encryption/key-policy.ts";
import { copyNameOf } from "../naming/names.ts";
import type { Place } from "./place.ts";

/** Settings that a region or an account has once, for every environment and every team, and guards that tell no environments apart. */
const SHARED = [
  "backup:CancelLegalHold",
  "backup:StopBackupJob",
  "backup:Update*Settings",
  "cloudwatch:PutMetricData",
  "ec2:*BlockPublicAccess*",
  "ec2:*DefaultCreditSpecification",
  "ec2:*EbsDefaultKmsKeyId",
  "ec2:*EbsEncryptionByDefault",
  "ec2:*SerialConsoleAccess",
  "ec2:ModifyAvailabilityZoneGroup",
  "ec2:ModifyInstanceMetadataDefaults",
  "ecr:*PullThroughCacheRule",
  "ecr:*RegistryPolicy",
  "ecr:*RepositoryCreationTemplate",
  "ecr:PutAccountSetting",
  "ecr:PutRegistryScanningConfiguration",
  "ecs:DeleteAccountSetting",
  "ecs:PutAccountSetting*",
  "events:*Permission",
  "kms:*CustomKeyStore",
  "logs:*AccountPolicy",
  "logs:*ResourcePolicy",
  "rds:ModifyCertificates",
  "s3:PutAccountPublicAccessBlock",
  "secretsmanager:DeleteResourcePolicy",
  "secretsmanager:PutResourcePolicy",
  "sns:SetSMSAttributes",
] as const;

/**
 * What a deployment leaves alone although no tag says whose it is: by its name, by the hosted zone, or altogether.
 *
 * Terraform tags an interface when it makes one; those that AWS makes for load balancers, databases and tasks have no tag, and
 * are nobody's to change.
 */
export function ownNames(place: Place): PolicyStatement[] {
  const { project, accountId, environment } = place;
  const { name, replicatesImages = false } = environment;
  const prefix = `${project}-${name}`;
  const paths = [`${project}/${name}`, `${project}/${copyNameOf(name)}`];
  const interfaces = "arn:aws:ec2:*:*:network-interface/*";
  return [
    {
      Sid: "NoSharedSettings",
      Effect: "Deny",
      Action: [...SHARED, ...(replicatesImages ? [] : ["ecr:PutReplicationConfiguration"])],
      Resource: "*",
    },
    {
      // It may run commands on every instance, and change every parameter of the account.
      Sid: "OnlyOwnParameters",
      Effect: "Deny",
      Action: ["Cancel", "Create", "Delete", "Modify", "Put", "Send", "Start", "Update"].map(
        (verb) => `ssm:${verb}*`,
      ),
      NotResource: paths.map((path) => `arn:aws:ssm:*:${accountId}:parameter/${path}/*`),
    },
    {
      Sid: "OnlyOwnAliases",
      Effect: "Deny",
      Action: "kms:CreateAlias",
      NotResource: [`arn:aws:kms:*:${accountId}:alias/${prefix}-*`, "arn:aws:kms:*:*:key/*"],
    },
    {
      Sid: "OnlyOwnBudgetsAndDashboards",
      Effect: "Deny",
      Action: [
        ...["Create", "Delete", "Execute", "Modify", "TagR", "Untag", "Update"].map(
          (verb) => `budgets:${verb}*`,
        ),
        "cloudwatch:DeleteDashboards",
        "cloudwatch:PutDashboard",
      ],
      NotResource: [
        `arn:aws:budgets::${accountId}:budget/${prefix}-*`,
        ...["", "-*"].map((rest) => `arn:aws:cloudwatch::${accountId}:dashboard/${prefix}${rest}`),
      ],
    },
    {
      Sid: "NoTagsOnOthersInterfaces",
      Effect: "Deny",
      Action: ["ec2:CreateTags", "ec2:DeleteTags"],
      Resource: interfaces,
      Condition: { Null: { "ec2:CreateAction": "true" } },
    },
    {
      Sid: "NoInterfacesOfOthers",
      Effect: "Deny",
      Action: [
        "ec2:AttachNetworkInterface",
        "ec2:CreateNetworkInterfacePermission",
        "ec2:DeleteNetworkInterface",
        "ec2:DetachNetworkInterface",
        "ec2:Modify*",
      ],
      Resource: interfaces,
      Condition: { StringNotEquals: { "aws:ResourceTag/Environment": name } },
    },
    ...onlyOwnRecords(place),
    ...onlyTheLockOfTheFile(place),
  ];
}

/** Records of a name, in a zone: both belong to whoever asks for them, and a zone has many owners. */
function onlyOwnRecords({ environment: { records } }: Place): PolicyStatement[] {
  if (records === undefined) return [];
  const change = "route53:ChangeResourceRecordSets";
  return [
    {
      Sid: "OnlyItsZone",
      Effect: "Deny",
      Action: change,
      NotResource: `arn:aws:route53:::hostedzone/${records.zoneId}`,
    },
    {
      Sid: "OnlyItsName",
      Effect: "Deny",
      Action: change,
      Resource: "*",
      Condition: {
        "ForAnyValue:StringNotEquals": {
          "route53:ChangeResourceRecordSetsNormalizedRecordNames": records.name.toLowerCase(),
        },
      },
    },
    {
      Sid: "NoTagsOnZones",
      Effect: "Deny",
      Action: "route53:ChangeTagsForResource",
      Resource: "arn:aws:route53:::hostedzone/*",
    },
  ];
}

/** A lock with a cooling-off time is final (T20): nobody could take it back, and bounds that no backup fits refuse every copy. */
function onlyTheLockOfTheFile({ environment: { finalLock } }: Place): PolicyStatement[] {
  const lock = { Effect: "Deny", Action: "backup:PutBackupVaultLockConfiguration", Resource: "*" } as const;
  const isFinal = { Null: { "backup:ChangeableForDays": "false" } };
  if (finalLock === undefined) return [{ ...lock, Sid: "NoFinalLock", Condition: isFinal }];
  const { minRetentionDays, maxRetentionDays } = finalLock;
  return [
    {
      ...lock,
      Sid: "FinalLockFromItsMinimum",
      Condition: {
        ...isFinal,
        NumericNotEquals: { "backup:MinRetentionDays": String(minRetentionDays) },
      },
    },
    {
      ...lock,
      Sid: "FinalLockToItsMaximum",
      Condition: {
        ...isFinal,
        NumericNotEquals: { "backup:MaxRetentionDays": String(maxRetentionDays) },
      },
    },
  ];
}
