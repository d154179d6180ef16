import { reasonOf } from "./evaluate-file.ts";
import { formatKey, type Problem } from "./problem.ts";
import { isPlain } from "./show.ts";

/** Deeper than any configuration, and far from where a recursion ends the process. */
const DEEPEST = 100;
/** More values than any configuration has; the same object in many places counts in each of them. */
const LARGEST = 100_000;

type Path = readonly PropertyKey[];
type Found = Omit<Problem, "file">;

/** What a file exports, read once. */
export type Snapshot = { readonly value: unknown } | Found;

class Unreadable extends Error {
  constructor(
    readonly path: Path,
    message: string,
  ) {
    super(message);
  }
}

interface Copied {
  readonly copy: unknown;
  readonly size: number;
}

/**
 * A copy of what a file exports, made of data alone: getters and proxies are asked once, here, and what they throw is a
 * mistake of the file. What is no plain data stays as it is, for `findForeignValues` to name.
 */
export function snapshotOf(value: unknown): Snapshot {
  const done = new Map<object, Copied>();
  const copy = (one: unknown, path: Path): Copied => {
    if (typeof one !== "object" || one === null) return { copy: one, size: 1 };
    if (path.length > DEEPEST)
      throw new Unreadable(path.slice(0, 3), `nested too deep, got more than ${DEEPEST} levels`);
    const known = done.get(one);
    if (known !== undefined) return known;
    if (!attempt(path, () => isPlain(one))) return { copy: one, size: 1 };
    const isList = Array.isArray(one);
    const keys = attempt(path, () => (isList ? listKeys(one.length) : Object.keys(one)));
    const target: object = isList ? [] : {};
    done.set(one, { copy: target, size: 1 });
    let size = 1;
    for (const key of keys) {
      const inner = copy(
        attempt([...path, key], (): unknown => Reflect.get(one, key)),
        [...path, key],
      );
      const property = { value: inner.copy, enumerable: true, configurable: true, writable: true };
      Object.defineProperty(target, key, property);
      size += inner.size;
      if (size > LARGEST)
        throw new Unreadable(path.slice(0, 3), `too large, got more than ${LARGEST} values`);
    }
    const copied = { copy: target, size };
    done.set(one, copied);
    return copied;
  };
  try {
    return { value: copy(value, []).copy };
  } catch (error) {
    if (!(error instanceof Unreadable)) throw error;
    return { key: formatKey(error.path), message: `${error.message}; write plain data` };
  }
}

function listKeys(length: number): number[] {
  if (length > LARGEST) throw new Error(`a list of ${length} entries`);
  return Array.from({ length }, (_, index) => index);
}

function attempt<Value>(path: Path, read: () => Value): Value {
  try {
    return read();
  } catch (error) {
    throw new Unreadable(path, `can't be read, got ${reasonOf(error)}`);
  }
}
