import { z } from "zod";
import {
  arn,
  cidrBlock,
  domainName,
  LONGEST_CHECKED_PATH,
  ranges,
  section,
  urlPath,
} from "../config/fields.ts";

/** A security group has 60 inbound rules, and each range one for HTTPS and one for HTTP. Source: Amazon VPC, "Quotas". */
const MOST_RANGES = 30;

const isPublic =
  "let the allowed ranges reach the load balancer; a standby is opened by its activation, not here";

const ingress = <Public extends z.ZodType<boolean, boolean | undefined>>(openness: Public) =>
  section({
    public: openness.describe(isPublic),
    allowedCidrs: ranges(
      cidrBlock(0, 32),
      MOST_RANGES,
      "each takes two of the 60 rules of a security group (T62)",
    )
      .min(1)
      .default(["0.0.0.0/0"])
      .describe("ranges that may reach the load balancer while it is public"),
    userNames: z
      .array(domainName())
      .default([])
      .describe(
        "names that users ask for, where traffic.recordName is not the only one; of the primary, for its standby as well. Both certificates must cover them, a validation asks for the first, and where DNS is changed elsewhere a recovery waits until it leads them to the right side",
      ),
    certificateArn: arn(
      "acm",
      /^certificate\//,
      "arn:aws:acm:eu-west-1:111122223333:certificate/6f1d8f0e-0c1b-4a53-9c8d-8d2f0a3b4c5d",
    )
      .optional()
      .describe(
        "issued ACM certificate in the environment's region (T14); without one the load balancer speaks HTTP",
      ),
    allowHttp: z
      .boolean()
      .default(false)
      .describe("serve plain HTTP when there is no certificate; refused in production"),
    healthCheck: section({
      path: urlPath(LONGEST_CHECKED_PATH).default("/health").describe("path that answers when healthy"),
      deepPath: urlPath(LONGEST_CHECKED_PATH)
        .optional()
        .describe(
          "path that answers 200 to 299 only while the service can use its database. A validation asks it, and a drill's load balancer; never the load balancer that serves: a slow database would take every target out",
        ),
      intervalSeconds: z.int().min(5).max(300).default(15).describe("seconds between two checks"),
      timeoutSeconds: z.int().min(2).max(120).default(5).describe("seconds to wait for an answer"),
      healthyCount: z
        .int()
        .min(2)
        .max(10)
        .default(2)
        .describe("good answers in a row that make a target healthy"),
      unhealthyCount: z
        .int()
        .min(2)
        .max(10)
        .default(3)
        .describe("bad answers in a row that make a target unhealthy"),
    })
      .refine((check) => check.timeoutSeconds < check.intervalSeconds, {
        path: ["timeoutSeconds"],
        error: "timeout is not below the interval; lower timeoutSeconds or raise intervalSeconds",
      })
      .prefault({})
      .describe("how the load balancer asks a target for its health"),
    deregistrationDelaySeconds: z
      .int()
      .min(0)
      .max(3600)
      .default(30)
      .describe("seconds to drain a leaving target"),
    idleTimeoutSeconds: z
      .int()
      .min(1)
      .max(4000)
      .default(60)
      .describe("seconds before an idle connection is closed"),
    accessLogs: section({
      enabled: z.boolean().default(true).describe("write one line per request to the log bucket"),
      retentionDays: z.int().min(1).max(3653).default(90).describe("days that access logs are kept"),
    })
      .prefault({})
      .describe("access logs in S3"),
    webAclArn: arn(
      "wafv2",
      /^regional\/webacl\//,
      "arn:aws:wafv2:eu-west-1:111122223333:regional/webacl/shop/1a2b3c4d-5678-90ab-cdef-111122223333",
    )
      .optional()
      .describe("regional WAF web ACL to put in front of the load balancer"),
    deletionProtection: z.boolean().default(true).describe("refuse to delete the load balancer"),
  }).describe("load balancer, listeners and who may reach them");

/** The load balancer in front of the service. */
export const ingressSchema = ingress(z.boolean().default(true));
/** The load balancer of a standby: there, and closed. */
export const standbyIngressSchema = ingress(z.literal(false).default(false));

/** Validated ingress settings. */
export type IngressConfig = z.output<typeof ingressSchema>;
