import type { z } from "zod";
import { accountId, pattern, region, section, tagValue } from "../config/fields.ts";

/**
 * Beginnings of names that AWS refuses: of parameters (aws, ssm), of load balancers (internal-), of buckets (the others).
 *
 * Source: Systems Manager, "PutParameter"; Elastic Load Balancing, "CreateLoadBalancer"; Amazon S3, "Bucket naming rules".
 */
const RESERVED = /^(aws|ssm|(internal|sthree|amzn)-)/;

/** Facts that every environment shares. */
export const projectSchema = section({
  name: pattern(
    /^[a-z]([a-z0-9]|-(?!-)){1,18}[a-z0-9]$/,
    "3 to 20 lower-case letters, digits and single hyphens, starting with a letter",
  )
    .refine((name) => !RESERVED.test(name), {
      error:
        "starts with what AWS keeps for itself (aws, ssm, internal-, sthree-, amzn-); choose another name",
    })
    .describe("prefix of every physical name"),
  service: pattern(/^[a-z][a-z0-9-]{1,30}$/, "lower-case letters, digits and hyphens").describe(
    "the one service that runs behind the load balancer; tag Service",
  ),
  accountId: accountId().describe("the AWS account; a provider signed in elsewhere refuses to work"),
  regions: section({
    primary: region().describe("where bootstrap, dev and prod live unless they name another region"),
    standby: region().describe("where a standby lives unless it names another region"),
  })
    .refine((regions) => regions.primary !== regions.standby, {
      path: ["standby"],
      error: "is the primary region too; choose another region",
    })
    .describe("the two regions of the project"),
  owner: tagValue("a team or person").describe("who answers for the resources; tag Owner"),
  costCenter: tagValue("a cost centre").describe("who pays; tag CostCenter"),
  breakGlassRole: pattern(
    /^([\w+=,.@-]{1,64}\/)*[\w+=,.@-]{1,64}$/,
    "the name of an IAM role, after its path if it has one, such as emergency/break-glass",
  )
    .default("break-glass")
    .describe(
      "the account's role for emergencies, with its path if it has one; it alone may delete recovery points",
    ),
  repository: tagValue("the address of this repository").describe("where this code lives; tag Repository"),
}).describe("one file, shared by all environments");

/** A validated project. */
export type Project = z.output<typeof projectSchema>;
