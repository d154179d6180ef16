import type { PolicyStatement } from "../encryption/key-policy.ts";
import type { Place, State } from "./place.ts";

const SHOWN = [
  "autoscaling",
  "backup",
  "cloudwatch",
  "ec2",
  "ecr",
  "ecs",
  "eks",
  "elasticloadbalancing",
  "kms",
  "logs",
  "rds",
  "secretsmanager",
] as const;

/** What shows a resource and changes nothing; secrets, logs and image layers are not among it. */
const SHOW: readonly string[] = [
  ...SHOWN.flatMap((service) => [`${service}:Describe*`, `${service}:List*`]),
  "backup:Get*",
  "iam:Get*",
  "iam:List*",
  "kms:Get*",
  "route53:Get*",
  "route53:List*",
  "sns:Get*",
  "sns:List*",
  "tag:Get*",
  "wafv2:Get*",
  "wafv2:List*",
];

/** What the members of a pair do to each other's backups, and only they. */
const RECOVER = [
  "backup:CopyIntoBackupVault",
  "kms:CreateGrant",
  "kms:Decrypt",
  "kms:Encrypt",
  "kms:GenerateDataKey*",
  "kms:ReEncrypt*",
  "rds:Restore*",
  // Both are authorized on the source, which is the primary's (T68).
  "rds:StartDBInstanceAutomatedBackupsReplication",
  "rds:StopDBInstanceAutomatedBackupsReplication",
] as const;

/** What is fenced by name, or belongs to others who share it. */
const ELSEWHERE = ["elasticloadbalancing:SetWebACL", "s3:*", "wafv2:AssociateWebACL"] as const;

const TAG = "aws:ResourceTag/Environment";

const tagged = (allowed: readonly string[]): NonNullable<PolicyStatement["Condition"]> => ({
  Null: { [TAG]: "false" },
  StringNotEquals: { [TAG]: allowed },
});

/**
 * What nothing of an environment may do to another one, whatever else it may.
 *
 * Everything but a few verbs is refused on what carries another environment's tag: a list of refused verbs would miss the
 * next one, as it would miss a change of the tag itself.
 *
 * @param uses environments whose keys and backups may be used
 */
export function fenceOff(place: Place, uses: readonly string[]): PolicyStatement[] {
  const { project, accountId, environment } = place;
  return [
    {
      Sid: "NoOtherEnvironment",
      Effect: "Deny",
      NotAction: [...SHOW, ...RECOVER, ...ELSEWHERE],
      // A restore test has the tags of the snapshot, which is the primary's.
      NotResource: `arn:aws:rds:*:${accountId}:db:awsbackup-restore-test-*`,
      Condition: tagged([environment.name]),
    },
    {
      Sid: "RecoverWithinThePair",
      Effect: "Deny",
      Action: RECOVER,
      Resource: "*",
      Condition: tagged([environment.name, ...uses]),
    },
    {
      // The web ACL belongs to whoever shares it; the load balancer is told by its name.
      Sid: "OnlyOwnLoadBalancers",
      Effect: "Deny",
      Action: ["wafv2:AssociateWebACL", "wafv2:DisassociateWebACL"],
      NotResource: [
        `arn:aws:elasticloadbalancing:*:${accountId}:loadbalancer/app/${project}-${environment.name}-*`,
        "arn:aws:wafv2:*:*:*",
      ],
    },
    ...leaveBuckets(place, uses),
  ];
}

/** Buckets carry no tag that a policy could ask for, but their owner's name. */
function leaveBuckets({ project, others }: Place, uses: readonly string[]): PolicyStatement[] {
  const of = (names: readonly string[]): string[] =>
    // Their objects too: a star passes a slash.
    names.map((name) => `arn:aws:s3:::${project}-${name}-*`);
  const partners = of(others.filter((other) => uses.includes(other)));
  const strangers = of(others.filter((other) => !uses.includes(other)));
  const statements: readonly PolicyStatement[] = [
    { Sid: "NoBucketOfOthers", Effect: "Deny", Action: "s3:*", Resource: strangers },
    // What S3 does for a cluster's state, and nothing that anybody could ask of it.
    { Sid: "OnlyCopiesToThePair", Effect: "Deny", NotAction: COPY_OBJECTS, Resource: partners },
  ];
  return statements.filter(({ Resource = [] }) => Resource.length > 0);
}

const COPY_OBJECTS = ["s3:ReplicateObject", "s3:ReplicateTags"] as const;

/** What a deployment must not do to its own recovery: that is left to people. */
export function keepRecovery({ accountId }: Place): PolicyStatement[] {
  return [
    {
      Sid: "KeepRecoveryPoints",
      Effect: "Deny",
      Action: [
        "backup:DeleteBackupVault*",
        "backup:DeleteRecoveryPoint",
        "backup:DisassociateRecoveryPoint*",
        "backup:UpdateRecoveryPointLifecycle",
        "kms:DeleteAlias",
        "kms:DeleteImportedKeyMaterial",
        "kms:DisableKey",
        "kms:PutKeyPolicy",
        "kms:ScheduleKeyDeletion",
        // Another key behind the same name.
        "kms:UpdateAlias",
      ],
      Resource: "*",
    },
    {
      // Those of AWS Backup end with their lifecycle, by a role that needs this right; RDS refuses them to anyone else.
      Sid: "KeepSnapshots",
      Effect: "Deny",
      Action: "rds:DeleteDBSnapshot",
      NotResource: `arn:aws:rds:*:${accountId}:snapshot:awsbackup:*`,
    },
  ];
}

/** Everything of the state that is not reading it or writing an object. */
export function keepState(states: readonly State[]): PolicyStatement[] {
  return [
    {
      Sid: "KeepState",
      Effect: "Deny",
      NotAction: ["s3:DeleteObject", "s3:Get*", "s3:List*", "s3:PutObject"],
      Resource: states.flatMap(({ bucketArn }) => [bucketArn, `${bucketArn}/*`]),
    },
    {
      Sid: "KeepLogOfState",
      Effect: "Deny",
      NotAction: ["s3:GetBucket*", "s3:List*"],
      Resource: states.flatMap(({ logBucketArn }) => [logBucketArn, `${logBucketArn}/*`]),
    },
    {
      Sid: "KeepKeyOfState",
      Effect: "Deny",
      NotAction: ["kms:Decrypt", "kms:Describe*", "kms:GenerateDataKey*", "kms:Get*", "kms:List*"],
      Resource: states.flatMap(({ keyArn, keyAlias }) => [keyArn, keyAlias]),
    },
  ];
}
