import { z } from "zod";
import { arn, pattern, section } from "../config/fields.ts";

/** The format of lock, journal and activation record that this version writes. It reads earlier ones too. */
export const FORMAT = 1;

/** The format that a note says it is in; 0 where it says none. */
export const formatOf = (note: unknown): number =>
  typeof note === "object" && note !== null && "format" in note && typeof note.format === "number"
    ? note.format
    : 0;

const instant = () =>
  z.iso.datetime({
    error: (issue) =>
      `expected a time in UTC such as 2026-01-31T03:04:05Z, got ${JSON.stringify(issue.input) ?? "nothing"}; correct it`,
  });

/** Only letters that AWS's names have: none of them means anything to Terraform (T54) or to a shell. */
const snapshotArn = () =>
  arn(
    "rds",
    /^snapshot:[A-Za-z0-9:._-]+$/,
    "arn:aws:rds:eu-central-1:111122223333:snapshot:awsbackup:copyjob-1a2b3c4d-5678-90ab-cdef-111122223333",
  );
const automatedBackupArn = () =>
  arn(
    "rds",
    /^auto-backup:[A-Za-z0-9:._-]+$/,
    "arn:aws:rds:eu-central-1:111122223333:auto-backup:ab-1a2b3c4d5e6f",
  );

/** The ARN of a recovery point of either kind. */
export const recoveryPointArnSchema = z.union([snapshotArn(), automatedBackupArn()]);

/** Extended Support appends to it: `13.23-rds.20260224`, also `13.23-RDS.20260224.R2` (T53). */
const engineVersion = () =>
  pattern(/^1\d(\.\d+)*([-.][A-Za-z0-9]+)*$/, "a PostgreSQL version such as 17.4").describe(
    "engine version of the recovery point",
  );

const storageGiB = () =>
  z
    .int()
    .min(1)
    .optional()
    .describe(
      "allocated storage of the recovery point in GiB: the maximum of the restored database is at least a tenth above it (T50)",
    );

/** What a database is restored from. */
export const recoveryPointSchema = z
  .discriminatedUnion("kind", [
    section({
      kind: z.literal("snapshot").describe("a snapshot, or the copy that AWS Backup made of one"),
      snapshotArn: snapshotArn().describe("ARN of the snapshot, in the environment's region and account"),
      engine: z.literal("postgres").describe("database engine of the recovery point"),
      engineVersion: engineVersion(),
      storageGiB: storageGiB(),
      createdAt: instant().describe("when the data was taken, UTC"),
    }),
    section({
      kind: z.literal("point-in-time").describe("a moment of the replicated automated backup"),
      automatedBackupArn: automatedBackupArn().describe(
        "ARN of the replicated automated backup, in the environment's region and account",
      ),
      engine: z.literal("postgres").describe("database engine of the recovery point"),
      engineVersion: engineVersion(),
      storageGiB: storageGiB(),
      restoreTime: instant().describe("the moment to restore, UTC"),
    }),
  ])
  .describe("what the database is restored from");

/**
 * The record that takes a standby out of peace, and that names what the database of a primary came back from:
 * `environments/<name>.activation.json`.
 */
export const activationSchema = section({
  format: z
    .literal(FORMAT)
    .optional()
    .describe("format that the tool wrote it in; absent in a record by hand or of an earlier version"),
  posture: z
    .enum(["restored", "active"])
    .describe("restored: database back and compute up, closed to the public; active: serving"),
  hardened: z
    .boolean()
    .default(false)
    .describe(
      "the database that serves is in as many zones as the primary's, and its backups are copied towards the primary's region; the last step of a failover sets it, once users are served",
    ),
  recoveryPoint: recoveryPointSchema,
  declaredAt: instant().describe(
    "when the disaster, or the return from it, was declared, UTC; the RTO counts from here",
  ),
  operator: pattern(/^\S.*$/s, "a person").describe("who declared it"),
  reason: pattern(/^\S.{9,}$/s, "at least 10 characters").describe("why it was declared"),
})
  .refine(({ posture, hardened }) => !hardened || posture === "active", {
    path: ["hardened"],
    error: "only an active standby is hardened; set it to false, or posture to active",
  })
  .describe(
    "posture and recovery point of a standby, absent in peace; of a primary what its database was restored from, as long as that database lives",
  );

/** A validated activation record. */
export type Activation = z.output<typeof activationSchema>;
/** What a database is restored from. */
export type RecoveryPoint = Activation["recoveryPoint"];

/** PostgreSQL major version of a recovery point. */
export const majorOf = ({ engineVersion }: Pick<RecoveryPoint, "engineVersion">): string =>
  /^\d+/.exec(engineVersion)?.[0] ?? "";
