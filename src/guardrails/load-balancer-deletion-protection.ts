import { everyResource } from "./every-resource.ts";
import { isProduction } from "./guardrail.ts";

/** A load balancer that is deleted comes back under another DNS name. */
export const loadBalancerDeletionProtection = everyResource({
  name: "load-balancer-deletion-protection",
  summary: "every load balancer of a production environment refuses to be deleted",
  type: "aws_lb",
  where: isProduction,
  holds: ({ body }) => body["enable_deletion_protection"] === true,
  otherwise: ({ address }) => ({
    key: "ingress.deletionProtection",
    message: `${address} may be deleted in production, got false; set it to true`,
  }),
});
