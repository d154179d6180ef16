import { BackupVaultLockConfiguration } from "@cdktf/provider-aws/lib/backup-vault-lock-configuration/index.js";
import { BackupVaultPolicy } from "@cdktf/provider-aws/lib/backup-vault-policy/index.js";
import { BackupVault } from "@cdktf/provider-aws/lib/backup-vault/index.js";
import { Construct } from "constructs";
import { policyDocument, type PolicyStatement } from "../encryption/key-policy.ts";
import type { Keys } from "../encryption/keys.ts";
import type { LockConfig } from "./schema.ts";
import type { VaultAddress } from "./vault-address.ts";

interface VaultProps {
  readonly lock: LockConfig;
  readonly address: VaultAddress;
  readonly keys: Keys;
  /** Let Terraform delete the vault with everything in it. */
  readonly forceDestroy: boolean;
  /** Role that alone may delete recovery points, and copy them elsewhere than to `copyTo`. */
  readonly breakGlassRole: string;
  /** The one vault that recovery points are copied to; undefined leaves that to IAM. */
  readonly copyTo: string | undefined;
}

/** Where recovery points lie: encrypted with the data key, and hard to empty. */
export class Vault extends Construct {
  readonly arn: string;
  readonly vaultName: string;

  constructor(scope: Construct, id: string, props: VaultProps) {
    super(scope, id);
    const { address, keys, lock, forceDestroy } = props;
    const vault = new BackupVault(this, "vault", {
      name: address.name,
      kmsKeyArn: keys.data.arn,
      forceDestroy,
      tags: { Name: address.name },
    });
    this.arn = vault.arn;
    this.vaultName = vault.name;
    this.guard(props);
    if (lock.mode !== "none") this.lock(lock);
  }

  /**
   * A policy that admits nobody new, and takes deletion and copies to other vaults even from administrators (T20).
   *
   * It leaves its own change to IAM. To refuse that as well would lock out whoever applies this stack: no later change of
   * the policy, and no removal of the vault, would get through. Against an administrator who means harm stands the lock.
   */
  private guard({ address, breakGlassRole, copyTo }: VaultProps): void {
    const otherThanBreakGlass = {
      ArnNotEquals: { "aws:PrincipalArn": `arn:aws:iam::${address.accountId}:role/${breakGlassRole}` },
    };
    const refuse = { Effect: "Deny", Principal: "*", Resource: "*" } as const;
    const deletion: PolicyStatement = {
      ...refuse,
      Sid: "OnlyBreakGlassDeletes",
      Action: [
        "backup:DeleteRecoveryPoint",
        "backup:UpdateRecoveryPointLifecycle",
        "backup:DisassociateRecoveryPoint",
      ],
      Condition: otherThanBreakGlass,
    };
    const carryingOff = (vaultArn: string): PolicyStatement => ({
      ...refuse,
      Sid: "CopiesGoToOneVault",
      Action: "backup:CopyFromBackupVault",
      Condition: { "ForAnyValue:ArnNotEquals": { "backup:CopyTargets": vaultArn }, ...otherThanBreakGlass },
    });
    new BackupVaultPolicy(this, "policy", {
      backupVaultName: this.vaultName,
      policy: policyDocument([deletion, ...(copyTo === undefined ? [] : [carryingOff(copyTo)])]),
    });
  }

  private lock(lock: Exclude<LockConfig, { readonly mode: "none" }>): void {
    new BackupVaultLockConfiguration(this, "lock", {
      backupVaultName: this.vaultName,
      minRetentionDays: lock.minRetentionDays,
      maxRetentionDays: lock.maxRetentionDays,
      // Naming a cooling-off time is what makes a lock final.
      ...(lock.mode === "compliance" && { changeableForDays: lock.coolingOffDays }),
    });
  }
}
