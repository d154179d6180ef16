import { referenced, type Template } from "./template.ts";

/** Whether a value names a customer key: one of the template, or one that another stack owns. */
export function isCustomerKey(value: unknown, template: Template): boolean {
  if (referenced(template, value)?.address.startsWith("aws_kms_key.") === true) return true;
  return typeof value === "string" && /^arn:aws[a-z-]*:kms:[a-z0-9-]+:\d{12}:key\//.test(value);
}
