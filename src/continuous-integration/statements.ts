import type { PolicyStatement } from "../encryption/key-policy.ts";

/** A bucket that holds state. */
interface State {
  readonly bucketArn: string;
  readonly keyArn: string;
}

/** An environment and the account around it. */
interface Place {
  readonly project: string;
  readonly accountId: string;
  readonly environment: string;
  /** The other environments of the project, bootstrap included. */
  readonly others: readonly string[];
}

/** What a plan needs beside reading the account: the state, and nobody's data. */
export function planStatements(states: readonly State[]): PolicyStatement[] {
  const objects = states.map(({ bucketArn }) => `${bucketArn}/*`);
  return [
    {
      Sid: "ReadState",
      Effect: "Allow",
      Action: ["s3:GetObject", "s3:ListBucket"],
      Resource: [...states.map(({ bucketArn }) => bucketArn), ...objects],
    },
    {
      Sid: "DecryptState",
      Effect: "Allow",
      Action: "kms:Decrypt",
      Resource: states.map(({ keyArn }) => keyArn),
    },
    {
      // ReadOnlyAccess reads every object of every bucket, and a pull request can be anyone's with write access.
      Sid: "NoObjectsButState",
      Effect: "Deny",
      Action: ["s3:GetObject", "s3:GetObjectVersion"],
      NotResource: objects,
    },
    {
      Sid: "NoOtherData",
      Effect: "Deny",
      Action: [
        "dynamodb:BatchGetItem",
        "dynamodb:GetItem",
        "dynamodb:Query",
        "dynamodb:Scan",
        "ecr:BatchGetImage",
        "ecr:GetDownloadUrlForLayer",
        "logs:FilterLogEvents",
        "logs:GetLogEvents",
        "logs:StartQuery",
        "secretsmanager:GetSecretValue",
        "sqs:ReceiveMessage",
        "ssm:GetParameter*",
      ],
      Resource: "*",
    },
  ];
}

/** Services that the roles of an environment are handed to. */
const PASSED_TO = [
  "backup.amazonaws.com",
  "ec2.amazonaws.com",
  "ecs-tasks.amazonaws.com",
  "eks.amazonaws.com",
  "vpc-flow-logs.amazonaws.com",
] as const;

const MANAGE_ROLE = [
  "iam:CreateRole",
  "iam:DeleteRole",
  "iam:DeleteRolePolicy",
  "iam:GetRole",
  "iam:GetRolePolicy",
  "iam:ListAttachedRolePolicies",
  "iam:ListInstanceProfilesForRole",
  "iam:ListRolePolicies",
  "iam:ListRoleTags",
  "iam:PutRolePolicy",
  "iam:TagRole",
  "iam:UntagRole",
  "iam:UpdateAssumeRolePolicy",
  "iam:UpdateRole",
  "iam:UpdateRoleDescription",
] as const;

/** What a deployment of one environment needs beside PowerUserAccess, and what it must not do to the others. */
export function deployStatements(states: readonly State[], place: Place): PolicyStatement[] {
  const { project, accountId, environment } = place;
  const iam = `arn:aws:iam::${accountId}`;
  const roles = `${iam}:role/${project}-${environment}-*`;
  const profiles = `${iam}:instance-profile/${project}-${environment}-*`;
  return [
    { Sid: "ManageOwnRoles", Effect: "Allow", Action: MANAGE_ROLE, Resource: roles },
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
      Resource: profiles,
    },
    {
      Sid: "AttachServicePolicies",
      Effect: "Allow",
      Action: ["iam:AttachRolePolicy", "iam:DetachRolePolicy"],
      Resource: roles,
      Condition: {
        ArnLike: {
          "iam:PolicyARN": [
            "arn:aws:iam::aws:policy/AmazonEC2ContainerRegistry*",
            "arn:aws:iam::aws:policy/AmazonEKS*",
            "arn:aws:iam::aws:policy/AmazonSSMManagedInstanceCore",
            "arn:aws:iam::aws:policy/service-role/*",
          ],
        },
      },
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
    ...nowhereElse(states, place),
  ];
}

/** Services whose resources carry the tag Environment, and the verbs that change or remove what is there. */
const TAGGED = [
  "autoscaling",
  "backup",
  "ec2",
  "ecr",
  "ecs",
  "eks",
  "elasticloadbalancing",
  "kms",
  "logs",
  "rds",
  "secretsmanager",
  "sns",
] as const;
const CHANGE = [
  "Delete*",
  "Deregister*",
  "Disable*",
  "Modify*",
  "Put*",
  "Schedule*",
  "Terminate*",
  "Update*",
] as const;

function nowhereElse(states: readonly State[], { project, environment, others }: Place): PolicyStatement[] {
  return [
    {
      Sid: "NoOtherEnvironment",
      Effect: "Deny",
      Action: TAGGED.flatMap((service) => CHANGE.map((verb) => `${service}:${verb}`)),
      Resource: "*",
      Condition: {
        Null: { "aws:ResourceTag/Environment": "false" },
        StringNotEquals: { "aws:ResourceTag/Environment": environment },
      },
    },
    {
      Sid: "NoOtherState",
      Effect: "Deny",
      Action: ["s3:DeleteObject", "s3:PutObject"],
      Resource: states.flatMap(({ bucketArn }) =>
        others.map((other) => `${bucketArn}/${project}/${other}/*`),
      ),
    },
    {
      Sid: "KeepHistoryOfState",
      Effect: "Deny",
      Action: [
        "s3:DeleteBucket*",
        "s3:DeleteObjectVersion",
        "s3:PutBucket*",
        "s3:PutLifecycleConfiguration",
        "s3:PutReplicationConfiguration",
      ],
      Resource: states.flatMap(({ bucketArn }) => [bucketArn, `${bucketArn}/*`]),
    },
    {
      Sid: "KeepKeyOfState",
      Effect: "Deny",
      Action: ["kms:Disable*", "kms:PutKeyPolicy", "kms:ScheduleKeyDeletion", "kms:UpdateAlias"],
      Resource: states.map(({ keyArn }) => keyArn),
    },
  ];
}
