import { referenced, type Template } from "./template.ts";

/** An alias is looked up: only a customer has one that is not AWS's own. */
const ALIAS = /^\$\{data\.aws_kms_alias\.([a-z0-9_]+)\.target_key_arn\}$/;

/** Whether a value names a customer key: one of the template, or one that another stack owns. */
export function isCustomerKey(value: unknown, template: Template): boolean {
  const [, alias = ""] = ALIAS.exec(String(value)) ?? [];
  const name = template.data["aws_kms_alias"]?.[alias]?.["name"];
  if (typeof name === "string") return !name.startsWith("alias/aws/");
  if (referenced(template, value)?.address.startsWith("aws_kms_key.") === true) return true;
  return typeof value === "string" && /^arn:aws[a-z-]*:kms:[a-z0-9-]+:\d{12}:key\//.test(value);
}
