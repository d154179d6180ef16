import type { TerraformStack } from "cdktf";
import type { Template } from "../guardrails/template.ts";
import { type Blocks, blocksOf } from "./blocks.ts";
import { expression } from "./expression.ts";

type Body = Readonly<Record<string, unknown>>;

const NONE: Blocks = new Map();
const CONNECTION: Blocks = new Map([["connection", NONE]]);

/** Arguments that take references, which JSON writes as strings. */
const REFERENCES = new Set(["depends_on", "provider", "ignore_changes", "replace_triggered_by"]);

/**
 * A stack as HCL, for the day on which it is maintained by hand.
 *
 * CDKTF's own rendering loses overrides, writes conditions as arguments, and does not escape a policy that holds a
 * reference. The JSON is right, and lacks only what is a block: that is taken from the bindings.
 */
export function hclOf(stack: TerraformStack, template: Template): string {
  const blocks = blocksOf(stack);
  const { terraform, provider, variable, data, resource, output, ...others } = template;
  const unknown = Object.keys(others).filter((key) => key !== "//");
  if (unknown.length > 0) throw new Error(`no HCL is known for ${unknown.join(", ")} in ${stack.node.id}`);
  return `${[
    terraformBlock(terraform),
    ...Object.entries(provider).flatMap(([type, bodies]) =>
      bodies.map((body) => block(`provider "${type}"`, body, blocks("provider", type))),
    ),
    ...named("variable", variable, blocks),
    ...typed("data", data, blocks),
    ...typed("resource", resource, blocks),
    ...named("output", output, blocks),
  ].join("\n\n")}\n`;
}

function terraformBlock({
  required_providers: providers,
  backend,
  ...settings
}: Template["terraform"]): string {
  const backends = Object.entries(backend).map(([type, body]) =>
    block(`backend "${type}"`, body, NONE, "  "),
  );
  const inner = [
    ...lines(settings, NONE, "  "),
    block("required_providers", record(providers), NONE, "  "),
    ...backends,
  ];
  return `terraform {\n${inner.join("\n")}\n}`;
}

const named = (kind: string, bodies: unknown, blocks: ReturnType<typeof blocksOf>): string[] =>
  Object.entries(record(bodies)).map(([name, body]) =>
    block(`${kind} "${name}"`, withKeyword(record(body)), blocks(kind, name)),
  );

const typed = (
  kind: string,
  types: Readonly<Record<string, Readonly<Record<string, Body>>>>,
  blocks: ReturnType<typeof blocksOf>,
): string[] =>
  Object.entries(types).flatMap(([type, bodies]) =>
    Object.entries(bodies).map(([name, body]) =>
      block(`${kind} "${type}" "${name}"`, body, blocks(kind, type)),
    ),
  );

function block(head: string, body: Body, blocks: Blocks, indent = ""): string {
  const inner = lines(body, blocks, `${indent}  `);
  return inner.length === 0 ? `${indent}${head} {}` : `${indent}${head} {\n${inner.join("\n")}\n${indent}}`;
}

function lines(body: Body, blocks: Blocks, indent: string): string[] {
  const entries = Object.entries(body).filter(([name]) => name !== "//");
  return entries.flatMap(([name, value]) => {
    if (name === "dynamic") throw new Error("no HCL is known for dynamic blocks");
    if (name === "provisioner") return provisioners(value, indent);
    const inner = blocks.get(name);
    if (inner !== undefined) {
      const bodies: readonly unknown[] = Array.isArray(value) ? value : [value];
      return bodies.map((one) => block(name, record(one), inner, indent));
    }
    return [`${indent}${name} = ${argument(name, value, indent)}`];
  });
}

/** Each is named by its type, and says in keywords when it runs and what its failure means. */
function provisioners(value: unknown, indent: string): string[] {
  const inner = `${indent}  `;
  return [value].flat().flatMap((one) =>
    Object.entries(record(one)).map(([type, body]) => {
      const { when, on_failure: onFailure, ...others } = record(body);
      const keywords = Object.entries({ when, on_failure: onFailure }).filter(
        ([, word]) => word !== undefined,
      );
      const rendered = [
        ...keywords.map(([name, word]) => `${inner}${name} = ${String(word)}`),
        ...lines(others, CONNECTION, inner),
      ];
      return `${indent}provisioner "${type}" {\n${rendered.join("\n")}\n${indent}}`;
    }),
  );
}

function argument(name: string, value: unknown, indent: string): string {
  if (!REFERENCES.has(name)) return expression(value, indent);
  return typeof value === "string" ? value : `[${[value].flat().map(String).join(", ")}]`;
}

/** A type constraint is a keyword, which JSON writes as a string. */
function withKeyword({ type, ...body }: Body): Body {
  return typeof type === "string" ? { type: `\${${type}}`, ...body } : body;
}

const record = (value: unknown): Body => (typeof value === "object" && value !== null ? { ...value } : {});
