import type { Guardrail } from "./guardrail.ts";
import { dnsRecordsOf, isTraffic } from "./traffic-records.ts";

/** A second record under the name would answer some users around the switch, or make the apply fail. */
export const singleAnswer: Guardrail = {
  name: "single-answer",
  summary: "no record but the failover records answers for the name that users reach the service by",
  violations: (subject) => {
    if (!isTraffic(subject)) return [];
    const { recordName } = subject.spec.config;
    const here = dnsRecordsOf(subject.template)
      .filter(({ failover }) => failover === undefined)
      .map((record) => ({ ...record, stack: subject.spec.name }));
    const elsewhere = [...(subject.others ?? [])].flatMap(([stack, template]) =>
      dnsRecordsOf(template).map((record) => ({ ...record, stack })),
    );
    return [...here, ...elsewhere]
      .filter(({ name }) => name === recordName)
      .map(({ address, stack }) => ({
        key: "recordName",
        message: `is answered around the failover records, got ${address} of ${stack}; remove that record`,
      }));
  },
};
