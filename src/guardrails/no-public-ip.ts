import type { Guardrail } from "./guardrail.ts";
import { blocksOf, type Resource, resourcesOf } from "./template.ts";

/** What gives a resource a public address, by type: the attribute, inside which block. */
const PUBLIC: readonly { readonly type: string; readonly block?: string; readonly attribute: string }[] = [
  { type: "aws_subnet", attribute: "map_public_ip_on_launch" },
  { type: "aws_db_instance", attribute: "publicly_accessible" },
  { type: "aws_instance", attribute: "associate_public_ip_address" },
  { type: "aws_launch_template", block: "network_interfaces", attribute: "associate_public_ip_address" },
  { type: "aws_ecs_service", block: "network_configuration", attribute: "assign_public_ip" },
];

/** Only load balancers and NAT gateways face the internet. */
export const noPublicIp: Guardrail = {
  name: "no-public-ip",
  summary: "no subnet, task, instance or database gets a public address",
  violations: ({ template }) =>
    PUBLIC.flatMap(({ type, block, attribute }) =>
      resourcesOf(template, type)
        .filter(({ body }) => bodies(body, block).some((one) => isSet(one[attribute])))
        .map(({ address }) => ({
          key: "",
          message: `${address} gets a public address, got ${attribute} true; leave it out, the load balancer is the way in`,
        })),
    ),
};

const bodies = (body: Resource["body"], block: string | undefined): Resource["body"][] =>
  block === undefined ? [body] : blocksOf(body, block);

/** Terraform takes strings for booleans, too. */
const OFF: ReadonlySet<unknown> = new Set([undefined, null, false, "false"]);
const isSet = (value: unknown): boolean => !OFF.has(value);
