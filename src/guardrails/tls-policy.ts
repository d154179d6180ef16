import type { Guardrail } from "./guardrail.ts";
import { resourcesOf } from "./template.ts";

/** The names of the policies say from which version on TLS is spoken: 1.2 or 1.3. */
const MODERN = /^ELBSecurityPolicy-TLS13-1-[23]-/;

/** Nothing below TLS 1.2, and TLS 1.3 for whoever speaks it. */
export const tlsPolicy: Guardrail = {
  name: "tls-policy",
  summary: "every TLS listener offers TLS 1.3 and nothing below 1.2",
  violations: ({ template }) =>
    resourcesOf(template, "aws_lb_listener")
      .filter(({ body }) => body["protocol"] === "HTTPS" || body["protocol"] === "TLS")
      .map(({ address, body }) => ({ address, policy: String(body["ssl_policy"]) }))
      .filter(({ policy }) => !MODERN.test(policy))
      .map(({ address, policy }) => ({
        key: "ingress",
        message: `${address} accepts outdated TLS, got ${policy}; set ssl_policy to ELBSecurityPolicy-TLS13-1-2-2021-06 or newer`,
      })),
};
