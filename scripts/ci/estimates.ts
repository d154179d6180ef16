import { z } from "zod";

/** The part of Infracost's JSON output that the cost gate needs. Prices are decimal strings. */
const outputSchema = z.object({
  currency: z.string(),
  projects: z.array(
    z.object({
      name: z.string(),
      metadata: z.object({ errors: z.array(z.object({ message: z.string() })).optional() }),
      breakdown: z.object({ totalMonthlyCost: z.string().nullable() }).nullish(),
    }),
  ),
});

/**
 * Monthly cost in USD of each stack that Infracost could price, by name.
 *
 * @param outputs what `infracost breakdown` or `infracost diff` wrote, parsed
 * @throws Error when a stack was not priced: a gate without an estimate is open
 */
export function estimatesOf(outputs: readonly unknown[]): Readonly<Record<string, number>> {
  const entries = outputs.flatMap((output) => {
    const { currency, projects } = outputSchema.parse(output);
    if (currency !== "USD") {
      throw new Error(
        `prices are not in USD, got ${currency}; budgets are, so set INFRACOST_CURRENCY to USD`,
      );
    }
    return projects.map(({ name, metadata, breakdown }): [string, number] => {
      const [error] = metadata.errors ?? [];
      if (error !== undefined) throw new Error(`${name} was not priced, got ${error.message}`);
      const cost = breakdown?.totalMonthlyCost ?? "";
      if (!/^\d+(\.\d+)?$/.test(cost)) throw new Error(`${name} has no price, got ${JSON.stringify(cost)}`);
      return [name, Number(cost)];
    });
  });
  return Object.fromEntries(entries);
}
