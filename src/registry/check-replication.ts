import type { Pair, Service } from "../config/configuration.ts";
import type { Problem } from "../config/problem.ts";
import { namesOf } from "../naming/names.ts";
import type { Project } from "../project/schema.ts";
import { type Neighbours, registryOwner, replicates } from "./replication-plan.ts";
import type { RegistryReplicationConfig } from "./schema.ts";

const KEY = "registry.replication";

type Finding = Pick<Problem, "key" | "message">;

/** What ECR would refuse of the regions that one file names. */
export function* checkReplicationRegions(
  { regions = [] }: RegistryReplicationConfig,
  own: string,
): Generator<Finding> {
  for (const [index, region] of regions.entries()) {
    const key = `${KEY}.regions[${index}]`;
    if (region === own) {
      yield {
        key,
        message: `is the environment's own region, got ${region}; name another one, or remove it`,
      };
    } else if (regions.indexOf(region) < index) {
      yield { key, message: `named before, got ${region} again; keep one` };
    }
  }
}

/**
 * What the files say together: one owner per registry, and a destination for every one that replicates.
 *
 * @param isComplete whether every standby could be read; a destination may follow from one that could not
 */
export function* checkReplications({ services, pairs }: Neighbours, isComplete: boolean): Generator<Problem> {
  const owners = new Map<string, Service>();
  for (const service of services.filter(replicates)) {
    const { file, name, region, config } = service;
    const owner = owners.get(region);
    if (owner !== undefined) {
      const message = `got true in ${owner.file} as well, while the registry of ${region} has one configuration that each would overwrite (T4); set one of them to false`;
      yield { file, key: `${KEY}.enabled`, message };
    }
    owners.set(region, owner ?? service);
    const { regions } = config.registry.replication;
    const standby = pairs.find(({ primary }) => primary.name === name)?.standby;
    const key = `${KEY}.regions`;
    if (standby === undefined && regions === undefined && isComplete) {
      yield { file, key, message: `missing, while no standby recovers ${name}; name the regions` };
    }
    if (standby !== undefined && regions?.includes(standby.region) === false) {
      const message = `leaves out ${standby.name}, which is to run these images, got ${regions.join(", ")}; add ${standby.region}`;
      yield { file, key, message };
    }
  }
}

/** What a replication does beside what it is asked for, or leaves undone. */
export function* replicationWarnings(project: Project, neighbours: Neighbours): Generator<string> {
  for (const owner of neighbours.services.filter(replicates)) {
    const prefix = repositoryOf(project, owner);
    for (const [file, repository] of repositoriesIn(owner.region, project, neighbours)) {
      if (repository === prefix || !repository.startsWith(prefix)) continue;
      yield `${owner.file}: ${KEY}: ECR filters by prefix, so that ${prefix} takes the repository ${repository} of ${file} along; rename that environment if its images must stay`;
    }
  }
  for (const { primary, standby } of neighbours.pairs.filter((pair) => replicates(pair.primary))) {
    const owner = registryOwner(standby.region, neighbours);
    if (owner === undefined || owner.name === standby.name) continue;
    yield `${standby.file}: registry: images pushed to ${standby.name} while it serves do not reach ${primary.region}, since ${owner.file} owns the replication of ${standby.region}; a failback has to copy them`;
  }
}

/** Repositories of a region by the file that they belong to. */
function repositoriesIn(
  region: string,
  project: Project,
  { services, pairs }: Neighbours,
): [string, string][] {
  const own = services.map((service): [Place, string] => [service, repositoryOf(project, service)]);
  // A standby's repository carries its primary's name (T2).
  const received = pairs.map(({ primary, standby }): [Place, string] => [
    standby,
    repositoryOf(project, primary),
  ]);
  return [...own, ...received].flatMap(([place, name]) =>
    place.region === region ? [[place.file, name]] : [],
  );
}

type Place = Pick<Service, "file" | "region"> | Pick<Pair["standby"], "file" | "region">;

const repositoryOf = (project: Project, { name, region }: Service): string =>
  namesOf(project, name, region).prefix;
