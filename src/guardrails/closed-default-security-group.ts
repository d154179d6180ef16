import { everyResource } from "./every-resource.ts";
import { refersTo, resourcesOf } from "./template.ts";

/** Whoever forgets to name a security group lands in the default one. */
export const closedDefaultSecurityGroup = everyResource({
  name: "closed-default-security-group",
  summary: "the default security group of every VPC admits nothing and lets nothing out",
  type: "aws_vpc",
  holds: ({ address }, { template }) =>
    resourcesOf(template, "aws_default_security_group").some(
      ({ body }) => refersTo(body["vpc_id"], address) && isEmpty(body["ingress"]) && isEmpty(body["egress"]),
    ),
  otherwise: ({ address }) => ({
    key: "",
    message: `${address} leaves its default security group open, got rules that may be added to it; adopt it with empty lists of rules`,
  }),
});

/** An absent list is left as somebody else filled it; only an empty one empties it. */
const isEmpty = (rules: unknown): boolean => Array.isArray(rules) && rules.length === 0;
