import { z } from "zod";
import { AwsError } from "../../gateway/reply.ts";

const ruleSchema = z.object({
  destinations: z.array(z.object({ region: z.string(), registryId: z.string() })),
  repositoryFilters: z
    .array(z.object({ filter: z.string(), filterType: z.literal("PREFIX_MATCH") }))
    .optional(),
});

export const replicationSchema = z.object({ rules: z.array(ruleSchema) });

export type RegistryReplication = z.output<typeof replicationSchema>;
export type Destination = RegistryReplication["rules"][number]["destinations"][number];

/** https://docs.aws.amazon.com/AmazonECR/latest/userguide/replication.html */
const LIMITS = { rules: 10, destinations: 25, filters: 100 } as const;

const tooMany = (path: string, limit: number): AwsError =>
  new AwsError(
    "InvalidParameterException",
    `Invalid parameter at 'replicationConfiguration${path}' failed to satisfy constraint: 'Member must have length less than or equal to ${limit}'`,
  );

/** T4: what AWS refuses in the configuration of a registry. */
export function refuseInvalid(replication: RegistryReplication, own: Destination): void {
  if (replication.rules.length > LIMITS.rules) {
    throw tooMany(".rules", LIMITS.rules);
  }
  const destinations = new Set<string>();
  for (const rule of replication.rules) {
    if ((rule.repositoryFilters ?? []).length > LIMITS.filters) {
      throw tooMany(".rules.repositoryFilters", LIMITS.filters);
    }
    for (const { region, registryId } of rule.destinations) {
      if (region === own.region && registryId === own.registryId) {
        throw new AwsError(
          "InvalidParameterException",
          "Invalid parameter at 'replicationConfiguration' failed to satisfy constraint: 'Replication destination cannot be the same as the source registry'",
        );
      }
      destinations.add(`${registryId} ${region}`);
    }
  }
  if (destinations.size > LIMITS.destinations) {
    throw tooMany(".rules.destinations", LIMITS.destinations);
  }
}

/** Where an image pushed to a repository goes: each destination once. A rule without filters takes every repository. */
export function destinationsOf({ rules }: RegistryReplication, repositoryName: string): Destination[] {
  const found = rules
    .filter(
      ({ repositoryFilters: filters = [] }) =>
        filters.length === 0 || filters.some(({ filter }) => repositoryName.startsWith(filter)),
    )
    .flatMap(({ destinations }) => destinations);
  return [...new Map(found.map((destination) => [JSON.stringify(destination), destination])).values()];
}
