/** A name that HCL takes without quotes. */
const IDENTIFIER = /^[A-Za-z_][\w-]*$/;

/** A value of Terraform JSON as an HCL expression; a string of it is a template in both. */
export function expression(value: unknown, indent = ""): string {
  if (typeof value === "string") return template(value);
  if (Array.isArray(value)) return list(value, indent);
  if (typeof value === "object" && value !== null) return object(Object.entries(value), indent);
  return JSON.stringify(value);
}

function list(values: readonly unknown[], indent: string): string {
  const inner = `${indent}  `;
  const items = values.map((value) => `${inner}${expression(value, inner)},\n`);
  return items.length === 0 ? "[]" : `[\n${items.join("")}${indent}]`;
}

function object(entries: readonly (readonly [string, unknown])[], indent: string): string {
  const inner = `${indent}  `;
  const items = entries.map(([key, value]) => {
    const name = IDENTIFIER.test(key) ? key : template(key);
    return `${inner}${name} = ${expression(value, inner)}\n`;
  });
  return items.length === 0 ? "{}" : `{\n${items.join("")}${indent}}`;
}

/** What is literal is escaped; what Terraform evaluates stays as it is. */
function template(text: string): string {
  const parts = partsOf(text);
  const [only] = parts;
  // An expression alone keeps its type, as it does in JSON.
  if (parts.length === 1 && only?.isCode === true) return only.text.slice(2, -1).trim();
  const quoted = parts.map((part) => (part.isCode ? part.text : escape(part.text)));
  return `"${quoted.join("")}"`;
}

/** HCL knows fewer escapes than JSON: those of control characters have to be numbers. */
const escape = (text: string): string =>
  JSON.stringify(text)
    .slice(1, -1)
    .replaceAll(/\\./g, (sequence) => CONTROL[sequence] ?? sequence);

const CONTROL: Readonly<Record<string, string>> = { "\\b": "\\u0008", "\\f": "\\u000c" };

interface Part {
  readonly text: string;
  readonly isCode: boolean;
}

/** Splits a template into literal text and `${...}`, whose braces and strings may be nested. */
function partsOf(text: string): readonly Part[] {
  const parts: Part[] = [];
  let literal = "";
  for (let index = 0; index < text.length;) {
    const isEscaped = text.startsWith("$${", index) || text.startsWith("%%{", index);
    const isCode = !isEscaped && (text.startsWith("${", index) || text.startsWith("%{", index));
    const length = isEscaped ? 3 : isCode ? codeLength(text, index) : 1;
    const piece = text.slice(index, index + length);
    if (isCode) {
      if (literal !== "") parts.push({ text: literal, isCode: false });
      parts.push({ text: piece, isCode: true });
      literal = "";
    } else literal += piece;
    index += length;
  }
  return literal === "" ? parts : [...parts, { text: literal, isCode: false }];
}

/** Length of the code that starts at an index, its braces included. */
function codeLength(text: string, start: number): number {
  let depth = 0;
  for (let index = start + 1; index < text.length; index++) {
    const character = text[index];
    if (character === '"') index = endOfString(text, index);
    else if (character === "{") depth++;
    else if (character === "}" && --depth === 0) return index + 1 - start;
  }
  return text.length - start;
}

/** Index of the quote that closes a string within code; code within that string may hold strings of its own. */
function endOfString(text: string, start: number): number {
  for (let index = start + 1; index < text.length; index++) {
    if (text[index] === "\\") index++;
    else if (text[index] === '"') return index;
    else if (text.startsWith("${", index) && text[index - 1] !== "$") index += codeLength(text, index) - 1;
  }
  return text.length;
}
