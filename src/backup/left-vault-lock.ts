import { DataAwsBackupVault } from "@cdktf/provider-aws/lib/data-aws-backup-vault/index.js";
import { DataAwsResourcegroupstaggingapiResources } from "@cdktf/provider-aws/lib/data-aws-resourcegroupstaggingapi-resources/index.js";
import { Construct } from "constructs";
import type { ServiceSpec } from "../config/spec.ts";
import { vaultAddress } from "./vault-address.ts";

interface LeftVaultLockProps {
  readonly spec: ServiceSpec;
}

/**
 * Makes every plan of a stack without a vault fail while its earlier vault holds recovery points.
 *
 * A vault that holds something can't be deleted. Lock, policy, role and failure rule could: Terraform would take them away
 * first, fail at the vault, and leave the last copies unguarded (T52).
 */
export class LeftVaultLock extends Construct {
  constructor(scope: Construct, id: string, { spec }: LeftVaultLockProps) {
    super(scope, id);
    const { names, project, region, name, file, role } = spec;
    const vault = vaultAddress(names, region, project.accountId).name;
    // Asked by name, a vault that does not exist is an error.
    const found = new DataAwsResourcegroupstaggingapiResources(this, "found", {
      resourceTypeFilters: ["backup:backup-vault"],
      tagFilter: [{ key: "Name", values: [vault] }],
    });
    const kept = role.kind === "standby" ? "database.keptVault" : "database.backup.keepVault";
    const left = new DataAwsBackupVault(this, "left", {
      name: vault,
      lifecycle: {
        postcondition: [
          {
            condition: "${self.recovery_points == 0}",
            errorMessage: `${file} has no vault any more, and ${vault} holds \${self.recovery_points} recovery points: applying ${name} would take its lock, policy and alarms away, and then fail. Keep it with ${kept} until it is empty: docs/recovery-strategies.md, Changing the strategy`,
          },
        ],
      },
    });
    left.addOverride("count", `\${length(${found.fqn}.resource_tag_mapping_list) > 0 ? 1 : 0}`);
  }

  /** Only in peace: a recovery asks nothing that it can do without. A copy for a drill never had a vault. */
  static fits({ copyOf, protection, role }: ServiceSpec): boolean {
    const isPeace = role.kind === "primary" || role.posture === "standby";
    return copyOf === undefined && isPeace && protection.vault === undefined;
  }
}
