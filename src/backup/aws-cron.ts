import { Cron } from "croner";

/** The years that AWS cron knows. */
export const FIRST_YEAR = 1970;
export const LAST_YEAR = 2199;

/** What an AWS cron expression means, in UTC: every combination of its parts is a firing. */
export interface AwsCron {
  readonly minutes: readonly number[];
  readonly hours: readonly number[];
  /** 1 is January. */
  readonly months: readonly number[];
  readonly years: readonly number[];
  /** Whether the two day fields admit a day, whatever its month and year. */
  readonly admitsDay: (day: Date) => boolean;
}

/** A parsed expression, or what is wrong with it: one line that names the field. */
export type AwsCronResult =
  { readonly ok: true; readonly cron: AwsCron } | { readonly ok: false; readonly message: string };

interface Field {
  readonly name: string;
  readonly least: number;
  readonly most: number;
  /** AWS allows less than the library does. */
  readonly grammar: RegExp;
  readonly hint: string;
}

const MONTH = "(?:\\d{1,2}|JAN|FEB|MAR|APR|MAY|JUN|JUL|AUG|SEP|OCT|NOV|DEC)";
const WEEKDAY = "(?:[1-7]|SUN|MON|TUE|WED|THU|FRI|SAT)";

const rangeOf = (value: string): string => `${value}(?:-${value})?`;
const listOf = (item: string): string => `${item}(?:,${item})*`;
/** Values, ranges and steps, in a list. */
const numeric = (value: string): string => listOf(`(?:\\*|${rangeOf(value)})(?:/\\d{1,2})?`);

const field = (name: string, least: number, most: number, grammar: string, hint: string): Field => ({
  name,
  least,
  most,
  grammar: new RegExp(`^(?:${grammar})$`),
  hint,
});

/** Source: Amazon EventBridge, "Cron expressions reference". */
const FIELDS = {
  minutes: field("minutes", 0, 59, numeric("\\d{1,2}"), "write 0 to 59, ranges upwards, such as 0 or */15"),
  hours: field("hours", 0, 23, numeric("\\d{1,2}"), "write 0 to 23, ranges upwards, such as 3 or */12"),
  dayOfMonth: field(
    "day of month",
    1,
    31,
    `\\?|L|LW|\\d{1,2}W|${numeric("\\d{1,2}")}`,
    "write 1 to 31, ranges upwards, *, ?, L, LW or 15W",
  ),
  month: field("month", 1, 12, numeric(MONTH), "write 1 to 12 or JAN to DEC, ranges upwards"),
  dayOfWeek: field(
    "day of week",
    1,
    7,
    `[?*L]|${WEEKDAY}L|${WEEKDAY}#[1-5]|${listOf(rangeOf(WEEKDAY))}`,
    "write 1 (SUN) to 7 (SAT), ranges upwards, *, ?, L, 6L or 3#2",
  ),
  year: field("year", FIRST_YEAR, LAST_YEAR, numeric("\\d{4}"), "write 1970 to 2199, ranges upwards, or *"),
} as const;

type FieldName = keyof typeof FIELDS;

const ORDER = ["minutes", "hours", "dayOfMonth", "month", "dayOfWeek", "year"] as const;

/** Reads AWS cron. A rate is refused: when it fires depends on when the plan was made. */
export function parseAwsCron(expression: string): AwsCronResult {
  const inner = /^cron\((.*)\)$/.exec(expression)?.[1];
  if (inner === undefined)
    return refuse(`expected AWS cron, got "${expression}"; write cron(0 */12 * * ? *)`);
  const texts = inner.trim().toUpperCase().split(/\s+/);
  if (texts.length !== ORDER.length) {
    const names = ORDER.map((name) => FIELDS[name].name).join(", ");
    return refuse(`expected six fields, got ${texts.length} in "${expression}"; write ${names}`);
  }
  const [minutes = "", hours = "", dayOfMonth = "", month = "", dayOfWeek = "", year = ""] = texts;
  const fields = { minutes, hours, dayOfMonth, month, dayOfWeek, year };

  for (const name of ORDER) {
    const message = fieldProblem(name, fields[name]);
    if (message !== undefined) return refuse(message);
  }
  if ((dayOfMonth === "?") === (dayOfWeek === "?")) {
    const got = `got "${dayOfMonth}" and "${dayOfWeek}"`;
    return refuse(`exactly one of day of month and day of week must be ?, ${got}; correct one of them`);
  }
  const days = matcher({ dayOfMonth, dayOfWeek });
  return {
    ok: true,
    cron: {
      minutes: valuesOf("minutes", minutes, (value) => Date.UTC(2000, 0, 1, 0, value)),
      hours: valuesOf("hours", hours, (value) => Date.UTC(2000, 0, 1, value)),
      months: valuesOf("month", month, (value) => Date.UTC(2000, value - 1)),
      years: valuesOf("year", year, (value) => Date.UTC(value, 0)),
      admitsDay: (day) => days.match(day),
    },
  };
}

const refuse = (message: string): AwsCronResult => ({ ok: false, message });

function fieldProblem(name: FieldName, text: string): string | undefined {
  const { name: title, least, most, grammar, hint } = FIELDS[name];
  if (!grammar.test(text)) return `${title} is malformed, got "${text}"; ${hint}`;
  const steps = [...text.matchAll(/\/(\d+)/g)].map(([, step]) => Number(step));
  // EventBridge refuses */60 as minutes: https://github.com/aws/aws-sdk-js/issues/4212
  if (steps.some((step) => step > most)) return `${title} has a step above ${most}, got "${text}"; ${hint}`;
  const values = [...text.replaceAll(/[/#]\d+/g, "").matchAll(/\d+/g)].map(Number);
  const isInRange = values.every((value) => value >= least && value <= most);
  return isInRange && isMatchable(name, text)
    ? undefined
    : `${title} is out of range, got "${text}"; ${hint}`;
}

/** The library finds what a grammar can't: ranges that run backwards, and steps of nothing. */
function isMatchable(name: FieldName, text: string): boolean {
  try {
    matcher({ [name]: text });
    return true;
  } catch {
    return false;
  }
}

function valuesOf(name: FieldName, text: string, at: (value: number) => number): number[] {
  const { least, most } = FIELDS[name];
  const all = Array.from({ length: most - least + 1 }, (_, index) => least + index);
  const field = matcher({ [name]: text });
  return text === "*" ? all : all.filter((value) => field.match(new Date(at(value))));
}

/** Matches the named fields and ignores the others; at midnight unless a time is named. */
function matcher(fields: Partial<Record<FieldName, string>>): Cron {
  const parts = ORDER.map((name) => inLibraryTerms(name, fields[name] ?? "*"));
  return new Cron(["0", ...parts].join(" "), {
    // An offset costs nothing; a time zone, UTC too, costs a look-up per match.
    utcOffset: 0,
    mode: "7-part",
    alternativeWeekdays: true,
    paused: true,
  });
}

function inLibraryTerms(name: FieldName, text: string): string {
  // AWS: L alone is the week's last day, which counts from Sunday.
  if (name === "dayOfWeek" && text === "L") return "SAT";
  // AWS: a/n runs from a to the end; the library wants that end in writing.
  return text.replaceAll(/(^|,)(\w+)\//g, `$1$2-${FIELDS[name].most}/`);
}
