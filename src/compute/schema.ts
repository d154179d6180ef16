import { z } from "zod";
import { ecsSchema, standbyEcsSchema } from "./ecs/schema.ts";
import { eksSchema, standbyEksSchema } from "./eks/schema.ts";
import { k3sSchema, standbyK3sSchema } from "./k3s/schema.ts";

/** One platform per environment; a new platform is a folder and one entry here. */
export const computeSchema = z
  .discriminatedUnion("platform", [ecsSchema, eksSchema, k3sSchema])
  .describe("where the service runs");

/** The same choice in a standby. */
export const standbyComputeSchema = z
  .discriminatedUnion("platform", [standbyEcsSchema, standbyEksSchema, standbyK3sSchema])
  .describe("where the service will run");

/** Validated compute settings. */
export type ComputeConfig = z.output<typeof computeSchema>;
/** Validated compute settings of a standby. */
export type StandbyComputeConfig = z.output<typeof standbyComputeSchema>;
