import { everyResource } from "./every-resource.ts";
import { isProduction } from "./guardrail.ts";
import { refersTo, resourcesOf } from "./template.ts";

/** Without flow logs nobody can say afterwards who spoke to whom. */
export const flowLogs = everyResource({
  name: "flow-logs",
  summary: "every VPC of a production environment records all its traffic",
  type: "aws_vpc",
  where: isProduction,
  holds: ({ address }, { template }) =>
    resourcesOf(template, "aws_flow_log").some(
      ({ body }) => refersTo(body["vpc_id"], address) && body["traffic_type"] === "ALL",
    ),
  otherwise: ({ address }) => ({
    key: "network.flowLogs.enabled",
    message: `${address} records no traffic in production, got false; set it to true`,
  }),
});
