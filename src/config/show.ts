const LONGEST = 80;

/** A value as a message shows it: on one line, quoted as a person would write it, and not too long. */
export function show(value: unknown): string {
  switch (typeof value) {
    case "string":
      return shorten(JSON.stringify(value));
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

function showObject(value: object): string {
  if (value instanceof Promise) return "a promise";
  if (!isPlain(value)) return `an instance of ${value.constructor.name || "a class"}`;
  return shorten(JSON.stringify(value, (_key, item: unknown) => (isJson(item) ? item : show(item))));
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
