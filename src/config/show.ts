const LONGEST = 80;

/** A value as a message shows it: on one line, quoted as a person would write it, and not too long. */
export function show(value: unknown): string {
  switch (typeof value) {
    case "string":
      return shorten(shown(JSON.stringify(value)));
    case "object":
      return value === null ? "null" : showObject(value);
    case "undefined":
      return "nothing";
    case "function":
      return "a function";
    default:
      return String(value);
  }
}

/** What a terminal would obey, or show as another line than it is. */
const OBEYED = /[\p{Cc}\p{Cs}\p{Zl}\p{Zp}\u202A-\u202E\u2066-\u2069]/gu;

// eslint-disable-next-line no-control-regex -- the escapes that util.styleText writes
const COLOUR_OR_OBEYED = new RegExp(`\\u001B\\[\\d{1,2}m|${OBEYED.source}`, "gu");

const NAMED: Readonly<Record<string, string>> = { "\n": "\\n", "\r": "\\r", "\t": "\\t" };

const escaped = (character: string): string =>
  NAMED[character] ?? `\\u${character.charCodeAt(0).toString(16).padStart(4, "0")}`;

/** Text of somebody else on one line: control characters, line breaks and reversals of direction are visible. */
export const shown = (text: string): string => text.replaceAll(OBEYED, escaped);

/** A piece of output as a terminal may have it: its own lines, and the colours that this program gives. */
export const printable = (text: string, colours: boolean): string =>
  text.replaceAll(colours ? COLOUR_OR_OBEYED : OBEYED, (one) =>
    one === "\n" || one === "\t" || one.length > 1 ? one : escaped(one),
  );

function showObject(value: object): string {
  if (value instanceof Promise) return "a promise";
  if (!isPlain(value)) return `an instance of ${value.constructor.name || "a class"}`;
  return shorten(shown(JSON.stringify(value, (_key, item: unknown) => (isJson(item) ? item : show(item)))));
}

/** Whether a value is an array or an object that a person could have written as a literal. */
export function isPlain(value: object): boolean {
  if (Array.isArray(value)) return true;
  const prototype: unknown = Object.getPrototypeOf(value);
  return prototype === null || Object.getPrototypeOf(prototype) === null;
}

const isJson = (value: unknown): boolean =>
  typeof value === "string" ||
  typeof value === "boolean" ||
  Number.isFinite(value) ||
  (typeof value === "object" && (value === null || isPlain(value)));

const shorten = (text: string): string => (text.length <= LONGEST ? text : `${text.slice(0, LONGEST)}...`);
