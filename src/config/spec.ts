import { primaryProtection, type Protection, standbyProtection } from "../backup/protection.ts";
import type { RecoveryPoint } from "../activation/schema.ts";
import { deployablesOf } from "../continuous-integration/deployables.ts";
import { boundaryArnOf, type Deployable } from "../continuous-integration/place.ts";
import { type Names, namesOf, type StateLocation, stateLocation } from "../naming/names.ts";
import type { Project } from "../project/schema.ts";
import { destinationsOfPrimary, destinationsOfStandby } from "../registry/replication-plan.ts";
import { stateRegion, stateRegionOfStandby } from "../state/state-region.ts";
import type { Bootstrap, Configuration, Environment, Pair, Service, TrafficOfPair } from "./configuration.ts";
import { type FeatureConfig, inPosture, type Posture, primaryInPosture } from "./posture.ts";
import type { ServiceConfig, TrafficEnvironmentConfig } from "./schema.ts";

/** What an environment is for. */
export type Role =
  | { readonly kind: "primary" }
  | {
      readonly kind: "standby";
      readonly recovers: string;
      readonly posture: Posture;
      /** Whether it has all that production has, and not only what serving takes. */
      readonly hardened: boolean;
    };

/** What every stack is built from. */
export interface StackSpec {
  /** The stack's id. */
  readonly name: string;
  readonly file: string;
  readonly region: string;
  readonly project: Project;
  readonly names: Names;
  /** Where the stack keeps its state. */
  readonly state: StateLocation;
  readonly exceptions: ServiceConfig["exceptions"];
  /** Policy that bounds every role of the stack; undefined where workflows deploy nothing. */
  readonly boundaryArn: string | undefined;
}

/** The stack that owns the state bucket. */
export interface BootstrapSpec extends StackSpec {
  /** The bucket that it makes, wherever its own state is taken from. */
  readonly home: StateLocation;
  /** The replica that it makes in the standby region. */
  readonly replica: StateLocation | undefined;
  /** Every other environment of the project. */
  readonly environments: readonly Deployable[];
  readonly config: Bootstrap["config"];
}

/** The other member of an environment's pair. */
export interface Peer {
  readonly region: string;
  readonly names: Names;
}

/** One environment's choices after pairing and posture: features read it and never ask which file said what. */
export interface ServiceSpec extends StackSpec {
  readonly role: Role;
  readonly production: boolean;
  /** A standby's repository carries its primary's name (T2). */
  readonly repositoryName: string;
  readonly config: FeatureConfig;
  /** What the database is restored from; a new one starts empty. */
  readonly recoveryPoint: RecoveryPoint | undefined;
  readonly protection: Protection;
  /** The standby that it is a drill's copy of: it borrows keys and images. Absent in every environment of the files. */
  readonly copyOf?: { readonly name: string; readonly names: Names };
  /** Undefined without a pair. */
  readonly peer: Peer | undefined;
  /** Of a primary, the standby that can recover it: undefined as long as that has no way of recovery. */
  readonly recoveredBy?: string | undefined;
  /** Regions that receive what is pushed to its repository. */
  readonly imagesTo: readonly string[];
}

/** The stack with the failover records of a pair. */
export interface TrafficSpec extends StackSpec {
  readonly config: TrafficEnvironmentConfig;
  /** The primary's ingress as its file says: a failback closes it for hours, and changes nothing here. */
  readonly primaryIngress: ServiceConfig["ingress"];
  /** Who hears when traffic moves, or should. */
  readonly alarmEmails: readonly string[];
  readonly primary: ServiceSpec;
  readonly standby: ServiceSpec;
}

/** The stacks of a configuration, in the order in which they are applied. */
export interface Specs {
  readonly bootstrap: BootstrapSpec | undefined;
  readonly services: readonly ServiceSpec[];
  readonly traffic: TrafficSpec | undefined;
  /** A drill's copy of a standby; there only while one is carried out. */
  readonly copy?: ServiceSpec | undefined;
}

/** Derives what each stack is built from. */
export function specsOf(configuration: Configuration): Specs {
  const { bootstrap, services, pairs, traffic } = configuration;
  return {
    bootstrap: bootstrap && bootstrapSpec(configuration, bootstrap),
    services: [
      ...services.map((service) => {
        const pair = pairs.find(({ primary }) => primary.name === service.name);
        return primarySpec(configuration, service, pair);
      }),
      ...pairs.map((pair) => standbySpec(configuration, pair)),
    ],
    traffic: traffic && trafficSpec(configuration, traffic),
  };
}

function stackSpec(
  { project, stateRegions, bootstrap }: Configuration,
  environment: Environment<{ exceptions: StackSpec["exceptions"] }>,
): StackSpec {
  const { name, file, region, config } = environment;
  const names = namesOf(project, name, region);
  const state = stateLocation(project, stateRegion(project, stateRegions));
  const isDeployed = bootstrap?.config.continuousIntegration !== undefined && name !== bootstrap.name;
  const boundaryArn = isDeployed ? boundaryArnOf(project.accountId, project.name, name) : undefined;
  return { name, file, region, project, names, state, exceptions: config.exceptions, boundaryArn };
}

function bootstrapSpec(configuration: Configuration, bootstrap: Bootstrap): BootstrapSpec {
  const { project, stateRegions } = configuration;
  const [home, replica] = stateRegions.holding;
  return {
    ...stackSpec(configuration, bootstrap),
    config: bootstrap.config,
    home: stateLocation(project, home),
    replica: replica === undefined ? undefined : stateLocation(project, replica),
    environments: deployablesOf(configuration),
  };
}

function trafficSpec(configuration: Configuration, { traffic, pair }: TrafficOfPair): TrafficSpec {
  const standby = standbySpec(configuration, pair);
  const primary = primarySpec(configuration, pair.primary, pair);
  const { config } = traffic;
  const alarmEmails = config.alarmEmails ?? standby.config.observability.alarmEmails;
  const base = stackSpec(configuration, { ...traffic, region: standby.region });
  const primaryIngress = pair.primary.config.ingress;
  return { ...base, state: standby.state, config, primaryIngress, alarmEmails, primary, standby };
}

function primarySpec(configuration: Configuration, service: Service, pair: Pair | undefined): ServiceSpec {
  const base = stackSpec(configuration, service);
  const { config, activation } = service;
  return {
    ...base,
    role: { kind: "primary" },
    production: config.production,
    repositoryName: base.names.prefix,
    config: primaryInPosture(activation, config),
    recoveryPoint: activation?.recoveryPoint,
    protection: primaryProtection(configuration.project, service, pair),
    peer: pair && peerOf(configuration.project, pair.standby),
    recoveredBy: pair?.standby.config.database.recovery === undefined ? undefined : pair.standby.name,
    imagesTo: destinationsOfPrimary(service, pair),
  };
}

/** What a standby is built from. */
export function standbySpec(configuration: Configuration, pair: Pair): ServiceSpec {
  const { project, stateRegions } = configuration;
  const { primary, standby, activation } = pair;
  const posture = activation?.posture ?? "standby";
  return {
    ...stackSpec(configuration, standby),
    state: stateLocation(project, stateRegionOfStandby(project, stateRegions, pair)),
    role: {
      kind: "standby",
      recovers: primary.name,
      posture,
      hardened: activation?.hardened ?? false,
    },
    production: primary.config.production,
    repositoryName: namesOf(project, primary.name, primary.region).prefix,
    config: inPosture(activation, primary.config, standby.config),
    recoveryPoint: activation?.recoveryPoint,
    protection: standbyProtection(project, pair),
    peer: peerOf(project, primary),
    imagesTo: destinationsOfStandby(pair, configuration),
  };
}

const peerOf = (project: Project, { name, region }: Pick<Service, "name" | "region">): Peer => ({
  region,
  names: namesOf(project, name, region),
});
