import { blocksOf, type Resource, resourcesOf, type Template } from "./template.ts";

/** Attributes that say whom a rule admits by address, of standalone rules and of inline ones. */
const SOURCES = [
  "cidr_ipv4",
  "cidr_ipv6",
  "cidr_blocks",
  "ipv6_cidr_blocks",
  "prefix_list_id",
  "prefix_list_ids",
];

/** A rule of a security group that lets traffic in. */
export interface IngressRule extends Resource {
  /** What the rule belongs to, as the template writes it. */
  readonly group: unknown;
}

/** The ingress rules of a template, wherever Terraform takes them. */
export function ingressRules(template: Template): IngressRule[] {
  const inline = ["aws_security_group", "aws_default_security_group"].flatMap((type) =>
    resourcesOf(template, type).flatMap(({ address, body }) =>
      blocksOf(body, "ingress").map((rule) => ({ address, body: rule, group: `\${${address}.id}` })),
    ),
  );
  const standalone = [
    ...resourcesOf(template, "aws_vpc_security_group_ingress_rule"),
    ...resourcesOf(template, "aws_security_group_rule").filter(({ body }) => body["type"] === "ingress"),
  ].map((rule) => ({ ...rule, group: rule.body["security_group_id"] }));
  return [...standalone, ...inline];
}

/** The address ranges and prefix lists that a rule admits. */
export const sourcesOf = ({ body }: Resource): unknown[] =>
  SOURCES.flatMap((attribute) => [body[attribute]].flat()).filter(
    (source) => source !== undefined && source !== null,
  );
