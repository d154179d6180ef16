import { z } from "zod";
import { backupSchema, recoverySchema } from "../backup/schema.ts";
import { logRetentionDays, pattern, section } from "../config/fields.ts";

const timeOfDay = "([01]\\d|2[0-3]):[0-5]\\d";
const weekday = "(mon|tue|wed|thu|fri|sat|sun)";

/** What a primary and a standby decide alike, with the safe choice of each. */
const instance = (defaults: { readonly multiAz: boolean }) => ({
  engineVersion: pattern(
    /^1[3-8]$/,
    "a PostgreSQL major version from 13 to 18, without a minor version (T13)",
  ).describe("PostgreSQL major version; AWS chooses the minor one"),
  instanceClass: pattern(/^db\.[a-z0-9-]+\.[a-z0-9]+$/, "an instance class such as db.t4g.medium").describe(
    "RDS instance class",
  ),
  storageGiB: z
    .int()
    .min(20)
    .max(65_536)
    .describe("allocated storage in GiB; it can grow, never shrink (T21)"),
  maxStorageGiB: z.int().min(22).max(65_536).optional().describe("upper bound of storage autoscaling in GiB"),
  multiAz: z.boolean().default(defaults.multiAz).describe("keep a synchronous copy in another zone"),
  backupRetentionDays: z
    .int()
    .min(0)
    .max(35)
    .default(14)
    .describe("days of point-in-time recovery in the region"),
  backupWindow: pattern(new RegExp(`^${timeOfDay}-${timeOfDay}$`), "a window in UTC such as 03:00-03:30")
    .default("03:00-03:30")
    .describe("daily window of RDS's own backup, UTC"),
  maintenanceWindow: pattern(
    new RegExp(`^${weekday}:${timeOfDay}-${weekday}:${timeOfDay}$`),
    "a window in UTC such as sun:04:30-sun:05:30",
  )
    .default("sun:04:30-sun:05:30")
    .describe("weekly maintenance window, UTC"),
  performanceInsights: z
    .boolean()
    .default(true)
    .describe("collect query metrics for 7 days, which costs nothing"),
  logRetentionDays: logRetentionDays().default(90).describe("days that the database's logs are kept"),
});

interface Storage {
  readonly storageGiB: number;
  readonly maxStorageGiB?: number | undefined;
}

const STORAGE_ROOM = {
  path: ["maxStorageGiB"],
  error: "storage autoscaling needs at least 10 % above storageGiB; raise maxStorageGiB",
};
const hasRoomToGrow = ({ storageGiB, maxStorageGiB }: Storage): boolean =>
  maxStorageGiB === undefined || maxStorageGiB * 10 >= storageGiB * 11;

/** The PostgreSQL database of an environment. */
export const databaseSchema = section({
  ...instance({ multiAz: true }),
  deletionProtection: z.boolean().default(true).describe("refuse to delete the instance"),
  finalSnapshot: z.boolean().default(true).describe("take a snapshot before the instance is deleted"),
  retainAutomatedBackups: z
    .boolean()
    .default(true)
    .describe("keep the point-in-time history until it expires when the instance is deleted (T25)"),
  preventDestroy: z
    .boolean()
    .default(false)
    .describe(
      "make Terraform refuse any plan that would destroy the instance; changing it moves no address (T24)",
    ),
  applyImmediately: z
    .boolean()
    .default(false)
    .describe("apply changes that interrupt the database at once, not in the maintenance window"),
  name: pattern(/^[a-z][a-z0-9_]{0,62}$/, "a database name of lower-case letters, digits and underscores")
    .default("app")
    .describe("name of the database inside the instance"),
  username: pattern(/^[a-z][a-z0-9_]{0,62}$/, "a user name of lower-case letters, digits and underscores")
    .default("app_admin")
    .describe("master user; its password is made and rotated by RDS"),
  parameters: z
    .record(pattern(/^[a-z_.]+$/, "a PostgreSQL parameter"), z.string())
    .refine((parameters) => !("rds.force_ssl" in parameters), {
      error: "TLS is always forced; remove rds.force_ssl",
    })
    .default({})
    .describe("additional PostgreSQL parameters; a change applies at the next reboot"),
  backup: backupSchema.prefault({}),
})
  .refine(hasRoomToGrow, STORAGE_ROOM)
  .describe("PostgreSQL on Amazon RDS");

/**
 * The minimal database of a standby; name, user and parameters are the primary's.
 *
 * Nothing here can protect it from deletion: it is empty, and a restored database takes its place.
 */
export const standbyDatabaseSchema = section({
  ...instance({ multiAz: false }),
  recovery: recoverySchema.optional(),
})
  .refine(hasRoomToGrow, STORAGE_ROOM)
  .describe("PostgreSQL on Amazon RDS; name, user and parameters are the primary's");

/** Validated database settings. */
export type DatabaseConfig = z.output<typeof databaseSchema>;
