import {
  DefaultTokenResolver,
  StringConcat,
  TerraformElement,
  type TerraformStack,
  Tokenization,
} from "cdktf";

/** What stands in braces without an equals sign, and what stands in it. JSON does not tell the two apart. */
export type Blocks = ReadonlyMap<string, Blocks>;

const NONE: Blocks = new Map();

const CONDITION: Blocks = new Map([
  ["precondition", NONE],
  ["postcondition", NONE],
]);

/** Blocks of every resource, data source and provider that a stack declares, by kind and type. */
export function blocksOf(stack: TerraformStack): (kind: string, type: string) => Blocks {
  const known = new Map<string, Blocks>();
  const resolver = new DefaultTokenResolver(new StringConcat());
  for (const element of stack.node.findAll()) {
    if (!TerraformElement.isTerraformElement(element)) continue;
    const fragment: unknown = Tokenization.resolve(element.toHclTerraform(), {
      scope: element,
      resolver,
      preparing: false,
    });
    for (const [kind, types] of Object.entries(record(fragment))) {
      for (const [type, named] of Object.entries(record(types))) {
        const bodies = Array.isArray(named) ? named : Object.values(record(named));
        const key = `${kind}.${type}`;
        for (const body of bodies) known.set(key, merge(known.get(key) ?? NONE, blocksIn(body)));
      }
    }
  }
  return (kind, type) => merge(known.get(`${kind}.${type}`) ?? NONE, META[kind] ?? NONE);
}

/** Blocks that belong to Terraform itself, and that the bindings therefore do not describe. */
const META: Readonly<Record<string, Blocks>> = {
  resource: new Map([["lifecycle", CONDITION]]),
  data: new Map([["lifecycle", CONDITION]]),
  variable: new Map([["validation", NONE]]),
};

/** The bindings describe a value as `{ value, isBlock, ... }`. */
function blocksIn(body: unknown): Blocks {
  const found = new Map<string, Blocks>();
  for (const [name, described] of Object.entries(record(body))) {
    const { value, isBlock, is_block: alsoBlock } = record(described);
    if (isBlock !== true && alsoBlock !== true) continue;
    const bodies: readonly unknown[] = Array.isArray(value) ? value : [value];
    found.set(name, bodies.map(blocksIn).reduce(merge, NONE));
  }
  return found;
}

function merge(one: Blocks, other: Blocks): Blocks {
  const merged = new Map(one);
  for (const [name, inner] of other) merged.set(name, merge(merged.get(name) ?? NONE, inner));
  return merged;
}

const record = (value: unknown): Readonly<Record<string, unknown>> =>
  typeof value === "object" && value !== null ? { ...value } : {};
