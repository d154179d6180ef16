import { z } from "zod";

/** Where in a file a text can stand; `[]` is an entry of a list, `{}` a value of a map. */
export type TextPath = readonly string[];

/** A key of a schema that takes text. */
export interface TextKey {
  /** With the choices that lead to it: `compute|0.container.environment.{}`. */
  readonly id: string;
  readonly path: TextPath;
  readonly schema: z.ZodString;
}

/** Every key of a schema that takes text; with a value, those that can stand in it. */
export function textKeys(schema: unknown, value?: unknown, path: TextPath = [], id = ""): readonly TextKey[] {
  if (schema instanceof z.ZodString) return [{ id, path, schema }];
  if (
    schema instanceof z.ZodOptional ||
    schema instanceof z.ZodDefault ||
    schema instanceof z.ZodPrefault ||
    schema instanceof z.ZodNullable
  )
    return textKeys(schema.unwrap(), value, path, id);
  if (schema instanceof z.ZodPipe) return textKeys(schema.in, value, path, id);
  if (schema instanceof z.ZodObject)
    return Object.entries(schema.shape).flatMap(([key, inner]) =>
      textKeys(inner, member(value, key), [...path, key], `${id}.${key}`),
    );
  if (schema instanceof z.ZodArray)
    return textKeys(schema.element, member(value, "0"), [...path, "[]"], `${id}.[]`);
  if (schema instanceof z.ZodRecord)
    return textKeys(schema.valueType, undefined, [...path, "{}"], `${id}.{}`);
  if (schema instanceof z.ZodUnion)
    return schema.options.flatMap((option, index) =>
      value === undefined || isLike(option, value) ? textKeys(option, value, path, `${id}|${index}`) : [],
    );
  return [];
}

const member = (value: unknown, key: string): unknown =>
  typeof value === "object" && value !== null ? Reflect.get(value, key) : undefined;

/** Whether a value is of this option of a union, as its literals tell. */
function isLike(option: unknown, value: unknown): boolean {
  if (!(option instanceof z.ZodObject)) return z.instanceof(z.ZodType).parse(option).safeParse(value).success;
  return Object.entries(option.shape).every(
    ([key, inner]) => !(inner instanceof z.ZodLiteral) || inner.safeParse(member(value, key)).success,
  );
}

/** A copy with a text at a path. */
export function withText(value: unknown, [key, ...rest]: TextPath, text: string): unknown {
  if (key === undefined) return text;
  if (key === "[]") {
    const entries: readonly unknown[] = Array.isArray(value) ? value : [];
    return [withText(entries[0], rest, text), ...entries.slice(1)];
  }
  const name = key === "{}" ? "log_line_prefix" : key;
  const parent = typeof value === "object" && value !== null ? value : {};
  return { ...parent, [name]: withText(member(parent, name), rest, text) };
}
