import type { z } from "zod";

type JsonSchema = z.core.JSONSchema.JSONSchema;

/** One key of a configuration file. */
export interface Row {
  /** Dotted path; the entries of a list are `key[]`. */
  readonly key: string;
  readonly type: string;
  /** What holds when the key is absent: its default, that it is required, or nothing. */
  readonly absent: string;
  readonly meaning: string;
}

/** The keys of an object schema in the order of their declaration, each followed by its own. */
export function rowsOf(schema: JsonSchema, parent = ""): readonly Row[] {
  return Object.entries(schema.properties ?? {}).flatMap(([name, property]) => {
    const key = parent === "" ? name : `${parent}.${name}`;
    const child = plain(property);
    return [rowOf(key, child, schema.required?.includes(name) ?? false), ...rowsBelow(key, child)];
  });
}

/** The key that tells the options of a discriminated union apart. */
export function discriminatorOf(options: readonly JsonSchema[]): string | undefined {
  const [first] = options;
  return Object.keys(first?.properties ?? {}).find((name) =>
    options.every((option) => plain(option.properties?.[name]).const !== undefined),
  );
}

/** A subschema; zod writes no other booleans than "nothing" and "anything". */
export const plain = (schema: JsonSchema["items"]): JsonSchema =>
  typeof schema === "object" && !Array.isArray(schema) ? schema : {};

function rowOf(key: string, schema: JsonSchema, isRequired: boolean): Row {
  return {
    key,
    type: typeOf(schema),
    absent: absentOf(schema, isRequired),
    meaning: schema.description ?? "",
  };
}

function rowsBelow(key: string, schema: JsonSchema): readonly Row[] {
  if (schema.oneOf !== undefined) return optionRows(key, schema.oneOf);
  if (schema.anyOf !== undefined) return schema.anyOf.flatMap((option) => formRows(key, option));
  if (schema.type === "array") return rowsOf(plain(schema.items), `${key}[]`);
  return rowsOf(schema, key);
}

/** The keys of one of several forms; the other forms do without them. */
const formRows = (key: string, option: JsonSchema): Row[] =>
  rowsOf(option, key).map((row) => ({
    ...row,
    absent: row.absent === REQUIRED ? "required in this form" : row.absent,
  }));

/** The keys of all options: those that not every option has say where they belong. */
function optionRows(key: string, options: readonly JsonSchema[]): readonly Row[] {
  const name = discriminatorOf(options);
  if (name === undefined) return options.flatMap((option) => formRows(key, option));
  const choices = options.map((option) => plain(option.properties?.[name]));
  const path = `${key}.${name}`;
  const choice: Row = {
    key: path,
    type: orList(choices.map((one) => code(one.const))),
    absent: REQUIRED,
    meaning: choices.map((one) => `${code(one.const)}: ${one.description ?? ""}`).join("; "),
  };
  const rows = options.flatMap((option, index) =>
    rowsOf(option, key)
      .filter((row) => row.key !== path)
      .map((row) => ({ row, option: code(choices[index]?.const) })),
  );
  const ids = [...new Set(rows.map(({ row }) => JSON.stringify(row)))];
  return [
    choice,
    ...ids.flatMap((id) => {
      const same = rows.filter(({ row }) => JSON.stringify(row) === id);
      const where =
        same.length === options.length ? "" : ` (${name} ${orList(same.map(({ option }) => option))})`;
      return same.slice(0, 1).map(({ row }) => ({ ...row, meaning: row.meaning + where }));
    }),
  ];
}

const REQUIRED = "required";

function absentOf(schema: JsonSchema, isRequired: boolean): string {
  if (isRequired) return REQUIRED;
  const isSection = schema.properties !== undefined && JSON.stringify(schema.default) === "{}";
  if (isSection) return "its defaults";
  return schema.default === undefined ? "none" : code(schema.default);
}

function typeOf(schema: JsonSchema): string {
  const form = schema["form"];
  if (schema.const !== undefined) return code(schema.const);
  if (schema.enum !== undefined) return orList(schema.enum.map(code));
  if (typeof form === "string") return form;
  switch (schema.type) {
    case "integer":
      return ["a whole number", bounds(schema.minimum, schema.maximum)].join(" ").trim();
    case "number":
      return schema.exclusiveMinimum === 0 ? "a number above 0" : "a number";
    case "boolean":
      return "`true` or `false`";
    case "array":
      return listType(schema);
    case "object":
      return schema.properties === undefined ? mapType(schema) : "a section";
    default:
      return (schema.oneOf ?? schema.anyOf) ? "a choice" : "text";
  }
}

function listType({ items, minItems, maxItems }: JsonSchema): string {
  const count = bounds(minItems, maxItems);
  return `a list${count === "" ? "" : ` of ${count}`}, each ${typeOf(plain(items))}`;
}

const mapType = ({ propertyNames, additionalProperties }: JsonSchema): string =>
  `a map from ${typeOf(plain(propertyNames))} to ${typeOf(plain(additionalProperties))}`;

/** The limits of exact integers are the machine's, and say nothing about the key. */
function bounds(least = Number.MIN_SAFE_INTEGER, most = Number.MAX_SAFE_INTEGER): string {
  const [isBelow, isAbove] = [least > Number.MIN_SAFE_INTEGER, most < Number.MAX_SAFE_INTEGER];
  if (isBelow && isAbove) return `${least} to ${most}`;
  if (isBelow) return `${least} or more`;
  return isAbove ? `at most ${most}` : "";
}

const code = (value: unknown): string => `\`${JSON.stringify(value)}\``;

function orList(items: readonly string[]): string {
  const unique = [...new Set(items)];
  const last = unique.at(-1) ?? "";
  return unique.length < 2 ? last : `${unique.slice(0, -1).join(", ")} or ${last}`;
}
