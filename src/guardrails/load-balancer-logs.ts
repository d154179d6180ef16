import { everyResource } from "./every-resource.ts";
import { isProduction } from "./guardrail.ts";
import { blocksOf } from "./template.ts";

/** Without access logs nobody can say afterwards who asked for what. */
export const loadBalancerLogs = everyResource({
  name: "load-balancer-logs",
  summary: "every load balancer of a production environment writes access logs",
  type: "aws_lb",
  where: isProduction,
  holds: ({ body }) => blocksOf(body, "access_logs").some((logs) => logs["enabled"] === true),
  otherwise: ({ address }) => ({
    key: "ingress.accessLogs.enabled",
    message: `${address} writes no access logs in production, got false; set it to true`,
  }),
});
