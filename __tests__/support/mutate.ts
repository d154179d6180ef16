import { parseTemplate } from "../../src/guardrails/template.ts";
import { merge, resourceAt, type SynthesizedStack } from "./environments.ts";

/** The same environment with one resource changed in its synthesized JSON, which stays as it was. */
export function mutate<Stack extends SynthesizedStack>(
  subject: Stack,
  address: string,
  changes: Readonly<Record<string, unknown>>,
): Stack {
  resourceAt(subject.template, address);
  return add(subject, address, changes);
}

/** The same environment with one resource more, or changed. */
export function add<Stack extends SynthesizedStack>(
  subject: Stack,
  address: string,
  body: Readonly<Record<string, unknown>>,
): Stack {
  const [type = "", name = ""] = address.split(".");
  const template = merge(subject.template, { resource: { [type]: { [name]: body } } });
  return { ...subject, template: parseTemplate(template) };
}

/** The same environment without one resource. */
export function remove<Stack extends SynthesizedStack>(subject: Stack, address: string): Stack {
  resourceAt(subject.template, address);
  const [type = "", name = ""] = address.split(".");
  const template = merge(subject.template, { resource: { [type]: { [name]: undefined } } });
  return { ...subject, template: parseTemplate(template) };
}
