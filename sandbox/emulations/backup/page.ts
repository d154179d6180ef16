import type { Call } from "../../gateway/call.ts";
import { invalidValue } from "./errors.ts";

const LONGEST_PAGE = 1000;

/** One page of a list, with the token of the next one. */
export function page<Item>(
  call: Call,
  items: readonly Item[],
): { items: readonly Item[]; NextToken?: string } {
  const start = Number(call.query.get("nextToken") ?? 0);
  const size = Number(call.query.get("maxResults") ?? LONGEST_PAGE);
  if (!Number.isInteger(start) || !Number.isInteger(size) || size < 1 || size > LONGEST_PAGE) {
    throw invalidValue("NextToken or MaxResults is not valid");
  }
  const next = start + size;
  return {
    items: items.slice(start, next),
    ...(next < items.length ? { NextToken: String(next) } : {}),
  };
}

/** Whether an item fits the query: each parameter names the item's field that it filters by. Dates compare by the second. */
export function fits(call: Call, fields: Readonly<Record<string, string | Date | undefined>>): boolean {
  return Object.entries(fields).every(([name, value]) => {
    const asked = call.query.get(name);
    if (asked === null || asked === "*") {
      return true;
    }
    if (value instanceof Date || /(After|Before)$/.test(name)) {
      const at = value instanceof Date ? value.getTime() : Number.NaN;
      return name.endsWith("After") ? at > new Date(asked).getTime() : at < new Date(asked).getTime();
    }
    return asked === value;
  });
}
