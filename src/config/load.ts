import { stateLocation } from "../naming/names.ts";
import { checkObjectives } from "../objectives/check-objectives.ts";
import { objectivesOf } from "../objectives/objectives.ts";
import type { Project } from "../project/schema.ts";
import { replicationWarnings } from "../registry/check-replication.ts";
import { checkStateRegion } from "../state/check-state-region.ts";
import { holdingState, stateWarnings } from "../state/state-region.ts";
import { operatorWarnings } from "../traffic/operators.ts";
import type { Configuration } from "./configuration.ts";
import type { evaluateFile } from "./evaluate-file.ts";
import { link } from "./link.ts";
import { pairWarnings } from "./pairing.ts";
import { parseFiles } from "./parse-files.ts";
import { UserError } from "./problem.ts";
import { readSourceFiles, shownPath, type SourceFile, type SourceFiles } from "./read-files.ts";

/** What a caller of the configuration can live with. */
export interface LoadOptions {
  /** Synthesis refuses objectives that can't be met; a recovery, or a report on them, must go on. */
  readonly unmetObjectives?: "refuse" | "accept";
  /** Read and write all state in this region: the way on when the primary region is gone. */
  readonly stateRegion?: string | undefined;
  /** Finds out what a file default-exports; by default it is bundled and run. */
  readonly evaluate?: typeof evaluateFile;
  /** An activation record that the folder lacks; one that is there goes before. */
  readonly activation?: SourceFile | undefined;
}

/**
 * Reads and checks a folder of environment files.
 *
 * @throws UserError with every mistake of every file
 */
export async function loadConfiguration(directory: string, options?: LoadOptions): Promise<Configuration> {
  const sources = await readSourceFiles(directory, options?.evaluate);
  const known = sources.activations;
  const given = options?.activation;
  const lacks = given !== undefined && !known.some(({ name }) => name === given.name);
  const activations = lacks ? [...known, given] : known;
  return composeConfiguration({ ...sources, activations }, shownPath(directory), options);
}

/**
 * Validates what the files export, each file and then together.
 *
 * @throws UserError with every mistake of every file
 */
export function composeConfiguration(
  sources: SourceFiles,
  directory: string,
  { unmetObjectives = "refuse", stateRegion }: LoadOptions = {},
): Configuration {
  const files = parseFiles(sources, directory);
  const { project } = files;
  const { pairs, traffic, problems } = link(files);
  if (project === undefined || files.problems.length + problems.length > 0)
    throw new UserError([...files.problems, ...problems]);
  const unmet = objectivesOf({ project, pairs, traffic }).flatMap((pair) => [...checkObjectives(pair)]);
  if (unmet.length > 0 && unmetObjectives === "refuse") throw new UserError(unmet);

  const {
    services,
    bootstraps: [bootstrap],
  } = files;
  const stateRegions = { holding: holdingState(project, bootstrap), only: stateRegion };
  const { file } = bootstrap ?? { file: `${directory}/bootstrap.ts` };
  const unheld = [...checkStateRegion(stateRegions, project, file)];
  if (unheld.length > 0) throw new UserError(unheld);
  const warnings = [
    ...(bootstrap === undefined ? [withoutBootstrap(project, directory)] : []),
    ...pairs.flatMap((pair) => [...pairWarnings(pair)]),
    ...replicationWarnings(project, { services, pairs }),
    ...(traffic === undefined ? [] : operatorWarnings(traffic.traffic)),
    ...stateWarnings(project, stateRegions, pairs, file),
  ];
  return { project, bootstrap, services, pairs, traffic, stateRegions, warnings };
}

/** Allowed, since a set of environments may keep its state in a bucket that another set made. */
function withoutBootstrap(project: Project, directory: string): string {
  const { bucket } = stateLocation(project, project.regions.primary);
  return `${directory}: no bootstrap environment; the state bucket ${bucket} must exist already`;
}
