import * as fc from "fast-check";
import bootstrap from "../../environments/bootstrap.ts";
import dev from "../../environments/dev.ts";
import dr from "../../environments/dr.ts";
import prod from "../../environments/prod.ts";
import project from "../../environments/project.ts";

const FILES: Readonly<Record<string, object>> = { project, bootstrap, dev, prod, dr };

type Path = readonly (string | number)[];

/** Every place in a value, its root included. */
export function pathsIn(value: unknown, path: Path = []): Path[] {
  if (typeof value !== "object" || value === null) return [path];
  return [path, ...Object.entries(value).flatMap(([key, item]) => pathsIn(item, [...path, key]))];
}

function replaceAt(value: unknown, [key, ...rest]: Path, change: (value: unknown) => unknown): unknown {
  if (key === undefined) return change(value);
  if (typeof value !== "object" || value === null) return value;
  const copy: Record<string, unknown> = { ...value };
  copy[key] = replaceAt(copy[key], rest, change);
  return Array.isArray(value) ? Object.values(copy) : copy;
}

/** Stands in code that nobody may evaluate. */
export const PLANTED = "planted";

/** Something within objects within objects. */
function nested(depth: number): unknown {
  let value: unknown = 1;
  for (let level = 0; level < depth; level += 1) value = { a: value };
  return value;
}

/** The same object twice on each of many levels. */
function doubled(levels: number): unknown {
  let value: unknown = 1;
  for (let level = 0; level < levels; level += 1) value = [value, value];
  return value;
}

const throwing = (): unknown =>
  Object.defineProperty({}, "region", {
    enumerable: true,
    get() {
      throw new Error("x");
    },
  });

const hostile = (): unknown =>
  new Proxy(
    {},
    {
      ownKeys() {
        throw new Error("no keys");
      },
      getPrototypeOf: () => Object.prototype,
    },
  );

/** What nobody would write, and what somebody might who means harm. */
export const strange: fc.Arbitrary<unknown> = fc.oneof(
  fc.anything({
    withBigInt: true,
    withDate: true,
    withMap: true,
    withNullPrototype: true,
    withSparseArray: true,
  }),
  fc.constantFrom<unknown>(
    null,
    undefined,
    Number.NaN,
    Number.POSITIVE_INFINITY,
    -1,
    0.5,
    1e300,
    "",
    " ",
    "CHANGE_ME",
    "a; got b",
    "x".repeat(5000),
    `\${${PLANTED}}`,
    `%{if ${PLANTED}}`,
    "${TfToken[TOKEN.1]}",
    "\u001B[31mred\n\u202Eback",
    '","',
    [[["a"]]],
    { deep: { deeper: [{}] } },
    () => 1,
    Symbol("s"),
    Promise.resolve(1),
    JSON.parse('{"__proto__": {"polluted": true}}'),
  ),
  fc
    .constantFrom(
      throwing,
      hostile,
      () => new Proxy({}, {}),
      () => nested(20_000),
      () => doubled(40),
    )
    .map((make) => make()),
);

/** A change in one place of one file. */
export interface Mutation {
  readonly file: string;
  readonly where: number;
  readonly how: (old: unknown) => unknown;
}

export const mutation: fc.Arbitrary<Mutation> = fc.record({
  file: fc.constantFrom(...Object.keys(FILES)),
  where: fc.nat(),
  how: fc.oneof(
    strange.map((value) => () => value),
    // Of the right kind, and so more often accepted.
    fc.tuple(fc.string({ unit: "binary" }), fc.integer({ min: -1, max: 1 << 20 }), fc.double()).map(
      ([text, whole, real]) =>
        (old: unknown): unknown =>
          typeof old === "string"
            ? `${old}${text}`
            : typeof old === "number"
              ? whole % 3 === 0
                ? real
                : whole
              : typeof old === "boolean"
                ? !old
                : old,
    ),
    fc.tuple(fc.string(), strange).map(
      ([key, value]) =>
        (old: unknown): unknown =>
          typeof old === "object" && old !== null && !Array.isArray(old) ? { ...old, [key]: value } : value,
    ),
    fc.constant((): unknown => undefined),
  ),
});

/** What the files of the default set export after changes. */
export function exportsAfter(mutations: readonly Mutation[]): ReadonlyMap<string, unknown> {
  const values = new Map<string, unknown>(Object.entries(FILES));
  for (const { file, where, how } of mutations) {
    const paths = pathsIn(FILES[file]);
    try {
      values.set(file, replaceAt(values.get(file), paths[where % paths.length] ?? [], how));
    } catch {
      // An earlier change has made it something that can't be copied, which is strange enough.
    }
  }
  return values;
}
