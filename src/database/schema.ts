import { z } from "zod";
import { backupSchema, keptVaultSchema, recoverySchema } from "../backup/schema.ts";
import { logRetentionDays, pattern, section, text } from "../config/fields.ts";
import { isReservedDatabase, isReservedUser } from "./reserved-names/fields.ts";

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

/** Source: Amazon RDS, "Release calendar for Amazon RDS for PostgreSQL": 13 since March 2026 (T53). */
const OUT_OF_SUPPORT: ReadonlySet<string> = new Set(["13"]);

const parameters = () =>
  z
    .record(
      pattern(/^[a-z_][a-z0-9_.]*$/, "a PostgreSQL parameter in lower case, such as log_line_prefix"),
      text().min(1),
    )
    .refine((given) => !("rds.force_ssl" in given), {
      error: "TLS is always forced; remove rds.force_ssl",
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
    .refine((name) => !isReservedDatabase(name), {
      error: "is reserved by PostgreSQL or RDS (T56); choose another name, such as app",
    })
    .default("app")
    .describe("name of the database inside the instance"),
  username: pattern(/^[a-z][a-z0-9_]{0,62}$/, "a user name of lower-case letters, digits and underscores")
    .refine((name) => !isReservedUser(name), {
      error: "is reserved by PostgreSQL or RDS (T56); choose another name, such as app_admin",
    })
    .default("app_admin")
    .describe("master user; its password is made and rotated by RDS"),
  parameters: parameters()
    .default({})
    .describe("additional PostgreSQL parameters; a change applies at the next reboot"),
  extendedSupport: z
    .boolean()
    .default(false)
    .describe(
      "pay for RDS Extended Support: needed for a version whose standard support has ended, in the environment and after every restore of it (T53)",
    ),
  backup: backupSchema.prefault({}),
})
  .refine(hasRoomToGrow, STORAGE_ROOM)
  .refine(({ engineVersion, extendedSupport }) => extendedSupport || !OUT_OF_SUPPORT.has(engineVersion), {
    path: ["engineVersion"],
    error:
      "is in RDS Extended Support, which is charged per vCPU and hour (T53); choose a newer version, or set database.extendedSupport to true",
  })
  .describe("PostgreSQL on Amazon RDS");

/**
 * The minimal database of a standby; name and user are the primary's, and the parameters that it does not name itself.
 *
 * Nothing here can protect it from deletion: it is empty, and a restored database takes its place.
 */
export const standbyDatabaseSchema = section({
  ...instance({ multiAz: false }),
  parameters: parameters()
    .default({})
    .describe(
      "PostgreSQL parameters that differ from the primary's as long as the database is the small one of peace; a restored database takes the primary's (T73)",
    ),
  recovery: recoverySchema.optional(),
  keptVault: keptVaultSchema.optional(),
})
  .refine(hasRoomToGrow, STORAGE_ROOM)
  .describe(
    "PostgreSQL on Amazon RDS; name and user are the primary's, and so are parameters that are not named here",
  );

/** Validated database settings. */
export type DatabaseConfig = z.output<typeof databaseSchema>;
/** Validated database settings of a standby. */
export type StandbyDatabaseConfig = z.output<typeof standbyDatabaseSchema>;
