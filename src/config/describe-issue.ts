import type { z } from "zod";
import { show } from "./show.ts";
import { valueAt } from "./value-path.ts";

type RawIssue = z.core.$ZodRawIssue;

/** The message of an issue for which the schema has none of its own: what is wrong, got what; what to do. */
export function describeIssue(issue: RawIssue): string {
  const got = `not accepted, got ${show(issue.input)}`;
  switch (issue.code) {
    case "invalid_type":
      return issue.input === undefined
        ? `missing; give it ${noun(issue.expected)}`
        : `expected ${noun(issue.expected)}, got ${show(issue.input)}; correct the value`;
    case "invalid_value":
      return choose(issue.input, issue.values);
    case "too_small":
      return `${got}; ${bound("the least is", "choose more than", issue.minimum, issue)}`;
    case "too_big":
      return `${got}; ${bound("the most is", "choose less than", issue.maximum, issue)}`;
    case "not_multiple_of":
      return `${got}; choose a multiple of ${issue.divisor}`;
    case "invalid_key":
      return withValue(issue.issues[0]?.message ?? "not a key that is known here; remove it", issue.input);
    case "invalid_union":
      return issue.discriminator === undefined || !("options" in issue)
        ? `${got}; ${SEE}`
        : choose(valueAt(issue.input, [issue.discriminator]), [issue.options].flat());
    default:
      return `${got}; ${SEE}`;
  }
}

/** A schema's own message says `what is wrong; what to do`: the value goes between the two. */
export function withValue(message: string, value: unknown): string {
  const [what = "", ...remedy] = message.split("; ");
  if (/^missing| got /.test(what)) return message;
  return [`${what}, got ${show(value)}`, ...remedy].join("; ");
}

const SEE = "see docs/configuration.md for what it may be";

function choose(value: unknown, values: readonly unknown[]): string {
  const [first, ...others] = values.map(show);
  const remedy = others.length === 0 ? `write ${first}` : `choose one of ${[first, ...others].join(", ")}`;
  return value === undefined ? `missing; ${remedy}` : `not accepted, got ${show(value)}; ${remedy}`;
}

interface Bound {
  readonly origin: string;
  readonly inclusive?: boolean | undefined;
}

function bound(inclusive: string, exclusive: string, limit: number | bigint, issue: Bound): string {
  const unit = { string: " characters", array: " entries" }[issue.origin] ?? "";
  return `${issue.inclusive === false ? exclusive : inclusive} ${limit}${unit}`;
}

const NOUNS = new Map([
  ["int", "a whole number"],
  ["array", "a list"],
  ["object", "an object"],
  ["record", "an object"],
]);

const noun = (type: string): string => NOUNS.get(type) ?? `a ${type}`;
