import { everyResource } from "./every-resource.ts";
import { isProduction } from "./guardrail.ts";
import { referenced, refersTo, type Resource, resourcesOf, type Template } from "./template.ts";

/** One NAT gateway for all zones takes all of them down with its own. */
export const natPerZone = everyResource({
  name: "nat-per-zone",
  summary: "in a production environment no zone goes out through the NAT gateway of another zone",
  type: "aws_route",
  where: isProduction,
  holds: (route, { template }) => {
    const gateway = referenced(template, route.body["nat_gateway_id"]);
    if (gateway === undefined) return true;
    const home = zoneOf(referenced(template, gateway.body["subnet_id"]));
    return zonesThrough(route, template).every((zone) => zone === home);
  },
  otherwise: ({ address }) => ({
    key: "network.nat",
    message: `${address} leads to another zone in production, got a shared NAT gateway; set it to "per-zone"`,
  }),
});

/** The zones whose subnets use the route's table. */
function zonesThrough({ body }: Resource, template: Template): unknown[] {
  const table = referenced(template, body["route_table_id"]);
  if (table === undefined) return [];
  return resourcesOf(template, "aws_route_table_association")
    .filter((association) => refersTo(association.body["route_table_id"], table.address))
    .map((association) => zoneOf(referenced(template, association.body["subnet_id"])));
}

const zoneOf = (subnet: Resource | undefined): unknown => subnet?.body["availability_zone"];
