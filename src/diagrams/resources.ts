import { resourcesOf, type Template } from "../guardrails/template.ts";
import type { Box, Kind } from "./picture.ts";

export type Body = Readonly<Record<string, unknown>>;

/** Bodies of all resources of some types. */
export const bodiesOf = (template: Template, ...types: readonly string[]): readonly Body[] =>
  types.flatMap((type) => resourcesOf(template, type).map(({ body }) => body));

/** A value as it is read; an expression of Terraform's says nothing to a reader. */
export const shown = (value: unknown): string =>
  (typeof value === "string" && !value.includes("${")) || typeof value === "number" ? String(value) : "";

/** One box for all resources of some types; nothing where there is none. */
export function boxOf(
  template: Template,
  types: readonly string[],
  box: Omit<Box, "title"> & {
    readonly title: string | ((bodies: readonly Body[]) => string);
    readonly about?: (bodies: readonly Body[]) => readonly string[];
  },
): readonly Box[] {
  const bodies = bodiesOf(template, ...types);
  if (bodies.length === 0) return [];
  const { id, kind, title, about } = box;
  const details = (about?.(bodies) ?? []).filter((line) => line !== "");
  return [{ id, kind, title: typeof title === "string" ? title : title(bodies), details }];
}

/** `NAT gateway`, `3 NAT gateways`. */
export const counted =
  (one: string) =>
  ({ length }: readonly unknown[]): string =>
    length === 1 ? one : `${length} ${one}s`;

/** A box around others; nothing around nothing. */
export const around = (id: string, kind: Kind, title: string, children: readonly Box[]): readonly Box[] =>
  children.length === 0 ? [] : [{ id, kind, title, children }];
