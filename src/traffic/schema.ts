import { z } from "zod";
import { arn, domainName, email, pattern, section, urlPath } from "../config/fields.ts";

/** Source: the model of Amazon Route 53, "ResourcePath". */
const LONGEST_RESOURCE_PATH = 255;

const loadBalancerSchema = section({
  albDnsName: domainName().describe("DNS name of the load balancer"),
  albZoneId: pattern(/^Z[A-Z0-9]{6,31}$/, "a hosted zone id such as Z32O12XQLNTSW2").describe(
    "hosted zone id of the load balancer, as AWS lists it for the region",
  ),
});

/** How traffic finds out that it has to move. */
const modeSchema = z
  .discriminatedUnion("by", [
    section({
      by: z.literal("operator").describe("an operator puts the switch object; nothing else moves traffic"),
    }),
    section({
      by: z
        .literal("automatic")
        .describe("traffic moves by itself when the primary's endpoint fails its health check"),
      reason: z
        .string()
        .trim()
        .min(10, {
          error: "a reason has at least 10 characters; say why traffic may move to a standby by itself",
        })
        .optional()
        .describe(
          "why traffic may reach a standby that was not restored; needed with backup-based recovery (T41)",
        ),
    }),
  ])
  .default({ by: "operator" })
  .describe("who moves the traffic");

/** Failover records of a pair in Route 53. */
export const trafficSchema = section({
  standby: pattern(/^[a-z][a-z0-9-]*$/, "the name of a standby").describe("the standby that takes over"),
  zoneId: pattern(/^Z[A-Z0-9]{6,31}$/, "a hosted zone id such as Z0123456789ABCDEFGHIJ").describe(
    "public hosted zone that holds the record",
  ),
  zoneName: domainName().describe("name of the hosted zone"),
  recordName: domainName().describe(
    "name of the failover records; where users ask for others that lead to it, those are ingress.userNames of the primary",
  ),
  mode: modeSchema,
  removalReason: z
    .string()
    .trim()
    .min(10, { error: "a reason has at least 10 characters; say why the records may go" })
    .optional()
    .describe(
      "why the records may be destroyed or renamed, and nobody is led by them any more; without it Terraform refuses every plan that does so, cdktf destroy included, before anything is changed",
    ),
  operators: z
    .array(
      arn("iam", /^role\/([\w+=,.@-]{1,64}\/)*[\w+=,.@-]{1,64}$/, "arn:aws:iam::111122223333:role/on-call"),
    )
    .default([])
    .describe(
      "roles, with their path if they have one, that alone may turn the switch, beside project.breakGlassRole; none leaves that to IAM",
    ),
  dualStack: z
    .boolean()
    .default(false)
    .describe("add AAAA records; for load balancers of your own that are both dual-stack"),
  healthCheck: section({
    protocol: z
      .enum(["HTTPS", "HTTP"])
      .default("HTTPS")
      .describe("protocol of the check on the primary's endpoint"),
    port: z
      .int()
      .min(1)
      .max(65535)
      .optional()
      .describe("port of the check on the primary's endpoint; by default that of the protocol, 443 or 80"),
    path: urlPath(LONGEST_RESOURCE_PATH).default("/health").describe("path that answers 2xx or 3xx"),
    failureThreshold: z
      .int()
      .min(1)
      .max(10)
      .default(3)
      .describe("equal answers in a row that change a verdict, on the endpoint and on the switch"),
    intervalSeconds: z
      .literal([10, 30])
      .default(30)
      .describe(
        "seconds between two checks of one checker, of the endpoint and of the switch; 10 costs extra",
      ),
  })
    .prefault({})
    .describe("what Route 53 asks, and how often"),
  loadBalancers: section({
    primary: loadBalancerSchema.describe("load balancer of the primary"),
    standby: loadBalancerSchema.describe("load balancer of the standby"),
  })
    .optional()
    .describe("load balancers of your own; by default the stacks of the pair are asked"),
  alarmEmails: z
    .array(email())
    .optional()
    .describe("addresses that hear when the switch or a health check changes; by default those of the pair"),
});

/** Validated traffic settings. */
export type TrafficConfig = z.output<typeof trafficSchema>;
/** A load balancer as an alias record names it. */
export type LoadBalancerConfig = z.output<typeof loadBalancerSchema>;

/** The port that is asked of the primary's endpoint. */
export const endpointPort = ({
  healthCheck: { protocol, port },
}: Pick<TrafficConfig, "healthCheck">): number => port ?? (protocol === "HTTPS" ? 443 : 80);
