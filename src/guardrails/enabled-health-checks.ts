import { everyResource } from "./every-resource.ts";

/** A disabled check counts as healthy, an inverted one as unhealthy, whatever the endpoint does (T39). */
export const enabledHealthChecks = everyResource({
  name: "enabled-health-checks",
  summary: "no health check is disabled",
  type: "aws_route53_health_check",
  holds: ({ body }) => body["disabled"] === undefined || body["disabled"] === false,
  otherwise: ({ address, body }) => ({
    key: "",
    message: `${address} watches nothing, got disabled ${String(body["disabled"])}; enable it, or remove it with its records`,
  }),
});
