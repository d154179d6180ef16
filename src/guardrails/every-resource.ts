import type { Guardrail, Subject, Violation } from "./guardrail.ts";
import { type Resource, resourcesOf } from "./template.ts";

interface ResourceRule extends Pick<Guardrail, "name" | "summary"> {
  /** Type of the resources that it looks at. */
  readonly type: string;
  /** The stacks that it applies to; all by default. */
  readonly where?: (subject: Subject) => boolean;
  readonly holds: (resource: Resource, subject: Subject) => boolean;
  readonly otherwise: (resource: Resource, subject: Subject) => Violation;
}

/** A guardrail that looks at each resource of a type for itself. */
export function everyResource(rule: ResourceRule): Guardrail {
  const { name, summary, type, where = () => true, holds, otherwise } = rule;
  return {
    name,
    summary,
    violations: (subject) =>
      where(subject)
        ? resourcesOf(subject.template, type)
            .filter((resource) => !holds(resource, subject))
            .map((resource) => otherwise(resource, subject))
        : [],
  };
}
