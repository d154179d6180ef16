import { checkActivation } from "../activation/check-activation.ts";
import type { Project } from "../project/schema.ts";
import { checkReplications } from "../registry/check-replication.ts";
import { checkTraffic } from "../traffic/check-traffic.ts";
import { factsOf } from "../compute/facts.ts";
import { checkEnvironment } from "./check-environment.ts";
import { checkNames } from "./check-names.ts";
import type { Environment, Pair, Standby, Traffic, TrafficOfPair } from "./configuration.ts";
import { checkPair } from "./pairing.ts";
import type { ParsedFiles } from "./parse-files.ts";
import type { Problem } from "./problem.ts";
import { show } from "./show.ts";

/** How the environments belong together, and what is wrong between them. */
export interface Links {
  readonly pairs: readonly Pair[];
  readonly traffic: TrafficOfPair | undefined;
  readonly problems: readonly Problem[];
}

/**
 * Joins standbys to primaries, activation records to standbys, and failover records to a pair.
 *
 * Without a valid project there are no links to build from, but still mistakes to find.
 */
export function link(files: ParsedFiles): Links {
  const problems: Problem[] = [];
  const { project, bootstraps, services, standbys, traffics } = files;
  const collect = (found: Iterable<Problem>, ...others: readonly Environment<unknown>[]): void => {
    problems.push(...[...found].filter((problem) => isCertain(problem, files.problems, others)));
  };

  if (project !== undefined) {
    for (const environment of [...bootstraps, ...services, ...standbys, ...traffics]) {
      collect(checkEnvironment(environment, project));
    }
    collect(checkActivations(files, project));
  }
  collect(checkNames([...bootstraps, ...services, ...standbys, ...traffics]));
  collect(surplus(bootstraps, "all environments share its bucket"));
  collect(surplus(traffics, "two sets of failover records would contradict each other"));
  collect(checkRecovers(files));
  const pairs = findPairs(files);
  for (const pair of pairs) collect(checkPair(pair), pair.primary);
  collect(checkReplications({ services, pairs }, isComplete(files, pairs)));
  if (isComplete(files, pairs)) collect(checkUnpaired({ services, pairs }));
  collect(checkStandbyOfTraffic(files));
  const traffic = findTraffic(traffics, pairs);
  if (traffic !== undefined) {
    collect(checkTraffic(traffic.traffic, traffic.pair), traffic.pair.primary, traffic.pair.standby);
  }
  return { pairs, traffic, problems };
}

/** What of a service counts on a standby that nobody wrote. */
function* checkUnpaired({
  services,
  pairs,
}: Pick<ParsedFiles, "services"> & Pick<Links, "pairs">): Generator<Problem> {
  for (const { name, file, config } of services) {
    if (pairs.some(({ primary }) => primary.name === name)) continue;
    for (const finding of factsOf(config.compute).unpaired ?? []) yield { file, ...finding };
  }
}

/** A rule that may have read a mistaken section judges what nobody wrote: it waits until the section is right. */
function isCertain(
  problem: Problem,
  mistakes: readonly Problem[],
  others: readonly Environment<unknown>[],
): boolean {
  const files = new Set([problem.file, ...others.map(({ file }) => file)]);
  return !mistakes.some(({ file, key }) => files.has(file) && sectionOf(key) === sectionOf(problem.key));
}

const sectionOf = (key: string): string | undefined => key.split(/[.[]/)[0];

function surplus(environments: readonly Environment<{ readonly kind: string }>[], reason: string): Problem[] {
  return environments.slice(1).map(({ file, config }) => ({
    file,
    key: "kind",
    message: `a second one, got "${config.kind}" again, while ${reason}; keep one`,
  }));
}

function* checkRecovers({
  services,
  standbys,
  traffics,
  bootstraps,
  present,
}: ParsedFiles): Generator<Problem> {
  const takenBy = new Map<string, Standby>();
  for (const standby of standbys) {
    const { file, config } = standby;
    const name = config.recovers;
    const other = takenBy.get(name);
    const unfit =
      [...standbys, ...traffics, ...bootstraps].some((one) => one.name === name) || name === "project";
    // A file that is there with mistakes of its own is reported there.
    if (!present.has(name) || unfit) {
      yield { file, key: "recovers", message: notAmong("service environment", name, services) };
    } else if (other !== undefined) {
      const message = `has a standby already, got "${name}", which ${other.file} recovers; keep one standby`;
      yield { file, key: "recovers", message };
    }
    takenBy.set(name, other ?? standby);
  }
}

/** Whether every file could be read as an environment of some kind, and every standby found its primary. */
function isComplete(files: ParsedFiles, pairs: readonly Pair[]): boolean {
  const { bootstraps, services, standbys, traffics, present } = files;
  const read = new Set([...bootstraps, ...services, ...standbys, ...traffics].map(({ name }) => name));
  const isRead = [...present].every((name) => name === "project" || read.has(name));
  return isRead && pairs.length === standbys.length;
}

function* checkActivations(
  { activations, standbys, services, traffics, bootstraps, present }: ParsedFiles,
  project: Project,
): Generator<Problem> {
  const restorable = [...services, ...standbys];
  const others = new Set([...traffics, ...bootstraps].map(({ name }) => name));
  for (const { name, file, activation } of activations) {
    const environment = restorable.find((one) => one.name === name);
    if (environment !== undefined) {
      const { region, config } = environment;
      const { kind, database } = config;
      const { engineVersion } = database;
      yield* checkActivation(activation, { file, kind, region, accountId: project.accountId, engineVersion });
    } else if (!present.has(name) || others.has(name)) {
      const message = `${notAmong("environment with a database", name, restorable)}, or remove the record`;
      yield { file, key: "", message };
    }
  }
}

function findPairs({ services, standbys, activations }: ParsedFiles): Pair[] {
  return standbys.flatMap((standby) => {
    const primary = services.find(({ name }) => name === standby.config.recovers);
    const record = activations.find(({ name }) => name === standby.name);
    return primary === undefined ? [] : [{ primary, standby, activation: record?.activation }];
  });
}

function* checkStandbyOfTraffic({
  traffics,
  standbys,
  services,
  bootstraps,
  present,
}: ParsedFiles): Generator<Problem> {
  for (const { file, config } of traffics) {
    const unfit = [...traffics, ...services, ...bootstraps].some(({ name }) => name === config.standby);
    if (present.has(config.standby) && !unfit) continue;
    yield { file, key: "standby", message: notAmong("standby", config.standby, standbys) };
  }
}

function findTraffic([traffic]: readonly Traffic[], pairs: readonly Pair[]): TrafficOfPair | undefined {
  const pair = pairs.find(({ standby }) => standby.name === traffic?.config.standby);
  return traffic && pair && { traffic, pair };
}

function notAmong(kind: string, name: string, known: readonly Environment<unknown>[]): string {
  const names = known.map((one) => one.name).join(", ") || "there is none yet";
  return `names no ${kind}, got ${show(name)}; choose among: ${names}`;
}
