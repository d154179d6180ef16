import { z } from "zod";
import { arn, pattern, section } from "../config/fields.ts";

/** Longest retention of a backup that allows a point-in-time restore. Source: AWS Backup, "Continuous backups and PITR". */
export const LONGEST_CONTINUOUS_RETENTION_DAYS = 35;

/** AWS Backup needs an hour to start a job, and an hour more to complete it (T16). */
const SHORTEST_WINDOW_MINUTES = 60;

const schedule = () =>
  pattern(/^cron\(.+\)$/, "six fields of AWS cron", "write them as in cron(0 */12 * * ? *)");

const retentionDays = () => z.int().min(1).max(36_500);

const minutes = () => z.int().min(0).max(10_080);

const lockBounds = {
  minRetentionDays: retentionDays().default(7).describe("shortest retention that the vault accepts"),
  maxRetentionDays: retentionDays().default(365).describe("longest retention that the vault accepts"),
};

const lockSchema = z
  .discriminatedUnion("mode", [
    section({ mode: z.literal("none").describe("whoever may delete recovery points can delete them") }),
    section({
      mode: z.literal("governance").describe("only principals with the right to remove the lock can"),
      ...lockBounds,
    }),
    section({
      mode: z
        .literal("compliance")
        .describe("nobody can, AWS included; final after the cooling-off time (T20)"),
      ...lockBounds,
      coolingOffDays: z.int().min(3).max(36_500).describe("days in which the lock can still be removed"),
    }),
  ])
  .refine((lock) => lock.mode === "none" || lock.minRetentionDays <= lock.maxRetentionDays, {
    path: ["minRetentionDays"],
    error: "is above maxRetentionDays; lower it",
  });

const forceDestroy = () =>
  z
    .boolean()
    .default(false)
    .describe("let Terraform delete the vault with every recovery point in it; apply it before you destroy");

const restoreTestingSchema = section({
  enabled: z
    .boolean()
    .default(false)
    .describe("restore the newest recovery point on a schedule, and delete it"),
  schedule: schedule().default("cron(0 8 ? * MON *)").describe("when a test starts, AWS cron in UTC"),
  startWindowHours: z.int().min(1).max(168).default(1).describe("hours within which a test has to start"),
  validationWindowHours: z
    .int()
    .min(1)
    .max(168)
    .default(4)
    .describe("hours that the restored database stays, for a validation of your own"),
  lookBackDays: z
    .int()
    .min(1)
    .max(365)
    .default(7)
    .describe("age in days up to which a recovery point is tested"),
}).describe("restore tests by AWS Backup in the standby's region (T27)");

/** The vault of a standby, which receives the copies. */
const vaultSchema = section({
  lock: lockSchema
    .prefault({ mode: "governance" })
    .describe("what the vault accepts, and who can delete from it (T20)"),
  forceDestroy: forceDestroy(),
  restoreTesting: restoreTestingSchema.prefault({}),
}).describe("the vault that receives the copies");

/** The vault of an earlier strategy, which nothing comes into any more. */
export const keptVaultSchema = section({
  lock: lockSchema
    .prefault({ mode: "governance" })
    .describe("what the vault accepts, and who can delete from it (T20); as it was"),
  forceDestroy: forceDestroy(),
}).describe(
  "the vault of an earlier backup-copy, kept with all that guards it until it is empty (T52); what recovery.vault was",
);

/** Backups of a primary's database by AWS Backup; nothing exists until they are enabled. */
export const backupSchema = section({
  enabled: z
    .boolean()
    .default(false)
    .describe("back the database up with AWS Backup, beside RDS's own backups"),
  schedule: schedule()
    .default("cron(0 */12 * * ? *)")
    .describe("when a backup starts, AWS cron in UTC; a daily one misses a 24 h objective (T15)"),
  startWindowMinutes: z
    .int()
    .min(SHORTEST_WINDOW_MINUTES)
    .max(10_080)
    .default(60)
    .describe("minutes within which a backup has to start (T16)"),
  completionWindowMinutes: z
    .int()
    .max(100_000)
    .default(120)
    .describe("minutes within which a started backup has to complete (T16)"),
  retentionDays: retentionDays()
    .default(14)
    .describe(
      "days that a recovery point is kept in the primary's vault, and a copy back once the standby is active",
    ),
  copyRetentionDays: retentionDays()
    .default(35)
    .describe(
      "days that a copy is kept in the standby's vault, and its own recovery points once it is active",
    ),
  copyAllowanceMinutes: minutes()
    .default(60)
    .describe(
      "minutes that a copy may take before it counts as missing; AWS Backup itself never gives up (T17)",
    ),
  copyDestinationVaultArn: arn(
    "backup",
    /^backup-vault:[A-Za-z0-9_-]{2,50}$/,
    "arn:aws:backup:eu-central-1:111122223333:backup-vault:shop-dr",
  )
    .optional()
    .describe("vault that receives the copies, another account included; by default the standby's own"),
  continuous: z
    .boolean()
    .default(false)
    .describe(
      "allow a point-in-time restore from the primary's vault; copies never do (T17). AWS Backup then owns the database's backup window and retention",
    ),
  lock: lockSchema
    .default({ mode: "none" })
    .describe("what the primary's vault accepts, and who can delete from it"),
  forceDestroy: forceDestroy(),
  keepVault: z
    .boolean()
    .default(false)
    .describe("keep the vault and all that guards it although backups are off, until it is empty (T52)"),
})
  .superRefine(({ startWindowMinutes, completionWindowMinutes }, context) => {
    const least = startWindowMinutes + SHORTEST_WINDOW_MINUTES;
    if (completionWindowMinutes >= least) return;
    // Either of the two may be a default, so that the value has to be told here.
    const message = `is not ${SHORTEST_WINDOW_MINUTES} minutes above startWindowMinutes (T16), got ${completionWindowMinutes}; give it at least ${least}`;
    context.addIssue({ code: "custom", path: ["completionWindowMinutes"], message });
  })
  .refine(
    ({ continuous, retentionDays }) => !continuous || retentionDays <= LONGEST_CONTINUOUS_RETENTION_DAYS,
    {
      path: ["retentionDays"],
      error: "a continuous backup is kept for at most 35 days; lower it or set continuous to false",
    },
  )
  .describe("backups by AWS Backup; off by default");

/** Where a standby's database comes from in a disaster: one path, with the settings that only this path has. */
export const recoverySchema = z
  .discriminatedUnion("strategy", [
    section({
      strategy: z
        .literal("backup-copy")
        .describe("copies of AWS Backup's recovery points; hours of data loss"),
      vault: vaultSchema.prefault({}),
    }),
    section({
      strategy: z
        .literal("automated-backups")
        .describe("RDS replicates snapshots and transaction logs; minutes of data loss (T26)"),
      retentionDays: z
        .int()
        .min(1)
        .max(35)
        .default(14)
        .describe("days of point-in-time recovery in the region"),
      lagAllowanceMinutes: minutes()
        .default(25)
        .describe("minutes that the replication may lag behind, beside the 5 minutes between two logs"),
    }),
    section({
      strategy: z
        .literal("manual-snapshot")
        .describe("a snapshot that a person copies; no bound on the data loss"),
      reason: pattern(
        /^\s*\S.{8,}\S\s*$/s,
        "a reason of at least 10 characters",
        "say why an unbounded data loss is accepted",
      ).describe("why an unbounded data loss is accepted"),
    }),
  ])
  .describe("where the database comes from in a disaster");

/** Validated backup settings. */
export type BackupConfig = z.output<typeof backupSchema>;
/** Validated recovery settings of a standby. */
export type RecoveryConfig = z.output<typeof recoverySchema>;
/** Validated settings of a vault that is left. */
export type KeptVaultConfig = z.output<typeof keptVaultSchema>;
/** Validated settings of restore tests. */
export type RestoreTestingConfig = z.output<typeof restoreTestingSchema>;
/** Validated settings of a vault's lock. */
export type LockConfig = z.output<typeof lockSchema>;
