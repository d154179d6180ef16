import { z } from "zod";
import { region, section } from "../config/fields.ts";

/** A registry replicates to so many destinations at most. Source: Amazon ECR, "Private image replication". */
const MOST_DESTINATIONS = 25;

const replicationSchema = section({
  enabled: z
    .boolean()
    .default(false)
    .describe("copy what is pushed from now on; the registry of a region has one owner (T4)"),
  regions: z
    .array(region())
    .min(1)
    .max(MOST_DESTINATIONS)
    .optional()
    .describe("regions that receive the images; by default the standby's"),
}).describe("copies of the images in other regions; off by default");

const images = {
  keepImages: z.int().min(5).max(1000).default(50).describe("tagged images kept; older ones expire"),
  untaggedExpiryDays: z
    .int()
    .min(1)
    .max(365)
    .default(7)
    .describe("days after which an untagged image expires"),
};

/** The image repository of an environment that serves in peace. */
export const registrySchema = section({
  ...images,
  replication: replicationSchema.prefault({}),
}).describe("ECR repository");

/** The image repository of a standby; it carries the primary's name (T2). */
export const standbyRegistrySchema = section(images).describe("ECR repository");

/** Validated settings of a repository. */
export type RegistryConfig = z.output<typeof standbyRegistrySchema>;
/** Validated settings of its replication. */
export type RegistryReplicationConfig = z.output<typeof replicationSchema>;
