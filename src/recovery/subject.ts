import type { Configuration, Pair } from "../config/configuration.ts";
import type { RecoveryPoint } from "../activation/schema.ts";
import { copySpec } from "../config/drill.ts";
import { UserError } from "../config/problem.ts";
import { type ServiceSpec, specsOf, type TrafficSpec } from "../config/spec.ts";
import { stateKey, type StateLocation, stateLocation as locate } from "../naming/names.ts";
import { objectivesOf, type PairObjectives } from "../objectives/objectives.ts";
import type { Project } from "../project/schema.ts";

/** A pair and all that follows from the files: what a recovery is about. */
export interface Subject {
  readonly project: Project;
  readonly pair: Pair;
  readonly primary: ServiceSpec;
  readonly standby: ServiceSpec;
  /** Failover records in front of the pair. */
  readonly traffic: TrafficSpec | undefined;
  readonly objectives: PairObjectives;
  /** The standby as a drill copies it, restored from a recovery point. */
  readonly copy: (recoveryPoint: RecoveryPoint | undefined) => ServiceSpec;
  /** Copies of the state that a recovery may need, besides the standby's own. */
  readonly replicated: readonly ReplicatedState[];
}

/** A state that lies in one region and is copied to another. */
export interface ReplicatedState {
  readonly environment: string;
  readonly key: string;
  readonly home: StateLocation;
  readonly replica: StateLocation;
}

/**
 * The pair that a command is about.
 *
 * @param environment name of the standby; needed when there are several
 * @throws UserError when it names none, or leaves the choice open
 */
export function chooseSubject(
  configuration: Configuration,
  directory: string,
  environment?: string,
): Subject {
  const { pairs } = configuration;
  const names = pairs.map(({ standby }) => standby.name);
  const refuse = (message: string): never => {
    throw new UserError([{ file: directory, key: "", message }]);
  };
  if (pairs.length === 0) refuse('no standby in it; add an environment of kind "standby"');
  if (environment === undefined && pairs.length > 1)
    refuse(`several standbys in it, got ${names.join(" and ")}; choose one with --environment`);
  const pair = pairs.find(({ standby }) => standby.name === (environment ?? names[0]));
  return pair === undefined
    ? refuse(`no standby ${environment ?? ""} in it; choose among: ${names.join(", ")}`)
    : subjectOf(configuration, pair);
}

function subjectOf(configuration: Configuration, pair: Pair): Subject {
  const { project } = configuration;
  const { services, traffic } = specsOf(configuration);
  const [primary, standby] = [pair.primary, pair.standby].map(({ name }) =>
    services.find((spec) => spec.name === name),
  );
  const objectives = objectivesOf(configuration).find((one) => one.pair.standby.name === pair.standby.name);
  if (primary === undefined || standby === undefined || objectives === undefined)
    throw new Error(`no specification of ${pair.standby.name}`);
  return {
    project,
    pair,
    primary,
    standby,
    objectives,
    traffic: traffic?.standby.name === standby.name ? traffic : undefined,
    copy: (recoveryPoint) => copySpec(configuration, pair, { recoveryPoint }),
    replicated: replicatedStates(configuration, pair),
  };
}

/** With the primary region gone, the work goes on with these copies. */
function replicatedStates(
  { project, bootstrap, stateRegions }: Configuration,
  { primary }: Pair,
): ReplicatedState[] {
  const [home, replica] = stateRegions.holding;
  if (replica === undefined) return [];
  return [...(bootstrap === undefined ? [] : [bootstrap.name]), primary.name].map((environment) => ({
    environment,
    key: stateKey(project, environment),
    home: locate(project, home),
    replica: locate(project, replica),
  }));
}
