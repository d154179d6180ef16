import { readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import {
  type LiteralSpecs,
  literalSpecs,
  readable,
  withoutExpansion,
} from "../../src/config/literal-text.ts";
import { type Specs, specsOf } from "../../src/config/spec.ts";
import { describe, expect, expectTypeOf, it } from "vitest";
import { buildStacks } from "../../src/stacks/build-stacks.ts";
import { synthesize } from "../../src/stacks/synthesize.ts";
import { configure } from "../support/environments.ts";
import {
  allTextKeys,
  bySet,
  OUTSIDE_OF_STACKS,
  specsWith,
  takesCode,
  textPlaces,
  textsFor,
  textsIn,
} from "../support/odd-text.ts";

const CODE = /\$\$\{|%%\{|\$\{"([$%]+)"\}|[$%]\{/g;

/** What Terraform makes of a string without references; `__tests__/terraform/literal-text.test.ts` asks Terraform itself. */
function evaluated(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(evaluated);
  if (typeof value === "string")
    return value.replaceAll(
      CODE,
      (code, signs: string | undefined) => signs ?? (code.length === 3 ? code.slice(1) : "code"),
    );
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, evaluated(item)]));
}

describe("text of people", async () => {
  const places = await textPlaces();
  const free = places.filter(takesCode);

  it("has a place in one of the sets for every key of the schema", () => {
    const known = new Set(places.map(({ id }) => id.replace(/^(?!project)[^|]+/, "")));
    expect(allTextKeys().filter((id) => !known.has(id))).toEqual([]);
  });

  it("is taken by keys that are no identifiers", () => {
    expect([...new Set(free.map(({ id }) => id.replace(/^[a-z]+\|\d/, "")))]).toMatchInlineSnapshot(`
      [
        ".compute|0.container.environment.{}",
        ".compute|0.container.healthCommand.[]",
        ".database.parameters.{}",
        ".compute|1.container.environment.{}",
        ".compute|1.container.healthCommand.[]",
        ".compute|2.container.environment.{}",
        ".compute|2.container.healthCommand.[]",
        ".mode|1.reason",
        ".removalReason",
      ]
    `);
  });

  it.each([0, 1, 2])("reaches the stacks as it was written, round %i", (round) => {
    for (const own of bySet(free)) {
      const placed = textsFor(own, round);
      const specs = specsWith(placed);
      if (specs === undefined) throw new Error("texts that are accepted one by one are refused together");
      const texts = new Set(textsIn(evaluated([...synthesize(specs).templates])));
      for (const { place, text } of placed)
        expect(texts.has(text), `${place.id} ${text}`).toBe(!OUTSIDE_OF_STACKS.test(place.id));
    }
  });

  const [first] = specsOf(configure()).services;

  /** A text on its way to a construct. */
  function shielded(owner: string): string {
    if (first === undefined) throw new Error("no service");
    const services = [{ ...first, project: { ...first.project, owner } }];
    const specs = literalSpecs({ bootstrap: undefined, services, traffic: undefined });
    return specs.services[0]?.project.owner ?? "";
  }

  it.each([
    ["${TfToken[TOKEN.1]}", "$${TfToken[TOKEN.1]}"],
    ["$${a} %%{b} $%{c}", "$$${a} %%%{b} $%%{c}"],
    ["costs 5 $ or 5 %", "costs 5 $ or 5 %"],
    ["\uFDD036;{", "\uFDD036;{"],
  ])("is written as Terraform reads it: %s", (text, written) => {
    expect(shielded(text)).not.toMatch(/[$%]/);
    expect(readable({ [shielded(text)]: [shielded(text)] })).toEqual({ [written]: [written] });
  });

  it.each([
    ["a$", '-a${"$"}${var.b}'],
    ["a$%", "-a$%${var.b}"],
    ["a%$", '-a${"%$"}${var.b}'],
    ["a%", "-a%${var.b}"],
  ])("does not turn code behind it into text: %s", (text, written) => {
    expect(readable(`-${shielded(text)}\${var.b}`)).toBe(written);
  });

  it("does not become code behind a sign that is not its own", () => {
    expect(readable(`$${shielded("{a}")}`)).toBe("$${a}");
  });

  it("leaves code alone", () => {
    expect(readable(`\${jsonencode("${shielded("$")}{")}`)).toBe('${jsonencode("$${")}');
  });

  it("comes to Kubernetes without being expanded there", () => {
    expect(readable(withoutExpansion(shielded("$(A) $")))).toBe("$$(A) $$");
  });
});

describe("what stacks are built from", () => {
  /** Every module that a stack is made with. */
  function modulesOf(file: string, found = new Map<string, string>()): ReadonlyMap<string, string> {
    if (found.has(file)) return found;
    const source = readFileSync(file, "utf8");
    found.set(file, source);
    for (const [, path = ""] of source.matchAll(/^(?:import|export) (?!type)[^;]*?from "(\.[^"]+\.ts)";/gms))
      modulesOf(join(dirname(file), path), found);
    return found;
  }

  it("has passed here: nothing on the way to a construct reads files, variables or AWS", () => {
    const modules = modulesOf("src/stacks/build-stacks.ts");
    expect(modules.size).toBeGreaterThan(100);
    const readers = [...modules].filter(([, source]) =>
      /from "(node:(?!crypto)[^"]+|@aws-sdk[^"]+)"|\bprocess\.|\bimport\(/.test(source),
    );
    expect(readers.map(([file]) => file)).toEqual([]);
  });

  it("is required by the type: `npm test -- types` refuses specs whose text is not marked", () => {
    expectTypeOf<Specs>().not.toExtend<LiteralSpecs>();
    expectTypeOf(buildStacks).parameter(1).toEqualTypeOf<LiteralSpecs>();
  });
});
