import { show } from "../config/show.ts";
import type { Guardrail } from "./guardrail.ts";
import { ingressRules, sourcesOf } from "./ingress-rules.ts";
import { refersTo, type Resource, resourcesOf, type Template } from "./template.ts";

/** Whoever may connect is named by security group: an address range names everyone who ever gets an address in it. */
export const privateDatabase: Guardrail = {
  name: "private-database",
  summary: "no database is reachable from the internet, or from an address range",
  violations: ({ template }) =>
    resourcesOf(template, "aws_db_instance").flatMap((database) => [
      ...published(database),
      ...openRules(database, template),
    ]),
};

function published({ address, body }: Resource) {
  if (body["publicly_accessible"] === false || body["publicly_accessible"] === undefined) return [];
  return [
    {
      key: "database",
      message: `${address} has a public address, got publicly_accessible ${show(body["publicly_accessible"])}; set it to false`,
    },
  ];
}

function openRules({ address, body }: Resource, template: Template) {
  const groups = [body["vpc_security_group_ids"]].flat();
  return ingressRules(template)
    .filter(({ group }) => groups.includes(group) || sameGroup(groups, group, template))
    .flatMap((rule) =>
      sourcesOf(rule).map((source) => ({
        key: "database",
        message: `${rule.address} admits addresses to ${address}, got ${show(source)}; admit a security group instead`,
      })),
    );
}

/** A group may be named by any of its attributes. */
function sameGroup(groups: readonly unknown[], group: unknown, template: Template): boolean {
  return resourcesOf(template, "aws_security_group").some(
    ({ address }) => refersTo(group, address) && groups.some((one) => refersTo(one, address)),
  );
}
