import { readByPlans } from "../compute/read-by-plans.ts";
import type { PolicyStatement } from "../encryption/key-policy.ts";
import type { Place, State } from "./place.ts";
import { allOf, STACK_SERVICES } from "./services.ts";

/** What a plan needs beside reading the account: the state, and nobody's data. */
export function planStatements(
  states: readonly State[],
  place: Pick<Place, "project" | "accountId">,
): PolicyStatement[] {
  const buckets = states.map(({ bucketArn }) => bucketArn);
  const objects = buckets.map((arn) => `${arn}/*`);
  const written = readByPlans(place);
  return [
    {
      Sid: "ReadState",
      Effect: "Allow",
      Action: ["s3:GetObject", "s3:ListBucket"],
      Resource: [...buckets, ...objects],
    },
    {
      Sid: "DecryptState",
      Effect: "Allow",
      Action: "kms:Decrypt",
      Resource: states.map(({ keyArn }) => keyArn),
    },
    {
      // ReadOnlyAccess shows the tables, streams, functions and source code of everybody in the account.
      Sid: "NothingButTheStacks",
      Effect: "Deny",
      // And the cost allocation tags of bootstrap, which nobody deploys.
      NotAction: allOf([...STACK_SERVICES, "ce"]),
      Resource: "*",
    },
    {
      // It reads every object of every bucket, too, and a pull request can be anyone's with write access. Listing stays open:
      // a refresh asks by it whether a bucket exists.
      Sid: "NoObjectsButState",
      Effect: "Deny",
      Action: "s3:GetObject*",
      NotResource: [...buckets, ...objects, ...written.objects],
    },
    {
      Sid: "NoOtherParameters",
      Effect: "Deny",
      Action: "ssm:GetParameter*",
      // AWS's own, such as the newest machine images, belong to no account.
      NotResource: ["arn:aws:ssm:*::parameter/*", ...written.parameters],
    },
    {
      Sid: "NoOtherData",
      Effect: "Deny",
      Action: [
        "ec2:GetConsole*",
        "ec2:GetPasswordData",
        "ecr:BatchGetImage",
        "ecr:GetDownloadUrlForLayer",
        "logs:FilterLogEvents",
        "logs:GetLog*",
        "logs:GetQueryResults",
        "logs:StartLiveTail",
        "logs:StartQuery",
        "logs:Unmask",
        "rds:Download*",
        "secretsmanager:BatchGetSecretValue",
        "secretsmanager:GetSecretValue",
        "ssm:GetCommandInvocation",
        "ssm:ListCommandInvocations",
      ],
      Resource: "*",
    },
  ];
}
