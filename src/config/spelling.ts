import { closest, distance } from "fastest-levenshtein";
import type { z } from "zod";
import { formatKey, type Problem } from "./problem.ts";
import { show } from "./show.ts";
import { rename, valueAt } from "./value-path.ts";

type Found = Omit<Problem, "file">;
type Parse<Output> = (value: unknown, error: z.core.$ZodErrorMap) => z.ZodSafeParseResult<Output>;

/** A value as if every key were spelled right, its parse, and the keys that are not. */
interface Spelled<Output> {
  readonly value: unknown;
  readonly result: z.ZodSafeParseResult<Output>;
  readonly typos: readonly Found[];
}

/**
 * Parses a value as if every unknown key were the one that it resembles.
 *
 * A misspelled key is one mistake: it is not a missing one too, and what stands under it is checked all the same.
 *
 * @param value free of cycles and functions
 */
export function parseCorrected<Output>(
  value: unknown,
  parse: Parse<Output>,
  error: z.core.$ZodErrorMap,
): Spelled<Output> {
  const known = new WeakMap<readonly string[], readonly string[]>();
  const result = parse(value, (issue) => {
    if (issue.code === "unrecognized_keys") known.set(issue.keys, keysOf(issue.inst));
    return error(issue);
  });
  const unknown = (result.error?.issues ?? []).filter((issue) => issue.code === "unrecognized_keys");
  if (unknown.length === 0) return { value, result, typos: [] };

  const copy: unknown = structuredClone(value);
  const typos = unknown.flatMap(({ path, keys }) =>
    keys.map((key) => {
      const choices = known.get(keys) ?? [];
      const nearest = nearestKey(key, choices);
      rename(valueAt(copy, path), key, nearest);
      const remedy =
        nearest === undefined ? `choose among ${choices.join(", ")}` : `did you mean "${nearest}"`;
      return { key: formatKey([...path, key]), message: `unknown key, got ${show(key)}; ${remedy}` };
    }),
  );
  const rest = parseCorrected(copy, parse, error);
  return { ...rest, typos: [...typos, ...rest.typos] };
}

function keysOf(schema: z.core.$ZodRawIssue["inst"]): string[] {
  const definition = schema?._zod.def;
  const shape: unknown = definition && "shape" in definition ? definition.shape : undefined;
  return typeof shape === "object" && shape !== null ? Object.keys(shape) : [];
}

/** The known key that an unknown one is a misspelling or a part of, if it is one. */
export function nearestKey(key: string, known: readonly string[]): string | undefined {
  const wanted = key.toLowerCase();
  const resembles = (one: string): boolean =>
    distance(wanted, one) <= Math.max(2, wanted.length / 3) || (wanted.length > 3 && one.includes(wanted));
  const candidates = known.filter((one) => resembles(one.toLowerCase()));
  return candidates.length === 0 ? undefined : closest(key, candidates);
}
