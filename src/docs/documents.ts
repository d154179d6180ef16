import { configurationReference } from "./configuration-reference.ts";
import { guardrailReference } from "./guardrail-reference.ts";
import { readinessReference } from "./readiness-reference.ts";
import { trapReference } from "./trap-reference.ts";

/**
 * Every generated document by its path, from the one place that knows the truth about it.
 *
 * @param sources texts of the default environment files, by name
 * @param tests texts of the test files, by path
 */
export function documents(
  sources: ReadonlyMap<string, string>,
  tests: ReadonlyMap<string, string>,
): ReadonlyMap<string, string> {
  return new Map([
    ["docs/configuration.md", configurationReference(sources)],
    ["docs/guardrails.md", guardrailReference()],
    ["docs/readiness.md", readinessReference()],
    ["docs/traps.md", trapReference(tests)],
  ]);
}
