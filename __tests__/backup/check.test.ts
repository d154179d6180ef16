import { describe, expect, it } from "vitest";
import { UserError } from "../../src/config/problem.ts";
import { type Changes, configure } from "../support/environments.ts";

/** The lines that a person would read; empty when all is well. */
function lines(changes: Changes): readonly string[] {
  try {
    configure(changes);
    return [];
  } catch (error) {
    if (error instanceof UserError) return error.message.split("\n");
    throw error;
  }
}

const backup = (settings: Changes, database: Changes = {}): Changes => ({
  prod: { database: { ...database, backup: { enabled: true, ...settings } } },
});

const pair = (settings: Changes, recovery: Changes): Changes => ({
  ...backup(settings),
  dr: { database: { recovery: { strategy: "backup-copy", ...recovery } } },
});

const vaultArn = (region: string, account = "111122223333"): string =>
  `arn:aws:backup:${region}:${account}:backup-vault:elsewhere`;

describe("protection that nobody asked for", () => {
  it("is off", () => {
    const { services, pairs } = configure();
    expect(services.map(({ config }) => config.database.backup.enabled)).toEqual([false, false]);
    expect(pairs.map(({ standby }) => standby.config.database.recovery)).toEqual([undefined]);
  });
});

describe("backups of a primary", () => {
  it("are fine with the defaults", () => {
    expect(lines(backup({}))).toEqual([]);
  });

  it("tell three mistakes at once", () => {
    const settings = { schedule: "rate(1 day)", startWindowMinutes: 90, retentionDays: 36, continuous: true };
    expect(lines(backup(settings))).toEqual([
      'environments/prod.ts: database.backup.schedule: expected six fields of AWS cron, got "rate(1 day)"; write them as in cron(0 */12 * * ? *)',
      "environments/prod.ts: database.backup.completionWindowMinutes: is not 60 minutes above startWindowMinutes (T16), got 120; give it at least 150",
      "environments/prod.ts: database.backup.retentionDays: a continuous backup is kept for at most 35 days, got 36; lower it or set continuous to false",
    ]);
  });

  it("need AWS cron even while they are off", () => {
    expect(lines({ prod: { database: { backup: { schedule: "cron(0 24 * * ? *)" } } } })).toEqual([
      'environments/prod.ts: database.backup.schedule: hours is out of range, got "24"; write 0 to 23, ranges upwards, such as 3 or */12',
    ]);
  });

  it("do not start in the way of RDS, which another schedule avoids", () => {
    expect(lines(backup({ schedule: "cron(0 4 * * ? *)" }))).toEqual([
      "environments/prod.ts: database.backup.schedule: lets a job start Sunday 04:00 to 05:00, in the hour before or during database.maintenanceWindow sun:04:30-sun:05:30 (T16), got cron(0 4 * * ? *); write cron(0 0 * * ? *), or move the window",
    ]);
    expect(
      lines(
        backup({
          schedule: "cron(0 2/6 ? * MON-SAT *)",
          startWindowMinutes: 61,
          completionWindowMinutes: 121,
        }),
      ),
    ).toEqual([
      "environments/prod.ts: database.backup.schedule: lets a job start Monday 02:00 to 03:01, during database.backupWindow 03:00-03:30 (T16), got cron(0 2/6 ? * MON-SAT *); write cron(0 0 * * ? *), or move the window",
    ]);
  });

  it("are at least an hour apart", () => {
    expect(lines(backup({ schedule: "cron(0,50 12 * * ? *)" }))).toEqual([
      "environments/prod.ts: database.backup.schedule: fires after 50 minutes, got cron(0,50 12 * * ? *); AWS Backup starts a job at most once an hour, so leave 60 minutes",
    ]);
  });

  it("are kept within the bounds of their vault's lock", () => {
    const lock = { mode: "compliance", minRetentionDays: 30, maxRetentionDays: 60, coolingOffDays: 3 };
    expect(lines(backup({ lock }))).toEqual([
      "environments/prod.ts: database.backup.retentionDays: is outside the bounds of database.backup.lock, got 14; choose 30 to 60, or change the lock (T20)",
    ]);
  });

  it("are copied out of the region", () => {
    expect(lines(backup({ copyDestinationVaultArn: vaultArn("eu-west-1", "999988887777") }))).toEqual([
      "environments/prod.ts: database.backup.copyDestinationVaultArn: is in the region that it protects from, got eu-west-1; name a vault in another one",
    ]);
    expect(lines(backup({ copyDestinationVaultArn: vaultArn("eu-north-1", "999988887777") }))).toEqual([]);
  });
});

describe("recovery of a pair", () => {
  it("by copies is fine with the defaults", () => {
    expect(lines(pair({}, {}))).toEqual([]);
  });

  it("by copies needs backups", () => {
    expect(lines({ dr: { database: { recovery: { strategy: "backup-copy" } } } })).toEqual([
      "environments/dr.ts: database.recovery.strategy: got backup-copy while database.backup.enabled of environments/prod.ts is false; set that to true, since there is nothing to copy",
    ]);
  });

  it("by replication needs automated backups", () => {
    const changes = {
      prod: { database: { backupRetentionDays: 0 } },
      dr: { database: { recovery: { strategy: "automated-backups" } } },
    };
    expect(lines(changes)).toContain(
      "environments/dr.ts: database.recovery.strategy: got automated-backups while database.backupRetentionDays of environments/prod.ts is 0; set that to 1 or more, since there is nothing to replicate",
    );
  });

  it("by hand states why", () => {
    expect(
      lines({ dr: { database: { recovery: { strategy: "manual-snapshot", reason: "none" } } } }),
    ).toEqual([
      'environments/dr.ts: database.recovery.reason: expected a reason of at least 10 characters, got "none"; say why an unbounded data loss is accepted',
    ]);
    const reason = "the data is rebuilt from its source every night";
    expect(lines({ dr: { database: { recovery: { strategy: "manual-snapshot", reason } } } })).toEqual([]);
  });

  it("holds no setting of another strategy", () => {
    const recovery = { strategy: "automated-backups", vault: { lock: { mode: "none" } } };
    expect(lines({ dr: { database: { recovery } } })).toEqual([
      expect.stringMatching(/^environments\/dr\.ts: database\.recovery\.vault: unknown key/),
    ]);
  });

  it("keeps copies within the bounds of the standby's lock", () => {
    const locked = { vault: { lock: { mode: "governance", minRetentionDays: 60, maxRetentionDays: 90 } } };
    // Copies into another account's vault too: an active standby keeps its own backups as long.
    const foreign = { copyDestinationVaultArn: vaultArn("eu-central-1", "999988887777") };
    for (const settings of [{}, foreign]) {
      expect(lines(pair(settings, locked))).toEqual([
        "environments/prod.ts: database.backup.copyRetentionDays: is outside the bounds of database.recovery.vault.lock of environments/dr.ts, got 35; choose 60 to 90, or change the lock (T20)",
      ]);
    }
  });

  it("reads copies in the standby's region only", () => {
    expect(lines(pair({ copyDestinationVaultArn: vaultArn("eu-north-1") }, {}))).toEqual([
      "environments/prod.ts: database.backup.copyDestinationVaultArn: is not in the standby's region, got eu-north-1; name a vault in eu-central-1, since a restore can't read another region's",
    ]);
  });

  it("is tested on a schedule of AWS cron", () => {
    const tested = { vault: { restoreTesting: { enabled: true, schedule: "cron(0 8 ? * MON)" } } };
    expect(lines(pair({}, tested))).toEqual([
      'environments/dr.ts: database.recovery.vault.restoreTesting.schedule: expected six fields, got 5 in "cron(0 8 ? * MON)"; write minutes, hours, day of month, month, day of week, year',
    ]);
  });
});
