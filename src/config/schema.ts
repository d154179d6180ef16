import { z } from "zod";
import { budgetSchema, costAllocationTagsSchema } from "../budget/schema.ts";
import { computeSchema, standbyComputeSchema } from "../compute/schema.ts";
import { continuousIntegrationSchema } from "../continuous-integration/schema.ts";
import { databaseSchema, standbyDatabaseSchema } from "../database/schema.ts";
import { ingressSchema, standbyIngressSchema } from "../ingress/schema.ts";
import { networkSchema, standbyNetworkSchema } from "../network/schema.ts";
import { objectivesSchema } from "../objectives/schema.ts";
import { observabilitySchema, standbyObservabilitySchema } from "../observability/schema.ts";
import type { projectSchema } from "../project/schema.ts";
import { registrySchema, standbyRegistrySchema } from "../registry/schema.ts";
import { stateReplicationSchema, stateSchema } from "../state/schema.ts";
import { trafficSchema } from "../traffic/schema.ts";
import { pattern, region, section } from "./fields.ts";

const exceptionSchema = section({
  guardrail: z.string().min(1).describe("name of the guardrail, as docs/guardrails.md lists it"),
  reason: pattern(
    /^\s*\S.{8,}\S\s*$/s,
    "a reason of at least 10 characters",
    "say why this environment may differ",
  ).describe("why this environment may differ"),
});

const common = {
  region: region()
    .optional()
    .describe("region of the environment; by default the project's primary or standby region"),
  exceptions: z
    .array(exceptionSchema)
    .default([])
    .describe("guardrails that this environment does not follow, and why"),
};

const bootstrapSchema = section({
  kind: z.literal("bootstrap").describe("the state bucket and what must exist before any environment"),
  ...common,
  state: stateSchema.prefault({}),
  stateReplication: stateReplicationSchema.prefault({}),
  costAllocationTags: costAllocationTagsSchema,
  continuousIntegration: continuousIntegrationSchema.optional(),
});

const serviceSchema = section({
  kind: z.literal("service").describe("an environment that serves"),
  production: z.boolean().describe("hold the environment to the production guardrails"),
  ...common,
  network: networkSchema,
  registry: registrySchema.prefault({}),
  ingress: ingressSchema.prefault({}),
  compute: computeSchema,
  database: databaseSchema,
  observability: observabilitySchema.prefault({}),
  budget: budgetSchema.optional(),
});

const standbySchema = section({
  kind: z.literal("standby").describe("an environment that recovers another one"),
  recovers: pattern(/^[a-z][a-z0-9-]*$/, "the name of an environment").describe(
    "the environment that it recovers",
  ),
  ...common,
  network: standbyNetworkSchema,
  registry: standbyRegistrySchema.prefault({}),
  ingress: standbyIngressSchema.prefault({}),
  compute: standbyComputeSchema,
  database: standbyDatabaseSchema,
  objectives: objectivesSchema.prefault({}),
  observability: standbyObservabilitySchema.prefault({}),
  budget: budgetSchema.optional(),
});

const trafficEnvironmentSchema = section({
  kind: z.literal("traffic").describe("failover records in front of a pair"),
  // No region: the switch lies in the standby's (T39).
  exceptions: common.exceptions,
  ...trafficSchema.shape,
});

/** One file in `environments/`, by kind. */
export const environmentSchema = z
  .discriminatedUnion("kind", [bootstrapSchema, serviceSchema, standbySchema, trafficEnvironmentSchema])
  .describe("one environment");

export type BootstrapConfig = z.output<typeof bootstrapSchema>;
export type ServiceConfig = z.output<typeof serviceSchema>;
export type StandbyConfig = z.output<typeof standbySchema>;
export type TrafficEnvironmentConfig = z.output<typeof trafficEnvironmentSchema>;

/** What a person may write in an environment file. */
export type EnvironmentInput = z.input<typeof environmentSchema>;
/** What a person may write in the project file. */
export type ProjectInput = z.input<typeof projectSchema>;
