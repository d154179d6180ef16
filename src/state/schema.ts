import { z } from "zod";
import { section } from "../config/fields.ts";

/** The bucket that holds Terraform's state. */
export const stateSchema = section({
  noncurrentVersionExpiryDays: z
    .int()
    .min(30)
    .max(3650)
    .default(180)
    .describe("days that an overwritten state version is kept"),
  accessLogRetentionDays: z
    .int()
    .min(30)
    .max(3650)
    .default(365)
    .describe("days that the bucket's access logs are kept"),
  preventDestroy: z
    .boolean()
    .default(true)
    .describe(
      "make Terraform refuse any plan that would destroy the buckets or the key; false also lets it empty the buckets",
    ),
}).describe("state bucket");

/** Validated state settings. */
export type StateConfig = z.output<typeof stateSchema>;

/** Copies of the state in the standby region. */
export const stateReplicationSchema = section({
  enabled: z
    .boolean()
    .default(false)
    .describe("keep a replica of the state bucket in the standby region, in both directions"),
  timeControl: z
    .boolean()
    .default(false)
    .describe("have S3 commit to 15 minutes for nearly every object, and measure it; costs per GB"),
})
  .refine(({ enabled, timeControl }) => enabled || !timeControl, {
    path: ["timeControl"],
    error: "has no effect while enabled is false; set that to true, or remove this",
  })
  .describe("replica of the state bucket in the standby region; off by default");

/** Validated settings of the state's replication. */
export type StateReplicationConfig = z.output<typeof stateReplicationSchema>;
