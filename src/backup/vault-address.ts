import type { Names } from "../naming/names.ts";

/** A backup vault as it is known before it exists. */
export interface VaultAddress {
  readonly name: string;
  readonly arn: string;
  readonly region: string;
  readonly accountId: string;
}

/** The role that fills the vault of an environment. */
export const backupRoleName = (names: Names): string => names.of("backup");

/** The vault of an environment; both members of a pair derive the other's from it. */
export function vaultAddress(names: Names, region: string, accountId: string): VaultAddress {
  const name = names.of("backup");
  return { name, region, accountId, arn: `arn:aws:backup:${region}:${accountId}:backup-vault:${name}` };
}
