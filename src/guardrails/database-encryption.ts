import { show } from "../config/show.ts";
import { isCustomerKey } from "./customer-keys.ts";
import type { Guardrail, Violation } from "./guardrail.ts";
import { type Resource, resourcesOf, type Template } from "./template.ts";

/** What AWS's own key encrypts can be copied to no other region and be restored in no other account. */
export const databaseEncryption: Guardrail = {
  name: "database-encryption",
  summary: "every database encrypts its storage, its password and its query metrics with a customer key",
  violations: ({ template }) =>
    resourcesOf(template, "aws_db_instance").flatMap((database) => breachesOf(database, template)),
};

function breachesOf({ address, body }: Resource, template: Template): Violation[] {
  const keys = ["kms_key_id", "master_user_secret_kms_key_id"];
  if (body["performance_insights_enabled"] === true) keys.push("performance_insights_kms_key_id");
  const unencrypted = body["storage_encrypted"] === true ? [] : ["storage_encrypted"];
  const wrong = [...unencrypted, ...keys.filter((key) => !isCustomerKey(body[key], template))];
  return wrong.map((attribute) => ({
    key: "database",
    message: `${address} is not encrypted with a customer key, got ${attribute} ${show(body[attribute])}; give it the environment's data key`,
  }));
}
