import type { Specs, StackSpec } from "../../src/config/spec.ts";
import type { Template } from "../../src/guardrails/template.ts";
import { synthesize } from "../../src/stacks/synthesize.ts";

const made = new Map<string, Template>();

/**
 * The template of every stack. A stack is made from its spec and nothing else (`__tests__/stacks/synthesize.test.ts`), so
 * that one with an equal spec is made once for all tests of a worker; nobody can change it.
 */
export function templatesOf(specs: Specs): ReadonlyMap<string, Template> {
  const isNew = (spec: StackSpec): boolean => !made.has(keyOf(spec));
  const { bootstrap, services, traffic } = specs;
  const missing: Specs = {
    bootstrap: bootstrap && isNew(bootstrap) ? bootstrap : undefined,
    services: services.filter(isNew),
    traffic: traffic && isNew(traffic) ? traffic : undefined,
  };
  const templates =
    listOf(missing).length === 0 ? new Map<string, Template>() : synthesize(missing).templates;
  for (const spec of listOf(missing)) {
    const template = templates.get(spec.name);
    if (template === undefined) throw new Error(`stack ${spec.name} was not synthesized`);
    made.set(keyOf(spec), freeze(template));
  }
  return new Map(
    listOf(specs).flatMap((spec) => {
      const template = made.get(keyOf(spec));
      return template === undefined ? [] : [[spec.name, template] as const];
    }),
  );
}

const listOf = ({ bootstrap, services, traffic }: Specs): readonly StackSpec[] =>
  [bootstrap, ...services, traffic].filter((spec) => spec !== undefined);

/** Its only functions are those of names, which follow from the project, the name and the region that are part of it. */
const keyOf = (spec: StackSpec): string =>
  JSON.stringify(spec, (_, value: unknown) => {
    if (value instanceof Map || value instanceof Set)
      throw new Error("a Map or a Set of a spec would be lost");
    return value;
  });

function freeze<Value>(value: Value): Value {
  if (typeof value === "object" && value !== null) {
    Object.freeze(value);
    for (const inner of Object.values(value)) freeze(inner);
  }
  return value;
}
