import bootstrap from "../../environments/bootstrap.ts";
import dev from "../../environments/dev.ts";
import dr from "../../environments/dr.ts";
import prod from "../../environments/prod.ts";
import project from "../../environments/project.ts";
import type { Configuration } from "../../src/config/configuration.ts";
import { composeConfiguration, type LoadOptions } from "../../src/config/load.ts";
import { formatProblem, UserError } from "../../src/config/problem.ts";
import { type ServiceSpec, specsOf, type StackSpec, type TrafficSpec } from "../../src/config/spec.ts";
import { checkStacks } from "../../src/guardrails/check.ts";
import type { Template } from "../../src/guardrails/template.ts";
import { templatesOf } from "./synthesis.ts";

const DEFAULTS: Readonly<Record<string, unknown>> = { project, bootstrap, dev, prod, dr };

const ACTIVATION = /\.activation$/;

/**
 * Differences from the default environments by file name: `{ prod: { compute: { exec: true } } }`.
 *
 * Objects are merged, everything else is replaced, and undefined removes a key or a whole file. A name such as
 * `dr.activation` stands for an activation record.
 */
export type Changes = Readonly<Record<string, unknown>>;

/** A stack with the template that it was synthesized to. */
export interface SynthesizedStack {
  readonly spec: StackSpec;
  readonly template: Template;
}

/** A service environment with the template that it was synthesized to. */
export interface Synthesized extends SynthesizedStack {
  readonly spec: ServiceSpec;
}

/** A traffic environment with the template that it was synthesized to. */
export interface SynthesizedTraffic extends SynthesizedStack {
  readonly spec: TrafficSpec;
}

/** The default environments with changes, validated and paired. */
export function configure(changes: Changes = {}, options?: LoadOptions): Configuration {
  const sources = Object.entries(merge(DEFAULTS, changes)).map(([key, value]) => {
    const name = key.replace(ACTIVATION, "");
    return { name, file: `environments/${key}.${name === key ? "ts" : "json"}`, value };
  });
  const files = sources.filter(({ file }) => file.endsWith(".ts"));
  const activations = sources.filter(({ file }) => file.endsWith(".json"));
  return composeConfiguration({ files, activations, problems: [] }, "environments", options);
}

/** The lines that a person would read after these changes, guardrails included; empty when all is well. */
export function complaints(changes: Changes): readonly string[] {
  try {
    const specs = specsOf(configure(changes));
    return checkStacks(specs, templatesOf(specs)).map(formatProblem);
  } catch (error) {
    if (error instanceof UserError) return error.problems.map(formatProblem);
    throw error;
  }
}

/** Synthesizes one service environment in memory; guardrails are not asked. */
export function synthesizeOne(name: string, changes: Changes = {}): Synthesized {
  const specs = specsOf(configure(changes));
  const services = specs.services.filter((spec) => spec.name === name);
  const template = templatesOf({ ...specs, bootstrap: undefined, services, traffic: undefined }).get(name);
  const [spec] = services;
  if (spec === undefined || template === undefined) throw new Error(`no service environment ${name}`);
  return { spec, template };
}

/** Synthesizes the bootstrap stack in memory; guardrails are not asked. */
export function synthesizeBootstrap(changes: Changes = {}): SynthesizedStack {
  const specs = specsOf(configure(changes));
  const spec = specs.bootstrap;
  const template = templatesOf({ ...specs, services: [], traffic: undefined }).get("bootstrap");
  if (spec === undefined || template === undefined) throw new Error("no bootstrap environment");
  return { spec, template };
}

/** The smallest traffic environment, in front of the default pair. */
export const TRAFFIC = {
  kind: "traffic",
  standby: "dr",
  zoneId: "Z0123456789ABCDEFGHIJ",
  zoneName: "example.com",
  recordName: "shop.example.com",
} as const;

/** Synthesizes the traffic environment in memory; guardrails are not asked. */
export function synthesizeTraffic(changes: Changes = {}): SynthesizedTraffic {
  const specs = specsOf(configure(merge({ traffic: TRAFFIC }, changes)));
  const { traffic: spec } = specs;
  const template = templatesOf({ ...specs, bootstrap: undefined, services: [] }).get("traffic");
  if (spec === undefined || template === undefined) throw new Error("no traffic environment");
  return { spec, template };
}

/** The body of a resource by its Terraform address. */
export function resourceAt(template: Template, address: string): Readonly<Record<string, unknown>> {
  const [type = "", name = ""] = address.split(".");
  const body = template.resource[type]?.[name];
  if (body !== undefined) return body;
  const known = Object.keys(template.resource[type] ?? {}).join(", ") || "none";
  throw new Error(`no ${address}; resources of that type: ${known}`);
}

/** A deep copy with differences; the same rules as for `Changes`. */
export function merge(base: unknown, changes: unknown): Record<string, unknown> {
  const merged: Record<string, unknown> = isObject(base) ? { ...base } : {};
  for (const [key, value] of Object.entries(isObject(changes) ? changes : {})) {
    if (value === undefined) delete merged[key];
    else merged[key] = isObject(value) ? merge(merged[key], value) : value;
  }
  return merged;
}

const isObject = (value: unknown): value is Record<string, unknown> =>
  typeof value === "object" && value !== null && !Array.isArray(value);

/** A record that activates the default standby. */
export const activation = (posture: "restored" | "active" | "hardened"): Changes => ({
  "dr.activation": {
    posture: posture === "hardened" ? "active" : posture,
    ...(posture === "hardened" && { hardened: true }),
    recoveryPoint: {
      kind: "snapshot",
      snapshotArn: "arn:aws:rds:eu-central-1:111122223333:snapshot:awsbackup:copyjob-0001",
      engine: "postgres",
      engineVersion: "17.4",
      createdAt: "2026-01-31T03:00:00Z",
    },
    declaredAt: "2026-01-31T04:00:00Z",
    operator: "on-call",
    reason: "the primary region does not answer",
  },
});
