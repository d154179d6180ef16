import { Construct } from "constructs";
import type { ServiceSpec } from "../config/spec.ts";
import type { Database } from "../database/database.ts";
import type { Keys } from "../encryption/keys.ts";
import type { AlarmDefinition, Watched } from "../observability/alarm.ts";
import { BackupPlan } from "./backup-plan.ts";
import { BackupRole } from "./backup-role.ts";
import { missingCopyAlarm } from "./missing-copy-alarm.ts";
import type { Protection } from "./protection.ts";
import { RestoreTesting } from "./restore-testing.ts";
import { Vault } from "./vault.ts";

interface BackupProps {
  readonly spec: ServiceSpec;
  readonly home: NonNullable<Protection["vault"]>;
  readonly keys: Keys;
  readonly database: Database;
}

/** AWS Backup of an environment: the vault, who fills it and when; in a standby the vault that receives copies. */
export class Backup extends Construct implements Watched {
  readonly vaultArn: string;

  private readonly props: BackupProps;

  constructor(scope: Construct, id: string, props: BackupProps) {
    super(scope, id);
    this.props = props;
    const { spec, home, keys, database } = props;
    const { names, project, protection } = spec;
    const { breakGlassRole } = project;
    const copyTo = protection.copyTo?.vaultArn;
    const vault = new Vault(this, "vault", { ...home, keys, breakGlassRole, copyTo });
    this.vaultArn = vault.arn;
    // In a standby it waits for the day on which copies go the other way: IAM may be what is down then (T36).
    const role = this.addRole();
    const config = spec.config.database.backup;
    if (config.enabled && !home.isKept) {
      new BackupPlan(this, "plan", { config, names, vault, role, database, copyTo });
    }
    if (protection.restoreTesting !== undefined) {
      new RestoreTesting(this, "restore-testing", {
        config: protection.restoreTesting,
        spec,
        vault,
        database,
      });
    }
  }

  alarms(): readonly AlarmDefinition[] {
    const { spec, home } = this.props;
    const { config, protection } = spec;
    const { backup } = config.database;
    if (!backup.enabled || home.isKept || protection.copyTo === undefined) return [];
    return [missingCopyAlarm(backup, protection.copyTo)];
  }

  private addRole(): BackupRole {
    const { names, project, region, protection, config } = this.props.spec;
    return new BackupRole(this, "role", {
      names,
      region,
      accountId: project.accountId,
      copyTo: protection.copyTo,
      keyAlias: `alias/${names.of("data")}`,
      continuous: config.database.backup.continuous,
    });
  }
}
