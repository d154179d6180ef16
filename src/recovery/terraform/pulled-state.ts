import { z } from "zod";

const stateSchema = z.looseObject({
  resources: z
    .array(
      z.looseObject({
        module: z.string().optional(),
        mode: z.string(),
        type: z.string(),
        name: z.string(),
        instances: z.array(
          z.looseObject({
            index_key: z.union([z.string(), z.number()]).optional(),
            attributes: z.record(z.string(), z.unknown()).default({}),
            /** An object that made way, under the address of the one that took its place. */
            deposed: z.string().optional(),
          }),
        ),
      }),
    )
    .default([]),
});

/**
 * What a state knows: attributes by address, as they were written, by whichever version of the provider.
 *
 * `terraform show -json` decodes a state through the provider's schema, and fails on what a newer one has added (T49): a
 * recovery would stop because a colleague's laptop was upgraded.
 *
 * @param pulled what `terraform state pull` printed: nothing when there is no state
 * @throws Error when it is no state
 */
export function resourcesIn(pulled: string): ReadonlyMap<string, Readonly<Record<string, unknown>>> {
  if (pulled.trim() === "") return new Map();
  const { resources } = stateSchema.parse(JSON.parse(pulled));
  return new Map(
    resources.flatMap(({ module, mode, type, name, instances }) => {
      const place = [module, mode === "data" ? "data" : undefined, type, name]
        .filter((part) => part !== undefined)
        .join(".");
      return instances
        .filter(({ deposed }) => deposed === undefined)
        .map(({ index_key: key, attributes }) => [
          key === undefined ? place : `${place}[${JSON.stringify(key)}]`,
          attributes,
        ]);
    }),
  );
}
