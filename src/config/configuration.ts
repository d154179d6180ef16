import type { Activation } from "../activation/schema.ts";
import type { Project } from "../project/schema.ts";
import type { StateRegions } from "../state/state-region.ts";
import type { BootstrapConfig, ServiceConfig, StandbyConfig, TrafficEnvironmentConfig } from "./schema.ts";

/** One environment file, validated. */
export interface Environment<Config> {
  /** File name without its ending; also the stack's id. */
  readonly name: string;
  /** The file it was read from, for messages. */
  readonly file: string;
  /** The region it lives in, after defaults. */
  readonly region: string;
  readonly config: Config;
}

/** The environment that holds the state of the others. */
export type Bootstrap = Environment<BootstrapConfig>;
/** An environment that serves in peace. */
export interface Service extends Environment<ServiceConfig> {
  /** What its database was restored from; absent as long as it is the one that it began with. */
  readonly activation: Activation | undefined;
}
/** An environment that recovers another one. */
export type Standby = Environment<StandbyConfig>;

/** The failover records in front of a pair. */
export type Traffic = Environment<TrafficEnvironmentConfig>;

/** An environment and the one that recovers it. */
export interface Pair {
  readonly primary: Service;
  readonly standby: Standby;
  /** What the standby was activated with; absent in peace. */
  readonly activation: Activation | undefined;
}

/** Failover records and the pair that they stand in front of. */
export interface TrafficOfPair {
  readonly traffic: Traffic;
  readonly pair: Pair;
}

/** Everything that the files of one environments folder say, validated one by one and together. */
export interface Configuration {
  readonly project: Project;
  readonly bootstrap: Bootstrap | undefined;
  readonly services: readonly Service[];
  readonly pairs: readonly Pair[];
  /** Failover records; without them the stack does not exist. */
  readonly traffic: TrafficOfPair | undefined;
  readonly stateRegions: StateRegions;
  /** What is allowed but worth knowing. */
  readonly warnings: readonly string[];
}
