import type { Pair, Service } from "../config/configuration.ts";
import { parseArn } from "../config/fields.ts";
import { identifierOf } from "../database/source.ts";
import { namesOf } from "../naming/names.ts";
import type { Project } from "../project/schema.ts";
import type { BackupConfig, KeptVaultConfig, LockConfig, RestoreTestingConfig } from "./schema.ts";
import { backupRoleName, type VaultAddress, vaultAddress } from "./vault-address.ts";

/** What guards an environment's data outside its own region; each part is absent until a file asks for it. */
export interface Protection {
  /** Where its recovery points lie. */
  readonly vault:
    | {
        readonly address: VaultAddress;
        readonly lock: LockConfig;
        readonly forceDestroy: boolean;
        /** Nothing comes in any more: it stays, with all that guards it, until it is empty (T52). */
        readonly isKept: boolean;
      }
    | undefined;
  /** Vault of the other member of the pair, which receives copies. */
  readonly copyTo: CopyDestination | undefined;
  readonly restoreTesting: RestoreTestingConfig | undefined;
  /** Automated backups of the primary that this environment's region receives. */
  readonly replicated: { readonly instanceArn: string; readonly retentionDays: number } | undefined;
}

/** A vault to copy into, and the key that encrypts what lies there. */
export interface CopyDestination {
  readonly vaultArn: string;
  readonly region: string;
  readonly accountId: string;
  /** Undefined for a vault that no file here describes: nobody knows its key. */
  readonly keyAlias: string | undefined;
  /** Role that makes the copies of that vault's owner, this way; undefined where no file here describes it. */
  readonly returnedBy: string | undefined;
}

const NOTHING: Protection = {
  vault: undefined,
  copyTo: undefined,
  restoreTesting: undefined,
  replicated: undefined,
};

/** What guards a primary, with a standby or without one. */
export function primaryProtection(project: Project, service: Service, pair: Pair | undefined): Protection {
  const { backup } = service.config.database;
  const { enabled, keepVault, lock, forceDestroy } = backup;
  if (!enabled && !keepVault) return NOTHING;
  return {
    ...NOTHING,
    vault: { address: addressOf(project, service), lock, forceDestroy, isKept: !enabled },
    copyTo: copyDestination(project, backup, pair),
  };
}

/** What guards a standby, and the primary from the standby's side. */
export function standbyProtection(project: Project, { primary, standby }: Pair): Protection {
  const { recovery, keptVault } = standby.config.database;
  const vaultOf = (
    { lock, forceDestroy }: KeptVaultConfig,
    isKept: boolean,
  ): Pick<Protection, "vault" | "copyTo"> => ({
    vault: { address: addressOf(project, standby), lock, forceDestroy, isKept },
    copyTo: destinationOf(project, primary),
  });
  const left = { ...NOTHING, ...(keptVault && vaultOf(keptVault, true)) };
  switch (recovery?.strategy) {
    case undefined:
    case "manual-snapshot":
      return left;
    case "automated-backups":
      return { ...left, replicated: replicated(project, primary, recovery.retentionDays) };
    case "backup-copy": {
      const { restoreTesting } = recovery.vault;
      return {
        ...NOTHING,
        ...vaultOf(recovery.vault, false),
        restoreTesting: restoreTesting.enabled ? restoreTesting : undefined,
      };
    }
  }
}

type Member = Pick<Service, "name" | "region">;

function copyDestination(
  project: Project,
  backup: BackupConfig,
  pair: Pair | undefined,
): CopyDestination | undefined {
  const { copyDestinationVaultArn } = backup;
  const standby = pair?.standby;
  if (copyDestinationVaultArn !== undefined) {
    const { region = "", accountId = "" } = parseArn(copyDestinationVaultArn) ?? {};
    return {
      vaultArn: copyDestinationVaultArn,
      region,
      accountId,
      keyAlias: undefined,
      returnedBy: undefined,
    };
  }
  if (standby?.config.database.recovery?.strategy !== "backup-copy") return undefined;
  return destinationOf(project, standby);
}

function destinationOf(project: Project, member: Member): CopyDestination {
  const { arn: vaultArn, region, accountId } = addressOf(project, member);
  const returnedBy = `arn:aws:iam::${accountId}:role/${backupRoleName(namesOf(project, member.name, region))}`;
  return { vaultArn, region, accountId, keyAlias: keyAliasOf(project, member), returnedBy };
}

function addressOf(project: Project, { name, region }: Member): VaultAddress {
  return vaultAddress(namesOf(project, name, region), region, project.accountId);
}

const keyAliasOf = (project: Project, { name, region }: Member): string =>
  `alias/${namesOf(project, name, region).of("data")}`;

function replicated(project: Project, primary: Service, retentionDays: number): Protection["replicated"] {
  const names = namesOf(project, primary.name, primary.region);
  const identifier = identifierOf(names, primary.activation?.recoveryPoint);
  return {
    instanceArn: `arn:aws:rds:${primary.region}:${project.accountId}:db:${identifier}`,
    retentionDays,
  };
}
