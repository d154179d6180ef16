import type { PolicyStatement } from "../encryption/key-policy.ts";
import { copyNameOf } from "../naming/names.ts";
import { fenceOff, keepRecovery, keepState } from "./fence.ts";
import { boundaryArnOf, type Place, type State } from "./place.ts";
import { deployable } from "./services.ts";

/** Services that the roles of an environment are handed to. */
const PASSED_TO = [
  "backup.amazonaws.com",
  "ec2.amazonaws.com",
  "ecs-tasks.amazonaws.com",
  "eks.amazonaws.com",
  "pods.eks.amazonaws.com",
  "s3.amazonaws.com",
  "vpc-flow-logs.amazonaws.com",
] as const;

/** Policies of AWS that say nothing of this project: what nodes and clusters of a platform need. */
const ATTACHED = [
  "AmazonEC2ContainerRegistry*",
  "AmazonEKS*",
  "AmazonSSMManagedInstanceCore",
  "service-role/*",
] as const;

/** What a deployment of one environment needs beside PowerUserAccess, and what it must not do. */
export function deployStatements(states: readonly State[], place: Place): PolicyStatement[] {
  const { environment, home } = place;
  return [
    ...ownRoles(place),
    {
      Sid: "NothingButTheStacks",
      Effect: "Deny",
      NotAction: deployable({ hasRecords: environment.records !== undefined }),
      Resource: "*",
    },
    {
      Sid: "NobodyElse",
      Effect: "Deny",
      Action: ["iam:DeleteRolePermissionsBoundary", "iam:DeleteServiceLinkedRole"],
      Resource: "*",
    },
    ...fenceOff(place, [...environment.partners, home]),
    ...keepRecovery(place),
    {
      Sid: "KeepAutomatedBackups",
      Effect: "Deny",
      Action: "rds:DeleteDBInstanceAutomatedBackup",
      Resource: "*",
    },
    ...keepState(states),
    ...onlyOwnObjects(states, place),
  ];
}

/** Roles of the environment, as long as the boundary bounds them. */
function ownRoles({ project, accountId, environment }: Place): PolicyStatement[] {
  const iam = `arn:aws:iam::${accountId}`;
  const roles = `${iam}:role/${project}-${environment.name}-*`;
  const bounded = { "iam:PermissionsBoundary": boundaryArnOf(accountId, project, environment.name) };
  return [
    {
      // Without the condition a role without bounds could be made, given every right, and handed to a task.
      Sid: "FillBoundedRoles",
      Effect: "Allow",
      Action: [
        "iam:CreateRole",
        "iam:DeleteRolePolicy",
        "iam:DetachRolePolicy",
        "iam:PutRolePermissionsBoundary",
        "iam:PutRolePolicy",
      ],
      Resource: roles,
      Condition: { StringEquals: bounded },
    },
    {
      Sid: "AttachServicePolicies",
      Effect: "Allow",
      Action: "iam:AttachRolePolicy",
      Resource: roles,
      Condition: {
        StringEquals: bounded,
        ArnLike: { "iam:PolicyARN": ATTACHED.map((name) => `arn:aws:iam::aws:policy/${name}`) },
      },
    },
    {
      Sid: "ManageOwnRoles",
      Effect: "Allow",
      Action: [
        "iam:DeleteRole",
        "iam:GetRole",
        "iam:GetRolePolicy",
        "iam:ListAttachedRolePolicies",
        "iam:ListInstanceProfilesForRole",
        "iam:ListRolePolicies",
        "iam:ListRoleTags",
        "iam:TagRole",
        "iam:UntagRole",
        "iam:UpdateAssumeRolePolicy",
        "iam:UpdateRole",
        "iam:UpdateRoleDescription",
      ],
      Resource: roles,
    },
    {
      Sid: "ManageOwnProfiles",
      Effect: "Allow",
      Action: [
        "iam:AddRoleToInstanceProfile",
        "iam:CreateInstanceProfile",
        "iam:DeleteInstanceProfile",
        "iam:GetInstanceProfile",
        "iam:RemoveRoleFromInstanceProfile",
        "iam:TagInstanceProfile",
        "iam:UntagInstanceProfile",
      ],
      Resource: `${iam}:instance-profile/${project}-${environment.name}-*`,
    },
    {
      Sid: "PassOwnRoles",
      Effect: "Allow",
      Action: "iam:PassRole",
      Resource: roles,
      Condition: { StringEquals: { "iam:PassedToService": PASSED_TO } },
    },
    {
      // Creates only what the service itself defines.
      Sid: "ServiceLinkedRoles",
      Effect: "Allow",
      Action: "iam:CreateServiceLinkedRole",
      Resource: `${iam}:role/aws-service-role/*`,
    },
  ];
}

/**
 * Its own state, that of the environments whose outputs it takes, and its own buckets.
 *
 * It names what is open: what is closed would grow with every environment, up to where IAM takes no more.
 */
function onlyOwnObjects(states: readonly State[], { project, environment }: Place): PolicyStatement[] {
  const own = `arn:aws:s3:::${project}-${environment.name}-*/*`;
  // A drill's copy has a state of its own.
  const mine = [environment.name, copyNameOf(environment.name)];
  const of = (environments: readonly string[]): string[] =>
    states.flatMap(({ bucketArn }) => environments.map((one) => `${bucketArn}/${project}/${one}/*`));
  return [
    {
      Sid: "WriteOnlyOwnObjects",
      Effect: "Deny",
      Action: ["s3:DeleteObject", "s3:PutObject"],
      NotResource: [own, ...of(mine)],
    },
    {
      Sid: "ReadOnlyOwnObjects",
      Effect: "Deny",
      Action: "s3:GetObject*",
      NotResource: [own, ...of([...mine, ...environment.inFrontOf])],
    },
  ];
}
