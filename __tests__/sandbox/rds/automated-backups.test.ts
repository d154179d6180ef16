import {
  CancelKeyDeletionCommand,
  DisableKeyCommand,
  EnableKeyCommand,
  ScheduleKeyDeletionCommand,
} from "@aws-sdk/client-kms";
import {
  DeleteDBInstanceAutomatedBackupCommand,
  DeleteDBInstanceCommand,
  DescribeDBInstanceAutomatedBackupsCommand,
  DescribeDBInstancesCommand,
  ModifyDBInstanceCommand,
  RestoreDBInstanceToPointInTimeCommand,
  StartDBInstanceAutomatedBackupsReplicationCommand,
  StopDBInstanceAutomatedBackupsReplicationCommand,
  type RestoreDBInstanceToPointInTimeMessage,
} from "@aws-sdk/client-rds";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import {
  containing,
  hasMoto,
  DAY_MS,
  MINUTE_MS,
  PRIMARY,
  ProtectedDatabase,
  STANDBY,
} from "../support/protected-database.ts";

describe.skipIf(!hasMoto)("replicated automated backups", () => {
  let at: ProtectedDatabase;
  let databaseArn: string;
  let standbyKey: string;

  beforeAll(async () => {
    at = await ProtectedDatabase.start();
  });
  beforeEach(async () => {
    await at.sandbox.client.reset();
    standbyKey = await at.createKey(STANDBY);
    databaseArn = await at.createDatabase("orders", await at.createKey(PRIMARY));
  });
  afterAll(() => at.sandbox.stop());

  const start = async (
    changes: { SourceDBInstanceArn?: string; KmsKeyId?: string; BackupRetentionPeriod?: number } = {},
  ) =>
    (
      await at.rds(STANDBY).send(
        new StartDBInstanceAutomatedBackupsReplicationCommand({
          SourceDBInstanceArn: databaseArn,
          KmsKeyId: standbyKey,
          BackupRetentionPeriod: 14,
          ...changes,
        }),
      )
    ).DBInstanceAutomatedBackup;
  const read = async (arn: string | undefined) =>
    (
      await at
        .rds(STANDBY)
        .send(new DescribeDBInstanceAutomatedBackupsCommand({ DBInstanceAutomatedBackupsArn: arn }))
    ).DBInstanceAutomatedBackups?.[0];
  const lagMs = async (arn: string | undefined) => {
    const backup = await read(arn);
    const { now } = await at.sandbox.client.clock();
    return now.getTime() - (backup?.RestoreWindow?.LatestTime?.getTime() ?? 0);
  };
  const restore = (changes: Partial<RestoreDBInstanceToPointInTimeMessage>) =>
    at.rds(STANDBY).send(
      new RestoreDBInstanceToPointInTimeCommand({
        TargetDBInstanceIdentifier: "restored",
        ...changes,
      }),
    );

  it("follow the source some minutes behind, in the destination only", async () => {
    const started = await start();
    const arn = started?.DBInstanceAutomatedBackupsArn;
    expect(started).toMatchObject({
      Status: "replicating",
      Region: PRIMARY,
      DBInstanceIdentifier: "orders",
      DBInstanceArn: databaseArn,
      Engine: "postgres",
      EngineVersion: "16.4",
      AllocatedStorage: 40,
      MasterUsername: "keeper",
      Encrypted: true,
      KmsKeyId: standbyKey,
      BackupRetentionPeriod: 14,
    });
    expect(arn).toMatch(/^arn:aws:rds:eu-central-1:\d{12}:auto-backup:ab-[a-z0-9]{26}$/);
    expect(started?.RestoreWindow).toBeUndefined();
    await at.sandbox.client.advance(60 * MINUTE_MS);
    const anHourLater = await read(arn);
    expect(await lagMs(arn)).toBeLessThan(15 * MINUTE_MS);
    await at.sandbox.client.advance(30 * DAY_MS);
    const aMonthLater = await read(arn);
    expect(aMonthLater?.RestoreWindow?.LatestTime?.getTime()).toBeGreaterThan(
      anHourLater?.RestoreWindow?.LatestTime?.getTime() ?? Number.POSITIVE_INFINITY,
    );
    const keptMs =
      (aMonthLater?.RestoreWindow?.LatestTime?.getTime() ?? 0) -
      (aMonthLater?.RestoreWindow?.EarliestTime?.getTime() ?? 0);
    expect(Math.round(keptMs / DAY_MS)).toBe(14);
    const { DBInstances } = await at
      .rds()
      .send(new DescribeDBInstancesCommand({ DBInstanceIdentifier: "orders" }));
    expect(DBInstances?.[0]?.DBInstanceAutomatedBackupsReplications).toEqual([
      { DBInstanceAutomatedBackupsArn: arn },
    ]);
    const atHome = await at.rds().send(new DescribeDBInstanceAutomatedBackupsCommand({}));
    expect(atHome.DBInstanceAutomatedBackups).toMatchObject([{ Status: "active", Region: PRIMARY }]);
  });

  it("stop silently when their key is disabled (T26)", async () => {
    const arn = (await start())?.DBInstanceAutomatedBackupsArn;
    await at.sandbox.client.advance(60 * MINUTE_MS);
    await at.kms(STANDBY).send(new DisableKeyCommand({ KeyId: standbyKey }));
    await at.sandbox.client.advance(DAY_MS);
    expect((await read(arn))?.Status).toBe("replicating");
    expect(await lagMs(arn)).toBeGreaterThan(DAY_MS);
  });

  it("stop when their key is to be deleted, and do not go on when that is called off (T26)", async () => {
    const arn = (await start())?.DBInstanceAutomatedBackupsArn;
    await at.sandbox.client.advance(60 * MINUTE_MS);
    const scheduled = await at
      .kms(STANDBY)
      .send(new ScheduleKeyDeletionCommand({ KeyId: standbyKey, PendingWindowInDays: 7 }));
    expect([scheduled.KeyState, scheduled.DeletionDate]).toEqual(["PendingDeletion", expect.any(Date)]);
    const cancelled = await at.kms(STANDBY).send(new CancelKeyDeletionCommand({ KeyId: standbyKey }));
    expect(standbyKey).toContain(cancelled.KeyId);
    await at.kms(STANDBY).send(new EnableKeyCommand({ KeyId: standbyKey }));
    await at.sandbox.client.advance(DAY_MS);
    expect(await lagMs(arn)).toBeGreaterThan(DAY_MS);
  });

  it("stand still while the source's region is down, and catch up", async () => {
    const arn = (await start())?.DBInstanceAutomatedBackupsArn;
    await at.sandbox.client.advance(60 * MINUTE_MS);
    await at.sandbox.client.setFaults({ regionsDown: [PRIMARY] });
    await at.sandbox.client.advance(120 * MINUTE_MS);
    expect(await lagMs(arn)).toBeGreaterThan(119 * MINUTE_MS);
    await at.sandbox.client.clearFaults();
    await at.sandbox.client.advance(10 * MINUTE_MS);
    expect(await lagMs(arn)).toBeLessThan(15 * MINUTE_MS);
  });

  it("are retained when they are stopped, until they expire or are deleted", async () => {
    const arn = (await start({ BackupRetentionPeriod: 2 }))?.DBInstanceAutomatedBackupsArn;
    await at.sandbox.client.advance(60 * MINUTE_MS);
    const stop = () =>
      at
        .rds(STANDBY)
        .send(new StopDBInstanceAutomatedBackupsReplicationCommand({ SourceDBInstanceArn: databaseArn }));
    await stop();
    expect((await read(arn))?.Status).toBe("retained");
    await expect(stop()).rejects.toMatchObject({ name: "DBInstanceNotFoundFault" });
    await at.sandbox.client.advance(2 * DAY_MS);
    await expect(read(arn)).rejects.toMatchObject({ name: "DBInstanceAutomatedBackupNotFoundFault" });
    const second = (await start())?.DBInstanceAutomatedBackupsArn;
    await stop();
    await at
      .rds(STANDBY)
      .send(new DeleteDBInstanceAutomatedBackupCommand({ DBInstanceAutomatedBackupsArn: second }));
    await expect(read(second)).rejects.toMatchObject({ name: "DBInstanceAutomatedBackupNotFoundFault" });
  });

  it("outlive the source if its deletion keeps backups (T25)", async () => {
    const arn = (await start())?.DBInstanceAutomatedBackupsArn;
    await at.sandbox.client.advance(60 * MINUTE_MS);
    await at.rds().send(
      new ModifyDBInstanceCommand({
        DBInstanceIdentifier: "orders",
        DeletionProtection: false,
        ApplyImmediately: true,
      }),
    );
    await at.rds().send(
      new DeleteDBInstanceCommand({
        DBInstanceIdentifier: "orders",
        SkipFinalSnapshot: true,
        DeleteAutomatedBackups: false,
      }),
    );
    expect((await read(arn))?.Status).toBe("retained");
    const { DBInstance } = await restore({
      SourceDBInstanceAutomatedBackupsArn: arn,
      UseLatestRestorableTime: true,
    });
    expect(DBInstance?.MasterUsername).toBe("keeper");
  });

  it("restore a new instance like the source, in the destination and under its key", async () => {
    const arn = (await start())?.DBInstanceAutomatedBackupsArn;
    await expect(
      restore({ SourceDBInstanceAutomatedBackupsArn: arn, UseLatestRestorableTime: true }),
    ).rejects.toMatchObject({ message: containing("no restorable time") });
    await at.sandbox.client.advance(60 * MINUTE_MS);
    const { DBInstance } = await restore({
      SourceDBInstanceAutomatedBackupsArn: arn,
      UseLatestRestorableTime: true,
      DBInstanceClass: "db.r6g.large",
      MultiAZ: false,
    });
    expect(DBInstance).toMatchObject({
      DBInstanceIdentifier: "restored",
      DBInstanceArn: containing(STANDBY),
      DBInstanceClass: "db.r6g.large",
      Engine: "postgres",
      EngineVersion: "16.4",
      AllocatedStorage: 40,
      DBName: "orders",
      MasterUsername: "keeper",
      KmsKeyId: standbyKey,
      MultiAZ: false,
    });
    expect(DBInstance?.ReadReplicaSourceDBInstanceIdentifier).toBeUndefined();
    expect(DBInstance?.MasterUserSecret).toBeUndefined();
    await at.kms(STANDBY).send(new DisableKeyCommand({ KeyId: standbyKey }));
    await expect(
      restore({
        TargetDBInstanceIdentifier: "again",
        SourceDBInstanceAutomatedBackupsArn: arn,
        UseLatestRestorableTime: true,
      }),
    ).rejects.toMatchObject({ name: "KMSKeyNotAccessibleFault" });
  });

  it("restore only to a time within the window", async () => {
    const arn = (await start())?.DBInstanceAutomatedBackupsArn;
    await at.sandbox.client.advance(60 * MINUTE_MS);
    const window = (await read(arn))?.RestoreWindow;
    const to = (time: Date | undefined, offsetMs: number) =>
      restore({
        SourceDBInstanceAutomatedBackupsArn: arn,
        RestoreTime: new Date((time?.getTime() ?? 0) + offsetMs),
      });
    await expect(to(window?.LatestTime, 30 * MINUTE_MS)).rejects.toMatchObject({
      message: /must be between/,
    });
    await expect(to(window?.EarliestTime, -MINUTE_MS)).rejects.toMatchObject({ message: /must be between/ });
    await expect(
      restore({
        SourceDBInstanceAutomatedBackupsArn: arn,
        RestoreTime: window?.LatestTime,
        UseLatestRestorableTime: true,
      }),
    ).rejects.toMatchObject({ name: "InvalidParameterCombination" });
    await expect(
      restore({ SourceDBInstanceAutomatedBackupsArn: `${arn ?? ""}0`, UseLatestRestorableTime: true }),
    ).rejects.toMatchObject({ name: "DBInstanceAutomatedBackupNotFoundFault" });
    const { DBInstance } = await to(window?.EarliestTime, MINUTE_MS);
    expect(DBInstance?.DBInstanceStatus).toBe("available");
  });

  it("refuse what AWS refuses", async () => {
    await expect(start({ KmsKeyId: await at.createKey(PRIMARY) })).rejects.toMatchObject({
      name: "KMSKeyNotAccessibleFault",
    });
    await expect(start({ BackupRetentionPeriod: 36 })).rejects.toMatchObject({ message: /between 1 and 35/ });
    await expect(start({ SourceDBInstanceArn: `${databaseArn}-gone` })).rejects.toMatchObject({
      name: "DBInstanceNotFoundFault",
    });
    await start();
    await expect(start()).rejects.toMatchObject({ name: "InvalidDBInstanceStateFault" });
    const without = await at.createDatabase("plain", await at.createKey(PRIMARY), {
      BackupRetentionPeriod: 0,
    });
    await expect(start({ SourceDBInstanceArn: without })).rejects.toMatchObject({
      name: "InvalidDBInstanceStateFault",
    });
  });
});
