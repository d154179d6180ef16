import { containsCidr } from "cidr-tools";
import type { Guardrail } from "./guardrail.ts";
import { ingressRules, sourcesOf } from "./ingress-rules.ts";

/** Ranges that no packet from the internet carries. Source: RFC 1918, RFC 6598 and RFC 4193. */
const PRIVATE_RANGES = ["10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16", "100.64.0.0/10", "fc00::/7"];

/** A pilot light admits nobody from the internet, whatever else listens (T1). */
export const closedStandby: Guardrail = {
  name: "closed-standby",
  summary: "no security group of a standby admits anything but private addresses until it is activated",
  violations: ({ spec, template }) => {
    if (!("role" in spec) || spec.role.kind !== "standby" || spec.role.posture === "active") return [];
    return ingressRules(template).flatMap((rule) =>
      sourcesOf(rule)
        .filter((source) => !isPrivate(source))
        .map((source) => ({
          key: "ingress.public",
          message: `${rule.address} admits the public to a closed standby, got ${String(source)}; let the activation open it`,
        })),
    );
  },
};

/** A range that is only known after the apply, or hidden in a prefix list, may be public. */
function isPrivate(source: unknown): boolean {
  return typeof source === "string" && /^[0-9a-f.:]+\/\d+$/i.test(source)
    ? containsCidr(PRIVATE_RANGES, source)
    : false;
}
