import type { Guardrail, Subject } from "../../src/guardrails/guardrail.ts";

/** What a guardrail says of an environment, as `key: message`. */
export const breaches = (guardrail: Guardrail, subject: Subject): string[] =>
  guardrail.violations(subject).map(({ key, message }) => (key === "" ? message : `${key}: ${message}`));
