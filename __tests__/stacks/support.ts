import { readdirSync } from "node:fs";
import { loadConfiguration } from "../../src/config/load.ts";
import { specsOf } from "../../src/config/spec.ts";
import { synthesize } from "../../src/stacks/synthesize.ts";

/** Folders of the example environments. */
export const EXAMPLES = readdirSync("examples", { withFileTypes: true })
  .filter((entry) => entry.isDirectory())
  .map(({ name }) => name);

/** A stack as a person would read it: by address, without CDKTF's notes, and with policies as objects. */
export type Readable = Readonly<Record<string, unknown>>;

/** Every stack of a folder of environments. */
export async function readStacks(folder: string): Promise<ReadonlyMap<string, Readable>> {
  const { templates } = synthesize(specsOf(await loadConfiguration(folder)));
  return new Map([...templates].map(([name, template]) => [name, readable(template)]));
}

function readable(template: Readonly<Record<string, unknown>>): Readable {
  const { resource, data, ...others } = template;
  const entries = [...byAddress(resource, ""), ...byAddress(data, "data."), ...Object.entries(others)];
  return Object.fromEntries(
    entries.filter(([key]) => key !== "//").map(([key, value]) => [key, open(value)]),
  );
}

const byAddress = (types: unknown, prefix: string): [string, unknown][] =>
  Object.entries(asRecord(types)).flatMap(([type, resources]) =>
    Object.entries(asRecord(resources)).map(([name, body]): [string, unknown] => [
      `${prefix}${type}.${name}`,
      body,
    ]),
  );

/** JSON within JSON is opened, unless an expression of Terraform's makes it something else. */
function open(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(open);
  if (typeof value === "string") return /^(\{|\[\{?)"/.test(value) ? openText(value) : value;
  if (typeof value !== "object" || value === null) return value;
  const kept = Object.entries(value).filter(([key]) => key !== "//");
  return Object.fromEntries(kept.map(([key, inner]) => [key, open(inner)]));
}

function openText(text: string): unknown {
  try {
    return open(JSON.parse(text));
  } catch {
    return text;
  }
}

const asRecord = (value: unknown): Readonly<Record<string, unknown>> =>
  typeof value === "object" && value !== null ? { ...value } : {};

/** What one stack has that another has not, or has otherwise; `null` where it lacks something. */
export function differences(from: Readable, to: Readable): Readable {
  const keys = [...new Set([...Object.keys(from), ...Object.keys(to)])].sort();
  return Object.fromEntries(
    keys
      .filter((key) => JSON.stringify(from[key]) !== JSON.stringify(to[key]))
      .map((key) => [key, to[key] ?? null]),
  );
}
