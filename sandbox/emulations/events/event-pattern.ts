import { z } from "zod";

const plain = z.union([z.string(), z.number(), z.boolean(), z.null()]);
const test = z.union([
  plain,
  z.object({ prefix: z.string() }),
  z.object({ suffix: z.string() }),
  z.object({ wildcard: z.string() }),
  z.object({ "equals-ignore-case": z.string() }),
  z.object({ exists: z.boolean() }),
  z.object({ "anything-but": z.union([plain, z.array(plain)]) }),
]);
type Test = z.output<typeof test>;

/** Whether an event fits a pattern of EventBridge. A comparison that is not known here (numeric, cidr) fits nothing. */
export function matchesPattern(pattern: unknown, event: unknown): boolean {
  if (Array.isArray(pattern)) {
    return pattern.some((candidate) => {
      const parsed = test.safeParse(candidate);
      return parsed.success && fits(parsed.data, event);
    });
  }
  if (!isRecord(pattern)) {
    return false;
  }
  return Object.entries(pattern).every(([name, nested]) =>
    matchesPattern(nested, isRecord(event) ? event[name] : undefined),
  );
}

function fits(expected: Test, actual: unknown): boolean {
  if (Array.isArray(actual)) {
    return actual.some((item) => fits(expected, item));
  }
  if (expected === null || typeof expected !== "object") {
    return expected === actual;
  }
  if ("exists" in expected) {
    return expected.exists === (actual !== undefined);
  }
  if ("anything-but" in expected) {
    return actual !== undefined && ![expected["anything-but"]].flat().some((value) => value === actual);
  }
  if (typeof actual !== "string") {
    return false;
  }
  if ("prefix" in expected) {
    return actual.startsWith(expected.prefix);
  }
  if ("suffix" in expected) {
    return actual.endsWith(expected.suffix);
  }
  if ("equals-ignore-case" in expected) {
    return actual.toLowerCase() === expected["equals-ignore-case"].toLowerCase();
  }
  const parts = expected.wildcard
    .split("*")
    .map((part) => part.replaceAll(/[.+?^${}()|[\]\\]/g, String.raw`\$&`));
  return new RegExp(`^${parts.join(".*")}$`, "s").test(actual);
}

const isRecord = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === "object" && value !== null && !Array.isArray(value);
