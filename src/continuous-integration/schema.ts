import { z } from "zod";
import { pattern, section } from "../config/fields.ts";

/** Roles that GitHub's workflows take on; nothing exists until a repository is named. */
export const continuousIntegrationSchema = section({
  repository: pattern(
    /^[A-Za-z0-9](?:[A-Za-z0-9-]{0,38})\/[A-Za-z0-9._-]{1,100}$/,
    "organization/repository as GitHub spells it",
  ).describe("the repository whose workflows may take on the roles, as organization/repository"),
  subjectPrefix: pattern(
    /^repo:[A-Za-z0-9-]+(?:@\d+)?\/[A-Za-z0-9._-]+(?:@\d+)?$/,
    "repo:<organization>/<repository>, with the ids that GitHub shows in it",
  )
    .optional()
    .describe(
      "what the subjects of the repository's tokens start with, as its settings for OpenID Connect show it; newer repositories have ids in it, by default repo:<repository>",
    ),
  branch: pattern(/^[A-Za-z0-9._/-]+$/, "the name of a branch")
    .default("main")
    .describe("branch that workflows may deploy from, and whose scheduled and manual workflows may plan"),
  provider: z
    .enum(["create", "existing"])
    .default("create")
    .describe("existing: the account trusts GitHub already, and has one such provider at most"),
}).describe(
  "roles for GitHub workflows: one that plans, and one per environment that deploys; off by default",
);

/** Validated settings of continuous integration. */
export type ContinuousIntegrationConfig = z.output<typeof continuousIntegrationSchema>;
