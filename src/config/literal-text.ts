import type { Specs } from "./spec.ts";

declare const LITERAL: unique symbol;

/**
 * What stacks are built from, with its text taken out of reach of CDKTF and Terraform (T54).
 *
 * Only `literalSpecs` makes one, so that no text comes to a construct past it.
 */
export type LiteralSpecs = Specs & { readonly [LITERAL]: true };

/** Stands before the number of a character; Unicode gives it to programs, for their own use inside of a text. */
const MARK = "\uFDD0";

/** Part of a number that CDKTF would read as one of its own placeholders: those are near -1e289. */
const EXPONENT = /[-|\d.+]+e[-|\d.eE+]+/g;
const isPlaceholder = (number: number): boolean => number < -1e280 && number > -Infinity;

/** Words that CDKTF refuses as the whole of a text. */
const REFUSED = /^(String|Any) Map Token Value$/;

/** What begins code in CDKTF or in Terraform; a brace at the start might follow a dollar sign that is not the text's. */
const BEGINS_CODE = /[$%#&\uFDD0]|^\{/g;

const mark = (character: string): string => `${MARK}${character.codePointAt(0)};`;
const MARKED = /\uFDD0(\d+);/y;

function shield(text: string): string {
  const marked = text
    .replaceAll(BEGINS_CODE, mark)
    .replace(REFUSED, (word) => mark(word[0] ?? "") + word.slice(1));
  if (!marked.includes("e")) return marked;
  return marked.replaceAll(EXPONENT, (number) =>
    isPlaceholder(Number.parseFloat(number)) ? number.replaceAll("e", mark) : number,
  );
}

/** Takes the text of everything that stacks are built from out of reach; `readable` brings it back. */
export function literalSpecs(specs: Specs): LiteralSpecs;
export function literalSpecs(specs: unknown): unknown {
  const done = new Map<object, unknown>();
  const literal = (value: unknown): unknown => {
    if (typeof value === "string") return shield(value);
    // Names make names of identifiers, which hold no code.
    if (typeof value !== "object" || value === null) return value;
    const known = done.get(value);
    if (known !== undefined) return known;
    const copy = Array.isArray(value)
      ? value.map(literal)
      : Object.fromEntries(Object.entries(value).map(([key, item]) => [shield(key), literal(item)]));
    done.set(value, copy);
    return copy;
  };
  return literal(specs);
}

/**
 * The text as it was written. What is computed from a text, such as the name of a restored database, must not depend on whether a
 * stack or a recovery computes it.
 */
export const plain = (text: string): string =>
  text.replaceAll(/\uFDD0(\d+);/g, (_, code: string) => String.fromCodePoint(Number(code)));

/** A text that Kubernetes puts into a variable: it expands `$(NAME)` there, and takes two dollar signs for one. */
export const withoutExpansion = (text: string): string =>
  text.replaceAll("$", () => "$$").replaceAll(mark("$"), (sign) => sign + sign);

/** Writes the shielded text of a rendered stack as Terraform's JSON syntax wants it: `$${`, `%%{`. */
export function readable<Template>(template: Template): Template;
export function readable(template: unknown): unknown {
  if (typeof template === "string") return template.includes(MARK) ? escape(template) : template;
  if (Array.isArray(template)) return template.map((item: unknown) => readable(item));
  if (typeof template !== "object" || template === null) return template;
  return Object.fromEntries(Object.entries(template).map(([key, item]) => [readable(key), readable(item)]));
}

function escape(text: string): string {
  let written = "";
  let isSign = false;
  for (let index = 0; index < text.length;) {
    MARKED.lastIndex = index;
    const [marked, code] = MARKED.exec(text) ?? [];
    const isText = marked !== undefined;
    const character = isText ? String.fromCodePoint(Number(code)) : text.charAt(index);
    const sign = /[$%]$/.exec(written)?.[0] ?? "";
    // A sign is doubled before a brace, unless both are code; before code it becomes an expression of its own.
    if (character === "{" && (isSign || isText)) written += sign;
    else if (isSign && !isText && text.startsWith(`${sign}{`, index))
      written = written.replace(/[$%]+$/, (signs) => `\${${JSON.stringify(signs)}}`);
    written += character;
    isSign = isText && (character === "$" || character === "%");
    index += marked?.length ?? 1;
  }
  return written;
}
