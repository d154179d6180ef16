import type { Activation } from "../activation/schema.ts";
import { factsOf, type PairedCompute } from "../compute/facts.ts";
import { LONGEST_CONTINUOUS_RETENTION_DAYS } from "../backup/schema.ts";
import type { RegistryConfig } from "../registry/schema.ts";
import type { ServiceConfig, StandbyConfig } from "./schema.ts";

/** What a standby is now; it is a `standby` until an activation record says otherwise. */
export type Posture = "standby" | Activation["posture"];

/** The choices of one environment that features are built from. */
export interface FeatureConfig extends Omit<
  ServiceConfig,
  "kind" | "production" | "region" | "exceptions" | "registry"
> {
  readonly registry: RegistryConfig;
}

/**
 * What a standby is built from in each posture.
 *
 * Out of peace everything but addresses, certificate and other regional things is the primary's, so that a standby that
 * goes active is a full production environment without anyone retyping it (T45).
 */
export function inPosture(
  activation: Activation | undefined,
  primary: ServiceConfig,
  standby: StandbyConfig,
): FeatureConfig {
  switch (activation?.posture) {
    case undefined:
      return pilotLight(primary, standby);
    case "restored":
      return restored(primary, standby);
    case "active": {
      const config = restored(primary, standby);
      const { multiAz, deletionProtection, backup } = primary.database;
      const { hardened } = activation;
      return {
        ...config,
        ingress: { ...config.ingress, public: primary.ingress.public },
        database: {
          ...config.database,
          deletionProtection,
          preventDestroy: true,
          // Terraform waits for a second zone for tens of minutes: users are served first.
          multiAz: hardened && multiAz,
          backup: { ...config.database.backup, enabled: hardened && backup.enabled },
        },
      };
    }
  }
}

/**
 * What a primary is built from: its file, and closed to the public while its database is being restored.
 *
 * While there is a record, its database is never destroyed by Terraform. Another recovery point, or an older database that
 * is still at its address, is a plan that fails.
 */
export function primaryInPosture(activation: Activation | undefined, config: ServiceConfig): FeatureConfig {
  if (activation === undefined) return config;
  const { ingress, database } = config;
  return {
    ...config,
    ingress: { ...ingress, public: ingress.public && activation.posture === "active" },
    database: { ...database, preventDestroy: true },
  };
}

function pilotLight(primary: ServiceConfig, standby: StandbyConfig): FeatureConfig {
  const { name, username, parameters, extendedSupport } = primary.database;
  return {
    ...standby,
    compute: pairedCompute(primary, standby).pilotLight(),
    // The empty database must make way for the restored one without a question.
    database: {
      ...standby.database,
      ...REMOVABLE,
      name,
      username,
      parameters: { ...parameters, ...standby.database.parameters },
      extendedSupport,
      finalSnapshot: false,
      retainAutomatedBackups: false,
      backup: backupFromHere(primary),
    },
    observability: { ...standby.observability, alarmEmails: emails(primary, standby) },
  };
}

function restored(primary: ServiceConfig, standby: StandbyConfig): FeatureConfig {
  const { certificateArn: _certificate, webAclArn: _webAcl, ...ingress } = primary.ingress;
  const { certificateArn, webAclArn, accessLogs, deletionProtection } = standby.ingress;
  return {
    ...standby,
    registry: primary.registry,
    ingress: {
      ...ingress,
      ...(certificateArn && { certificateArn }),
      ...(webAclArn && { webAclArn }),
      // Both decide about the log bucket, and buckets are configured in us-east-1 (T33).
      accessLogs,
      deletionProtection,
      public: false,
    },
    compute: pairedCompute(primary, standby).activated(),
    database: {
      ...primary.database,
      ...REMOVABLE,
      multiAz: false,
      storageGiB: storageGiB(primary, standby),
      backup: backupFromHere(primary),
    },
    observability: { ...primary.observability, alarmEmails: emails(primary, standby) },
  };
}

/** The pairing refuses two platforms before anything is built. */
function pairedCompute(primary: ServiceConfig, standby: StandbyConfig): PairedCompute {
  const paired = factsOf(primary.compute).pairedWith(standby.compute);
  if (paired === undefined)
    throw new Error(`a pair on ${primary.compute.platform} and ${standby.compute.platform}`);
  return paired;
}

/** And no change waits for a maintenance window: not while nobody uses it, and not while it is being made ready. */
const REMOVABLE = { deletionProtection: false, preventDestroy: false, applyImmediately: true } as const;

/**
 * The primary's backups from the standby's side, not begun: until the first user, all that they would hold is in the
 * recovery point.
 *
 * Each vault keeps its own retention, whichever way the copies go, so that it stays within the vault's lock (T20). A vault
 * of the primary's choice lies in this region and can't receive them.
 */
function backupFromHere({ database }: ServiceConfig): ServiceConfig["database"]["backup"] {
  const { copyDestinationVaultArn: _vault, ...backup } = database.backup;
  const { retentionDays, copyRetentionDays } = backup;
  return {
    ...backup,
    enabled: false,
    continuous: backup.continuous && copyRetentionDays <= LONGEST_CONTINUOUS_RETENTION_DAYS,
    retentionDays: copyRetentionDays,
    copyRetentionDays: retentionDays,
  };
}

/** What alarms and dashboards count with; a restored database has the size of its source (T21). */
const storageGiB = (primary: ServiceConfig, standby: StandbyConfig): number =>
  Math.max(primary.database.storageGiB, standby.database.storageGiB);

/** The same in every posture: a subscription made in an incident waits for a confirmation. */
const emails = (primary: ServiceConfig, standby: StandbyConfig): string[] => [
  ...new Set([...standby.observability.alarmEmails, ...primary.observability.alarmEmails]),
];
