import type { PolicyStatement } from "../encryption/key-policy.ts";
import { fenceOff, keepRecovery } from "./fence.ts";
import type { Place, State } from "./place.ts";

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
      NotAction: [
        "account:*",
        "cloudformation:*",
        "codebuild:*",
        "codedeploy:*",
        "codepipeline:*",
        "datapipeline:*",
        "glue:*",
        "iam:*",
        "lambda:Add*",
        "lambda:Create*",
        "lambda:Update*",
        "organizations:*",
        "sagemaker:*",
        "ssm:Create*",
        "ssm:Send*",
        "ssm:Start*",
        "sts:AssumeRole",
        "sts:GetFederationToken",
      ],
      Resource: "*",
    },
    {
      Sid: "SeeIdentities",
      Effect: "Allow",
      Action: ["iam:CreateServiceLinkedRole", "iam:Get*", "iam:List*"],
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
