import { z } from "zod";

/** The part of `terraform show -json <plan>` that the tests read. */
export const planSchema = z.object({
  resource_changes: z.array(
    z.object({
      address: z.string(),
      mode: z.enum(["managed", "data"]),
      type: z.string(),
      change: z.object({
        actions: z.array(z.string()),
        after: z.record(z.string(), z.unknown()).nullable(),
      }),
    }),
  ),
  configuration: z.object({
    root_module: z.object({
      resources: z.array(
        z.object({
          address: z.string(),
          type: z.string(),
          expressions: z.record(z.string(), z.unknown()).default({}),
          depends_on: z.array(z.string()).default([]),
        }),
      ),
    }),
  }),
});

export type Plan = z.output<typeof planSchema>;

/** What the resources of a type will look like, by address. */
export function planned(plan: Plan, type: string): ReadonlyMap<string, Readonly<Record<string, unknown>>> {
  return new Map(
    plan.resource_changes
      .filter((one) => one.mode === "managed" && one.type === type)
      .map(({ address, change }) => [address, change.after ?? {}]),
  );
}

/** Addresses of the resources of a type whose configuration refers to an address. */
export function referringTo(plan: Plan, address: string, type: string): readonly string[] {
  return plan.configuration.root_module.resources
    .filter((one) => one.type === type && JSON.stringify(one.expressions).includes(`"${address}.`))
    .map((one) => one.address);
}
