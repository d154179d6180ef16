import { parse } from "@cdktf/hcl2json";
import { App, TerraformStack } from "cdktf";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { z } from "zod";
import { literalSpecs } from "../../src/config/literal-text.ts";
import { specsOf } from "../../src/config/spec.ts";
import { parseTemplate } from "../../src/guardrails/template.ts";
import { expression } from "../../src/hcl/expression.ts";
import { hclOf } from "../../src/hcl/render.ts";
import { buildStacks } from "../../src/stacks/build-stacks.ts";
import { configure, TRAFFIC } from "../support/environments.ts";

const valueSchema = z.object({ locals: z.tuple([z.object({ it: z.unknown() })]) });

/** What Terraform's own parser makes of an expression. */
async function read(hcl: string): Promise<unknown> {
  const parsed = valueSchema.parse(await parse("main.tf", `locals {\n  it = ${hcl}\n}\n`));
  return parsed.locals[0].it;
}

describe("an expression", () => {
  it.each([
    ["a reference alone, without quotes", "${aws_vpc.network_vpc.id}", "aws_vpc.network_vpc.id"],
    ["a reference among text", "arn:${var.a}/*", '"arn:${var.a}/*"'],
    ["quotes in text, not in code", '{"a":"${jsonencode("b")}"}', '"{\\"a\\":\\"${jsonencode("b")}\\"}"'],
    [
      "braces in code",
      '${join(",", [for k, v in {a = "}"} : "${k}"])}',
      'join(",", [for k, v in {a = "}"} : "${k}"])',
    ],
    ["what is no code", "$${aws:PrincipalAccount}", '"$${aws:PrincipalAccount}"'],
    ["backslashes and lines", "a\\d\nb", '"a\\\\d\\nb"'],
  ])("keeps %s", (_, text, hcl) => {
    expect(expression(text)).toBe(hcl);
  });

  it("is read by Terraform's parser as what it was, whatever stands in it", async () => {
    // A lone $ or % before a brace would be code.
    const text = fc.string({ unit: "binary-ascii" }).filter((one) => !/[$%]/.test(one));
    const code = fc.constantFrom("${var.a}", '${jsonencode("b")}', "");
    const mixed = fc
      .array(fc.tuple(text, code), { minLength: 1, maxLength: 3 })
      .map((parts) => `-${parts.flat().join("")}`);
    const value = fc.oneof(
      mixed,
      fc.integer(),
      fc.boolean(),
      fc.array(mixed),
      fc.dictionary(fc.stringMatching(/^[A-Za-z:/. ]{1,8}$/), mixed),
    );
    await fc.assert(
      fc.asyncProperty(value, async (one) => {
        expect(await read(expression(one))).toEqual(one);
      }),
      { numRuns: 60 },
    );
  });
});

/** `{ block: [{ … }] }` and `{ block: { … } }` are the same in Terraform JSON; the parser always writes the first. */
function normal(value: unknown): unknown {
  if (Array.isArray(value)) return value.length === 1 ? normal(value[0]) : value.map(normal);
  if (typeof value === "string") {
    // Keywords and references are strings in JSON, and code once they have been HCL.
    const [, bare] = /^\$\{([^{}]+)\}$/.exec(value) ?? [];
    return bare ?? value;
  }
  if (typeof value !== "object" || value === null) return value;
  const entries = Object.entries(value).filter(([key, inner]) => key !== "//" && !isEmpty(inner));
  return Object.fromEntries(entries.map(([key, inner]) => [key, normal(inner)]));
}

const isEmpty = (value: unknown): boolean => ["[]", "{}"].includes(JSON.stringify(value));

describe("every stack", () => {
  const app = new App({ outdir: "unused", stackTraces: false });
  buildStacks(
    app,
    literalSpecs(
      specsOf(
        configure({
          prod: { compute: { container: { environment: { LOG: "%{User} $$ ${x}" } } } },
          traffic: TRAFFIC,
          bootstrap: { stateReplication: { enabled: true } },
        }),
      ),
    ),
  );
  const stacks = app.node.children.filter((child) => TerraformStack.isStack(child));

  it.each(stacks.map((stack) => [stack.node.id, stack] as const))(
    "%s says the same in HCL as in JSON",
    async (_, stack) => {
      stack.prepareStack();
      const template = parseTemplate(stack.toTerraform());
      const parsed = await parse("cdk.tf", hclOf(stack, template));
      expect(normal(parsed)).toEqual(normal(template));
    },
  );
});
