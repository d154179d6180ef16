import type { z } from "zod";
import { describeIssue, withValue } from "./describe-issue.ts";
import { findForeignValues, findPlaceholders } from "./plain-data.ts";
import { formatKey, type Problem } from "./problem.ts";
import type { SourceFile } from "./read-files.ts";
import { parseCorrected } from "./spelling.ts";
import { without, valueAt } from "./value-path.ts";

/** What became of a file's export. */
export interface Validated<Value> {
  /** The parsed value; with mistakes, what is left without them, so that rules over several files find theirs too. */
  readonly value: Value | undefined;
  readonly problems: readonly Problem[];
}

/**
 * Parses what a file exports, and refuses placeholders wherever they stand.
 *
 * @param isFilledIn what a program wrote is no template that somebody has to fill in: a reason of `<region lost>` is one
 */
export function validate<Schema extends z.ZodType>(
  schema: Schema,
  source: SourceFile,
  { isFilledIn = false } = {},
): Validated<z.output<Schema>> {
  const foreign = findForeignValues(source.value);
  if (foreign.length > 0)
    return { value: undefined, problems: foreign.map((one) => ({ file: source.file, ...one })) };

  const parse = (value: unknown, error: z.core.$ZodErrorMap): z.ZodSafeParseResult<z.output<Schema>> =>
    schema.safeParse(value, { reportInput: true, error });
  const { value, result, typos } = parseCorrected(source.value, parse, describeIssue);
  const issues = result.error?.issues ?? [];
  const mistakes = issues.map((issue) => ({
    key: formatKey(issue.path),
    message: describeMistake(issue, value),
  }));
  const problems = [...typos, ...(isFilledIn ? [] : findPlaceholders(value)), ...mistakes]
    // One place, one line: the first says what to do first.
    .filter(({ key }, index, all) => all.findIndex((other) => other.key === key) === index)
    .map((one) => ({ file: source.file, ...one }));
  if (result.success) return { value: result.data, problems };
  const remains = without(
    value,
    issues.map(({ path }) => path),
  );
  return { value: parse(remains, describeIssue).data, problems };
}

/** A rule over several keys may complain about one that has its default: there is no value to show. */
function describeMistake({ path, message, input }: z.core.$ZodIssue, root: unknown): string {
  const value = valueAt(root, path);
  return value === undefined && input !== undefined ? message : withValue(message, value);
}
