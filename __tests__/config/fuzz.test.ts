import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import bootstrap from "../../environments/bootstrap.ts";
import dev from "../../environments/dev.ts";
import dr from "../../environments/dr.ts";
import prod from "../../environments/prod.ts";
import project from "../../environments/project.ts";
import { composeConfiguration } from "../../src/config/load.ts";
import { type Problem, UserError } from "../../src/config/problem.ts";

const FILES: Readonly<Record<string, object>> = { project, bootstrap, dev, prod, dr };

type Path = readonly (string | number)[];

/** Every place in a value, its root included. */
function pathsIn(value: unknown, path: Path = []): Path[] {
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

const strange = fc.oneof(
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
    [[["a"]]],
    { deep: { deeper: [{}] } },
    () => 1,
    Symbol("s"),
    Promise.resolve(1),
  ),
);

const mutation = fc.record({
  file: fc.constantFrom(...Object.keys(FILES)),
  where: fc.nat(),
  how: fc.oneof(
    strange.map((value) => () => value),
    fc.tuple(fc.string(), strange).map(
      ([key, value]) =>
        (old: unknown): unknown =>
          typeof old === "object" && old !== null && !Array.isArray(old) ? { ...old, [key]: value } : value,
    ),
  ),
});

/** What a person reads after some places of the default environments were changed; empty when that is still valid. */
function problemsAfter(
  mutations: readonly { file: string; where: number; how: (old: unknown) => unknown }[],
): readonly Problem[] {
  const values = new Map<string, unknown>(Object.entries(FILES));
  for (const { file, where, how } of mutations) {
    const paths = pathsIn(FILES[file]);
    values.set(file, replaceAt(values.get(file), paths[where % paths.length] ?? [], how));
  }
  const files = [...values].map(([name, value]) => ({ name, file: `environments/${name}.ts`, value }));
  try {
    composeConfiguration({ files, activations: [], problems: [] }, "environments");
    return [];
  } catch (error) {
    if (error instanceof UserError) return error.problems;
    throw error;
  }
}

describe("any mistake", () => {
  it("is a problem of a file, never a crash, on one line that ends with what to do", () => {
    fc.assert(
      fc.property(fc.array(mutation, { minLength: 1, maxLength: 4 }), (mutations) => {
        for (const { file, key, message } of problemsAfter(mutations)) {
          expect(file).toMatch(/^environments(\/[a-z]+\.ts)?$/);
          expect(`${key}${message}`).not.toMatch(/[\n\r]/);
          expect(message).toMatch(/^(missing.*|contains itself|.*, got .+|.* got .+); [^;]/);
          expect(message).not.toMatch(/invalid input|\[object|\.$/i);
          expect(message.length).toBeLessThan(700);
        }
      }),
      { numRuns: 300, seed: 1 },
    );
  });

  it("is noticed when it makes a required key something else", () => {
    fc.assert(
      fc.property(fc.constantFrom("project", "dev", "prod", "dr"), strange, (file, value) => {
        const where = pathsIn(FILES[file]).findIndex(
          (path) => path.at(-1) === (file === "project" ? "owner" : "storageGiB"),
        );
        fc.pre(typeof value !== "string" || value.trim() === "" || file !== "project");
        expect(problemsAfter([{ file, where, how: () => value }])).not.toEqual([]);
      }),
      { numRuns: 100, seed: 1 },
    );
  });
});
