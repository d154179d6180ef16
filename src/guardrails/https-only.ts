import { type Guardrail, isProduction } from "./guardrail.ts";
import { blocksOf, refersTo, type Resource, resourcesOf } from "./template.ts";

/** Production is spoken to over TLS. */
export const httpsOnly: Guardrail = {
  name: "https-only",
  summary:
    "every load balancer of a production environment serves HTTPS, and plain HTTP only redirects to it",
  violations: (subject) => {
    if (!isProduction(subject)) return [];
    const listeners = resourcesOf(subject.template, "aws_lb_listener");
    return resourcesOf(subject.template, "aws_lb").flatMap(({ address }) => {
      const mine = listeners.filter(({ body }) => refersTo(body["load_balancer_arn"], address));
      const encrypted = mine.filter(({ body }) => body["protocol"] === "HTTPS");
      const plain = mine.filter((listener) => !encrypted.includes(listener) && !redirectsToHttps(listener));
      if (encrypted.length > 0 && plain.length === 0) return [];
      const got = mine
        .map(({ body }) => `${String(body["protocol"])} on ${String(body["port"])}`)
        .join(" and ");
      const message = `${address} serves plain HTTP in production, got ${got || "no listener"}; name an issued certificate`;
      return [{ key: "ingress.certificateArn", message }];
    });
  },
};

function redirectsToHttps({ body }: Resource): boolean {
  const actions = blocksOf(body, "default_action");
  return (
    actions.length > 0 &&
    actions.every((action) =>
      blocksOf(action, "redirect").some((redirect) => redirect["protocol"] === "HTTPS"),
    )
  );
}
