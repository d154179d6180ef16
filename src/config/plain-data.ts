import { formatKey, type Problem } from "./problem.ts";
import { isPlain, show } from "./show.ts";

type Found = Omit<Problem, "file">;
type Path = readonly PropertyKey[];

const REMEDY = "write plain data";
/** Nothing that is known here is a tenth as deep; a stack holds some thousands. */
const DEEPEST = 50;

/** What can't be configuration wherever it stands: functions, promises, class instances, cycles. */
export function findForeignValues(value: unknown): Found[] {
  return [...foreignValues(value, [], [])];
}

function* foreignValues(value: unknown, path: Path, parents: readonly object[]): Generator<Found> {
  const found = (message: string): Found => ({ key: formatKey(path), message });
  if (typeof value === "function" || typeof value === "symbol" || typeof value === "bigint") {
    yield found(`expected plain data, got ${show(value)}; ${REMEDY}`);
    return;
  }
  if (typeof value !== "object" || value === null) return;
  if (!isPlain(value)) {
    const remedy = value instanceof Promise ? "await it" : REMEDY;
    yield found(`expected plain data, got ${show(value)}; ${remedy}`);
  } else if (parents.includes(value)) {
    yield found(`contains itself; ${REMEDY}`);
  } else if (parents.length > DEEPEST) {
    const key = formatKey(path.slice(0, 3));
    yield { key, message: `more than ${DEEPEST} levels deep; ${REMEDY}` };
  } else {
    for (const [key, item] of entriesOf(value))
      yield* foreignValues(item, [...path, key], [...parents, value]);
  }
}

/** `CHANGE_ME` and its kin, anywhere in a string, and `<like-this>` as the whole of one. */
const PLACEHOLDER = /(?<![a-z])(change|replace)[_-]?me(?![a-z])|^<[^<>]+>$/i;

/** Strings that nobody has filled in yet. The value is free of foreign values. */
export function findPlaceholders(value: unknown, path: Path = []): Found[] {
  if (typeof value === "string") {
    const key = formatKey(path);
    if (value.trim() === "")
      return [{ key, message: `empty, got ${show(value)}; give it a value or remove the key` }];
    if (!PLACEHOLDER.test(value)) return [];
    return [{ key, message: `still a placeholder, got ${show(value)}; replace it with the real value` }];
  }
  if (typeof value !== "object" || value === null) return [];
  return entriesOf(value).flatMap(([key, item]) => findPlaceholders(item, [...path, key]));
}

const entriesOf = (value: object): [PropertyKey, unknown][] =>
  // Not map, which leaves out the holes of a sparse list.
  Array.isArray(value) ? Array.from(value, (item: unknown, index) => [index, item]) : Object.entries(value);
