import { z } from "zod";
import type { TrafficSpec } from "../config/spec.ts";
import type { Subject } from "./guardrail.ts";
import { referenced, type Resource, resourcesOf, type Template } from "./template.ts";

/** Whether a stack is the one with the failover records. */
export const isTraffic = (subject: Subject): subject is Subject & { readonly spec: TrafficSpec } =>
  "standby" in subject.spec;

/** A DNS record in the template of a stack. */
interface DnsRecord extends Resource {
  /** Lower case, without the last dot. */
  readonly name: string;
  readonly failover: string | undefined;
  readonly evaluatesTarget: boolean;
}

const recordSchema = z.object({
  name: z.string().transform((name) => name.toLowerCase().replace(/\.$/, "")),
  alias: z.object({ evaluate_target_health: z.unknown() }).optional(),
  failover_routing_policy: z.object({ type: z.string() }).optional(),
});

/** The records of a template, in the order of their addresses. */
export function dnsRecordsOf(template: Template): readonly DnsRecord[] {
  return resourcesOf(template, "aws_route53_record").flatMap((resource) => {
    const parsed = recordSchema.safeParse(resource.body);
    if (!parsed.success) return [];
    const { name, alias, failover_routing_policy } = parsed.data;
    const evaluatesTarget = alias !== undefined && alias.evaluate_target_health !== false;
    return [{ ...resource, name, failover: failover_routing_policy?.type, evaluatesTarget }];
  });
}

/** The health check that a record goes by, if it is one of the template. */
export const healthCheckOf = ({ body }: Resource, template: Template): Resource | undefined =>
  referenced(template, body["health_check_id"]);
