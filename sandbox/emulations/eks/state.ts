import { z } from "zod";
import type { Call } from "../../gateway/call.ts";
import { PerRegion, type World } from "../../gateway/emulation.ts";
import { AwsError } from "../../gateway/reply.ts";

export const tagsSchema = z.record(z.string(), z.string()).default({});

/** What EKS knows of a thing: what it was told, and what it added. */
export type Described = Readonly<Record<string, unknown>>;

export interface NodeGroup {
  readonly described: Described;
  scaling: Scaling;
  readonly autoScalingGroup: string;
}

export interface Scaling {
  readonly minSize: number;
  readonly maxSize: number;
  readonly desiredSize: number;
}

export interface AccessEntry {
  readonly described: Described;
  /** By the policy's ARN. */
  readonly policies: Map<string, Described>;
}

/** A control plane with what belongs to it. */
export interface Cluster {
  readonly described: Described;
  readonly arn: string;
  readonly nodeGroups: Map<string, NodeGroup>;
  readonly addons: Map<string, Described>;
  readonly accessEntries: Map<string, AccessEntry>;
  readonly associations: Map<string, Described>;
  /** Updates by id; all of them are over at once. */
  readonly updates: Map<string, Described>;
}

/** The clusters of every region. */
export class EksState {
  readonly world: World;
  private readonly regions = new PerRegion(() => new Map<string, Cluster>());

  constructor(world: World) {
    this.world = world;
  }

  clusters(region: string): Map<string, Cluster> {
    return this.regions.in(region);
  }

  /** The cluster that a call's path names. */
  cluster({ region, parameters }: Call): Cluster {
    const name = parameters["clusterName"] ?? "";
    return found(this.clusters(region).get(name), `No cluster found for name: ${name}.`);
  }

  arn(region: string, resource: string): string {
    return `arn:aws:eks:${region}:${this.world.account}:${resource}`;
  }
}

/** @throws AwsError as EKS says that something is not there */
export function found<Value>(value: Value | undefined, message: string): Value {
  if (value === undefined) throw new AwsError("ResourceNotFoundException", message, 404);
  return value;
}

export const inUse = (message: string): AwsError => new AwsError("ResourceInUseException", message, 409);

export const invalid = (message: string): AwsError => new AwsError("InvalidParameterException", message);
