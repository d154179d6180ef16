import type { PolicyStatement } from "../encryption/key-policy.ts";
import { fenceOff, keepRecovery } from "./fence.ts";
import type { Place, State } from "./place.ts";
import { allOf } from "./services.ts";

/**
 * Services that run code as somebody else, manage identities, lead users elsewhere, or watch the account: an application has no
 * part in them.
 */
const WAYS_OUT = [
  "access-analyzer",
  "account",
  "airflow",
  "amplify",
  "apprunner",
  "batch",
  "cloud9",
  "cloudformation",
  "cloudtrail",
  "codebuild",
  "codedeploy",
  "codepipeline",
  "config",
  "controltower",
  "datapipeline",
  "ds",
  "elasticbeanstalk",
  "elasticmapreduce",
  "emr-serverless",
  "fis",
  "glue",
  "guardduty",
  "iam",
  "identitystore",
  "imagebuilder",
  "lambda",
  "lightsail",
  "organizations",
  "pipes",
  "ram",
  "rolesanywhere",
  "route53",
  "route53domains",
  "route53resolver",
  "sagemaker",
  "scheduler",
  "securityhub",
  "servicecatalog",
  "sso",
  "sso-directory",
  "states",
  "synthetics",
  "wafv2",
] as const;

/** Of services that an application does use. */
const REFUSED = [
  "backup:PutBackupVaultLock*",
  "backup:StopBackupJob",
  "backup:Update*Settings",
  "ecr:PutReplicationConfiguration",
  "elasticloadbalancing:SetWebACL",
  "secretsmanager:*ResourcePolicy",
  "ssm:Create*",
  "ssm:Send*",
  "ssm:Start*",
  "sts:AssumeRo*",
  "sts:GetFederationToken",
] as const;

/**
 * What no role of an environment exceeds, whoever wrote its policies.
 *
 * It allows what is not refused, since a list of what every platform, add-on and application will ever need would be wrong
 * soon. What it holds back are the ways out: other identities, other environments, the state, the recovery points, and
 * services that run code as somebody else.
 */
export function boundaryStatements(states: readonly State[], place: Place): PolicyStatement[] {
  const { project, accountId, environment } = place;
  const own = `arn:aws:iam::${accountId}:role/${project}-${environment.name}-*`;
  return [
    {
      Sid: "WhatTheRoleItselfMay",
      Effect: "Allow",
      NotAction: [...allOf(WAYS_OUT), ...REFUSED],
      Resource: "*",
    },
    {
      Sid: "SeeIdentities",
      Effect: "Allow",
      Action: [
        "iam:CreateServiceLinkedRole",
        "iam:Get*",
        "iam:List*",
        "lambda:Invoke*",
        "route53:Get*",
        "route53:List*",
      ],
      Resource: "*",
    },
    { Sid: "UseOwnRoles", Effect: "Allow", Action: ["iam:PassRole", "sts:AssumeRole"], Resource: own },
    ...fenceOff(place, environment.partners),
    ...keepRecovery(place),
    {
      Sid: "NoState",
      Effect: "Deny",
      Action: "s3:*",
      Resource: states.flatMap(({ bucketArn, logBucketArn }) =>
        [bucketArn, logBucketArn].flatMap((arn) => [arn, `${arn}/*`]),
      ),
    },
    {
      Sid: "NoKeyOfState",
      Effect: "Deny",
      Action: "kms:*",
      Resource: states.map(({ keyArn }) => keyArn),
    },
  ];
}
