import type { PolicyStatement } from "../encryption/key-policy.ts";
import type { ContinuousIntegrationConfig } from "./schema.ts";

/** Who signs the tokens of workflows. https://docs.github.com/actions/concepts/security/openid-connect */
export const ISSUER = "token.actions.githubusercontent.com";

/** A token that is trusted. */
export interface Trusted {
  /** What follows `repo:<organization>/<repository>:`, such as `environment:prod`; one of them. */
  readonly subjects: readonly string[];
  /** The branch that the workflow runs on, where the subject does not say it. */
  readonly branch?: string;
}

/**
 * Lets workflows of one repository assume a role, when their token is for one of the subjects.
 *
 * Without a condition on the subject every repository of GitHub could. One that names an environment says nothing of the
 * branch, and whether the environment admits any is a setting that AWS can't see; but the token has the branch too.
 */
export function workflowsAssume(
  providerArn: string,
  {
    repository,
    subjectPrefix = `repo:${repository}`,
  }: Pick<ContinuousIntegrationConfig, "repository" | "subjectPrefix">,
  { subjects, branch }: Trusted,
): PolicyStatement {
  return {
    Sid: "WorkflowsAssume",
    Effect: "Allow",
    Principal: { Federated: providerArn },
    Action: "sts:AssumeRoleWithWebIdentity",
    Condition: {
      StringEquals: {
        [`${ISSUER}:aud`]: "sts.amazonaws.com",
        [`${ISSUER}:sub`]: subjects.map((subject) => `${subjectPrefix}:${subject}`),
        ...(branch !== undefined && { [`${ISSUER}:ref`]: `refs/heads/${branch}` }),
      },
    },
  };
}
