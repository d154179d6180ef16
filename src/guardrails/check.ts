import { nearestKey } from "../config/spelling.ts";
import { formatProblem, type Problem } from "../config/problem.ts";
import type { Specs } from "../config/spec.ts";
import { GUARDRAILS } from "./all.ts";
import type { Guardrail, Subject } from "./guardrail.ts";
import type { Template } from "./template.ts";

/** Holds a stack against every guardrail and its exceptions against both. */
export function* checkGuardrails(guardrails: readonly Guardrail[], subject: Subject): Generator<Problem> {
  const { file, exceptions } = subject.spec;
  const excepted = new Set(exceptions.map(({ guardrail }) => guardrail));
  const breached = new Set<string>();

  for (const { name, violations } of guardrails) {
    for (const { key, message } of violations(subject)) {
      breached.add(name);
      if (!excepted.has(name)) {
        yield { file, key, message: `${message}, or add an exception with a reason (guardrail ${name})` };
      }
    }
  }

  const names = guardrails.map(({ name }) => name);
  const named = exceptions.map(({ guardrail }) => guardrail);
  for (const [index, guardrail] of named.entries()) {
    const message = exceptionProblem(
      guardrail,
      names,
      breached.has(guardrail),
      named.indexOf(guardrail) < index,
    );
    if (message !== undefined) yield { file, key: `exceptions[${index}].guardrail`, message };
  }
}

function exceptionProblem(
  guardrail: string,
  names: readonly string[],
  isBreached: boolean,
  isRepeated: boolean,
): string | undefined {
  if (!names.includes(guardrail)) {
    const nearest = nearestKey(guardrail, names);
    const remedy = nearest === undefined ? `choose among ${names.join(", ")}` : `did you mean "${nearest}"`;
    return `no such guardrail, got "${guardrail}"; ${remedy}`;
  }
  if (isRepeated) return `named before, got "${guardrail}" again; keep one exception`;
  return isBreached ? undefined : `has no effect, since "${guardrail}" holds here; remove the exception`;
}

/** Holds every synthesized stack against every guardrail; an activated standby is only warned. */
export function checkStacks(specs: Specs, templates: ReadonlyMap<string, Template>): Problem[] {
  const inPeace = subjectsOf(specs, templates).filter((subject) => !isActivated(subject));
  return inPeace.flatMap((subject) => [...checkGuardrails(GUARDRAILS, subject)]);
}

/** What an activated standby lacks: a rule never stops an incident, but it is not forgotten either (T45). */
export function guardrailWarnings(specs: Specs, templates: ReadonlyMap<string, Template>): string[] {
  const activated = subjectsOf(specs, templates).filter(isActivated);
  return activated.flatMap((subject) => [...checkGuardrails(GUARDRAILS, subject)].map(formatProblem));
}

const isActivated = ({ spec }: Subject): boolean =>
  "role" in spec && spec.role.kind === "standby" && spec.role.posture !== "standby";

function subjectsOf(
  { bootstrap, services, traffic, copy }: Specs,
  templates: ReadonlyMap<string, Template>,
): Subject[] {
  return [bootstrap, ...services, copy, traffic].flatMap((spec) => {
    if (spec === undefined) return [];
    const template = templates.get(spec.name);
    if (template === undefined) throw new Error(`there is no stack ${spec.name} to check`);
    const others = new Map([...templates].filter(([name]) => name !== spec.name));
    return [{ spec, template, others }];
  });
}
