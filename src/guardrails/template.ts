import { z } from "zod";

const block = z.record(z.string(), z.unknown());

const templateSchema = z.looseObject({
  terraform: z.looseObject({ backend: z.record(z.string(), block).default({}) }).prefault({}),
  provider: z.record(z.string(), z.array(block)).default({}),
  resource: z.record(z.string(), z.record(z.string(), block)).default({}),
  data: z.record(z.string(), z.record(z.string(), block)).default({}),
  output: z.record(z.string(), block).default({}),
});

/** The synthesized Terraform JSON of one stack. */
export type Template = z.output<typeof templateSchema>;

/** Reads synthesized JSON. */
export const parseTemplate = (json: unknown): Template => templateSchema.parse(json);

/** One resource of a template. */
export interface Resource {
  /** Terraform address, such as `aws_db_instance.database_instance`. */
  readonly address: string;
  readonly body: Readonly<Record<string, unknown>>;
}

/** The resources of a type, in the order of their addresses. */
export function resourcesOf(template: Template, type: string): Resource[] {
  return Object.entries(template.resource[type] ?? {}).map(([name, body]) => ({
    address: `${type}.${name}`,
    body,
  }));
}

/** The nested blocks of a name, which Terraform JSON writes as one object or as a list. */
export function blocksOf(body: Readonly<Record<string, unknown>>, name: string): Resource["body"][] {
  const parsed = z.union([z.array(block), block.transform((one) => [one])]).safeParse(body[name]);
  return parsed.success ? parsed.data : [];
}

/** Whether a value is an attribute of the resource at an address. */
export function refersTo(value: unknown, address: string): boolean {
  return typeof value === "string" && value.startsWith(`\${${address}.`);
}

/** The resource whose attribute a value is; undefined when it is none of this template. */
export function referenced(template: Template, value: unknown): Resource | undefined {
  const [, type = "", name = ""] = /^\$\{([a-z0-9_]+)\.([a-z0-9_-]+)\.[^{}]+\}$/.exec(String(value)) ?? [];
  const body = template.resource[type]?.[name];
  return body && { address: `${type}.${name}`, body };
}

/** Parses a JSON document of a template, such as a policy; a spliced `jsonencode` expression stays as its own text. */
export function parseDocument(text: string): unknown {
  return JSON.parse(text.replaceAll(/(?<!")\$\{jsonencode\([^"]*?\)\}(?!")/g, '"$&"'));
}
