import type { PolicyStatement } from "../encryption/key-policy.ts";

/** Who signs the tokens of workflows. https://docs.github.com/actions/concepts/security/openid-connect */
export const ISSUER = "token.actions.githubusercontent.com";

/**
 * Lets workflows of one repository assume a role, when their token is for one of the subjects.
 *
 * Without a condition on the subject every repository of GitHub could.
 *
 * @param subjects what follows `repo:<organization>/<repository>:`, such as `environment:prod`
 */
export function workflowsAssume(
  providerArn: string,
  repository: string,
  subjects: readonly string[],
): PolicyStatement {
  return {
    Sid: "WorkflowsAssume",
    Effect: "Allow",
    Principal: { Federated: providerArn },
    Action: "sts:AssumeRoleWithWebIdentity",
    Condition: {
      StringEquals: {
        [`${ISSUER}:aud`]: "sts.amazonaws.com",
        [`${ISSUER}:sub`]: subjects.map((subject) => `repo:${repository}:${subject}`),
      },
    },
  };
}
