import type { Guardrail, Violation } from "./guardrail.ts";
import type { Resource, Template } from "./template.ts";
import { dnsRecordsOf, healthCheckOf, isTraffic } from "./traffic-records.ts";

/** Whatever else can change an answer moves traffic to a standby without a database, or back to stale data (T41, T42). */
export const operatorMovesTraffic: Guardrail = {
  name: "operator-moves-traffic",
  summary: "in mode operator nothing but the switch object decides who serves",
  violations: (subject) =>
    isTraffic(subject) && subject.spec.config.mode.by === "operator" ? [...violations(subject.template)] : [],
};

function* violations(template: Template): Generator<Violation> {
  for (const record of dnsRecordsOf(template)) {
    const { address, failover, evaluatesTarget } = record;
    if (evaluatesTarget) {
      const message = `${address} moves traffic when its targets fail, got evaluate_target_health true; set it to false`;
      yield { key: "mode.by", message };
    }
    if (failover === "PRIMARY" && !watchesSwitch(healthCheckOf(record, template))) {
      const got = String(record.body["health_check_id"]);
      const message = `${address} does not go by the switch, got health check ${got}; name the inverted one of the switch object`;
      yield { key: "mode.by", message };
    }
    if (failover === "SECONDARY" && record.body["health_check_id"] !== undefined) {
      const message = `${address} gives traffic back to the primary when the standby fails, got a health check of its own; remove it`;
      yield { key: "mode.by", message };
    }
  }
}

const OBJECT = /\.s3\.[a-z0-9-]+\.amazonaws\.com$/;

const watchesSwitch = (check: Resource | undefined): boolean =>
  check?.body["invert_healthcheck"] === true && OBJECT.test(String(check.body["fqdn"]));
