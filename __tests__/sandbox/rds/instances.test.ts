import {
  CopyDBSnapshotCommand,
  CreateDBSnapshotCommand,
  DeleteDBInstanceCommand,
  DeleteDBSnapshotCommand,
  DescribeDBInstancesCommand,
  DescribeDBSnapshotsCommand,
  ModifyDBInstanceCommand,
  RestoreDBInstanceFromDBSnapshotCommand,
  RestoreDBInstanceToPointInTimeCommand,
  type ModifyDBInstanceMessage,
  AddTagsToResourceCommand,
  CreateDBInstanceReadReplicaCommand,
  DescribeDBSnapshotAttributesCommand,
  ListTagsForResourceCommand,
  ModifyDBSnapshotAttributeCommand,
  RebootDBInstanceCommand,
  RemoveTagsFromResourceCommand,
  StartDBInstanceCommand,
  StopDBInstanceCommand,
} from "@aws-sdk/client-rds";
import { GetSecretValueCommand, SecretsManagerClient } from "@aws-sdk/client-secrets-manager";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { z } from "zod";
import {
  hasMoto,
  DAY_MS,
  MINUTE_MS,
  PRIMARY,
  ProtectedDatabase,
  STANDBY,
} from "../support/protected-database.ts";

const secretSchema = z.object({ username: z.string(), password: z.string().min(20) });

describe.skipIf(!hasMoto)("databases", () => {
  let at: ProtectedDatabase;
  let keyArn: string;

  beforeAll(async () => {
    at = await ProtectedDatabase.start();
  });
  beforeEach(async () => {
    await at.sandbox.client.reset();
    keyArn = await at.createKey(PRIMARY);
    await at.createDatabase("orders", keyArn);
  });
  afterAll(() => at.sandbox.stop());

  const read = async (identifier = "orders") =>
    (await at.rds().send(new DescribeDBInstancesCommand({ DBInstanceIdentifier: identifier })))
      .DBInstances?.[0];
  const modify = (changes: Partial<ModifyDBInstanceMessage>) =>
    at
      .rds()
      .send(
        new ModifyDBInstanceCommand({ DBInstanceIdentifier: "orders", ApplyImmediately: true, ...changes }),
      );

  it("have resource ids of their own, by which they are found, and which a new name keeps", async () => {
    await at.createDatabase("invoices", keyArn);
    const orders = (await read())?.DbiResourceId ?? "";
    const invoices = (await read("invoices"))?.DbiResourceId;
    expect(orders).toMatch(/^db-[A-Z0-9]{26}$/);
    expect(invoices).not.toBe(orders);
    const byResourceId = async () =>
      (
        await at
          .rds()
          .send(new DescribeDBInstancesCommand({ Filters: [{ Name: "dbi-resource-id", Values: [orders] }] }))
      ).DBInstances?.map((instance) => instance.DBInstanceIdentifier);
    expect(await byResourceId()).toEqual(["orders"]);
    await modify({ NewDBInstanceIdentifier: "renamed" });
    expect(await byResourceId()).toEqual(["renamed"]);
    expect((await read("renamed"))?.DbiResourceId).toBe(orders);
  });

  it("live by the sandbox's clock", async () => {
    await at.sandbox.client.advance(3 * DAY_MS);
    await at
      .rds()
      .send(new CreateDBSnapshotCommand({ DBInstanceIdentifier: "orders", DBSnapshotIdentifier: "now" }));
    const { DBSnapshots } = await at
      .rds()
      .send(new DescribeDBSnapshotsCommand({ DBSnapshotIdentifier: "now" }));
    const instance = await read();
    const { now } = await at.sandbox.client.clock();
    const ageMs = (time: Date | undefined) => now.getTime() - (time?.getTime() ?? 0);
    expect(ageMs(DBSnapshots?.[0]?.SnapshotCreateTime)).toBeLessThan(MINUTE_MS);
    expect(ageMs(instance?.LatestRestorableTime)).toBeLessThan(6 * MINUTE_MS);
    expect(Math.round(ageMs(instance?.InstanceCreateTime) / DAY_MS)).toBe(3);
    expect(DBSnapshots?.[0]?.DbiResourceId).toBe(instance?.DbiResourceId);
  });

  it("keep their secret when asked again to manage the password", async () => {
    const before = (await read())?.MasterUserSecret?.SecretArn;
    await modify({ ManageMasterUserPassword: true, DBInstanceClass: "db.t4g.large" });
    const after = await read();
    expect(before).toBeDefined();
    expect(after?.MasterUserSecret?.SecretArn).toBe(before);
    expect(after?.DBInstanceClass).toBe("db.t4g.large");
  });

  it("keep a secret for their own user, with a password of its own", async () => {
    await at.createDatabase("invoices", keyArn, { MasterUsername: "clerk" });
    const client = new SecretsManagerClient(at.settings(PRIMARY));
    const secret = async (identifier: string): Promise<unknown> => {
      const SecretId = (await read(identifier))?.MasterUserSecret?.SecretArn;
      const { SecretString = "" } = await client.send(new GetSecretValueCommand({ SecretId }));
      return JSON.parse(SecretString);
    };
    const keeper = secretSchema.parse(await secret("orders"));
    const clerk = secretSchema.parse(await secret("invoices"));
    expect([keeper.username, clerk.username]).toEqual(["keeper", "clerk"]);
    expect(keeper.password).not.toBe(clerk.password);
  });

  it("keep tags by their ARN", async () => {
    const ResourceName = (await read())?.DBInstanceArn ?? "";
    const tags = async () => (await at.rds().send(new ListTagsForResourceCommand({ ResourceName }))).TagList;
    await at
      .rds()
      .send(new AddTagsToResourceCommand({ ResourceName, Tags: [{ Key: "Owner", Value: "ops" }] }));
    expect(await tags()).toContainEqual({ Key: "Owner", Value: "ops" });
    await at.rds().send(new RemoveTagsFromResourceCommand({ ResourceName, TagKeys: ["Owner"] }));
    expect(await tags()).not.toContainEqual({ Key: "Owner", Value: "ops" });
  });

  it("stop, start and reboot as themselves", async () => {
    const orders = { DBInstanceIdentifier: "orders" };
    const { DbiResourceId } = (await read()) ?? {};
    const stopped = await at.rds().send(new StopDBInstanceCommand(orders));
    expect(stopped.DBInstance).toMatchObject({ DBInstanceStatus: "stopped", DbiResourceId });
    const started = await at.rds().send(new StartDBInstanceCommand(orders));
    expect(started.DBInstance).toMatchObject({ DBInstanceStatus: "available", DbiResourceId });
    const rebooted = await at.rds().send(new RebootDBInstanceCommand(orders));
    expect(rebooted.DBInstance).toMatchObject({ DbiResourceId });
  });

  it("have replicas, which say whose they are", async () => {
    const replica = { DBInstanceIdentifier: "replica" };
    const { DBInstance } = await at
      .rds()
      .send(new CreateDBInstanceReadReplicaCommand({ ...replica, SourceDBInstanceIdentifier: "orders" }));
    expect(DBInstance).toMatchObject({ ...replica, ReadReplicaSourceDBInstanceIdentifier: "orders" });
    expect((await read())?.ReadReplicaDBInstanceIdentifiers).toEqual(["replica"]);
  });

  it("have snapshots that can be shared", async () => {
    const snapshot = { DBSnapshotIdentifier: "shared" };
    await at.rds().send(new CreateDBSnapshotCommand({ ...snapshot, DBInstanceIdentifier: "orders" }));
    await at.rds().send(
      new ModifyDBSnapshotAttributeCommand({
        ...snapshot,
        AttributeName: "restore",
        ValuesToAdd: ["222222222222"],
      }),
    );
    const { DBSnapshotAttributesResult } = await at
      .rds()
      .send(new DescribeDBSnapshotAttributesCommand(snapshot));
    expect(DBSnapshotAttributesResult).toMatchObject({
      ...snapshot,
      DBSnapshotAttributes: [{ AttributeName: "restore", AttributeValues: ["222222222222"] }],
    });
  });

  it("keep settings that moto drops", async () => {
    await modify({
      MonitoringInterval: 60,
      EnablePerformanceInsights: true,
      PerformanceInsightsRetentionPeriod: 7,
    });
    expect(await read()).toMatchObject({
      MonitoringInterval: 60,
      PerformanceInsightsEnabled: true,
      PerformanceInsightsRetentionPeriod: 7,
    });
  });

  it("are restored without what AWS does not carry over, and with what is asked for (T21, T22)", async () => {
    await at
      .rds()
      .send(new CreateDBSnapshotCommand({ DBInstanceIdentifier: "orders", DBSnapshotIdentifier: "base" }));
    const restore = (identifier: string, multiAz?: boolean) =>
      at.rds().send(
        new RestoreDBInstanceFromDBSnapshotCommand({
          DBInstanceIdentifier: identifier,
          DBSnapshotIdentifier: "base",
          MultiAZ: multiAz,
        }),
      );
    await restore("plain");
    await restore("wide", true);
    expect(await read("plain")).toMatchObject({
      MultiAZ: false,
      DeletionProtection: false,
      MasterUsername: "keeper",
    });
    expect((await read("plain"))?.MasterUserSecret).toBeUndefined();
    expect((await read("wide"))?.MultiAZ).toBe(true);
    await modify({ DBInstanceIdentifier: "plain", ManageMasterUserPassword: true });
    const secret = (await read("plain"))?.MasterUserSecret?.SecretArn;
    expect(secret).toBeDefined();
    expect(secret).not.toBe((await read())?.MasterUserSecret?.SecretArn);
  });

  it("are restored to a point in time as independent instances", async () => {
    await at.sandbox.client.advance(60 * MINUTE_MS);
    const { DBInstance } = await at.rds().send(
      new RestoreDBInstanceToPointInTimeCommand({
        SourceDBInstanceIdentifier: "orders",
        TargetDBInstanceIdentifier: "earlier",
        RestoreTime: new Date((await at.sandbox.client.clock()).now.getTime() - 30 * MINUTE_MS),
      }),
    );
    expect(DBInstance).toMatchObject({ DBInstanceIdentifier: "earlier", KmsKeyId: keyArn, DBName: "orders" });
    expect(DBInstance?.ReadReplicaSourceDBInstanceIdentifier).toBeUndefined();
    await modify({ BackupRetentionPeriod: 0 });
    await expect(
      at.rds().send(
        new RestoreDBInstanceToPointInTimeCommand({
          SourceDBInstanceIdentifier: "orders",
          TargetDBInstanceIdentifier: "never",
          UseLatestRestorableTime: true,
        }),
      ),
    ).rejects.toMatchObject({ name: "PointInTimeRestoreNotEnabledFault" });
  });

  it("copy snapshots under a key of the destination", async () => {
    const standbyKey = await at.createKey(STANDBY);
    const { DBSnapshot } = await at
      .rds()
      .send(new CreateDBSnapshotCommand({ DBInstanceIdentifier: "orders", DBSnapshotIdentifier: "base" }));
    await at.sandbox.client.advance(DAY_MS);
    const copied = await at.rds(STANDBY).send(
      new CopyDBSnapshotCommand({
        SourceDBSnapshotIdentifier: DBSnapshot?.DBSnapshotArn,
        TargetDBSnapshotIdentifier: "copied",
        KmsKeyId: standbyKey,
      }),
    );
    expect(copied.DBSnapshot).toMatchObject({ KmsKeyId: standbyKey, SnapshotType: "manual" });
    expect(copied.DBSnapshot?.OriginalSnapshotCreateTime).toEqual(DBSnapshot?.SnapshotCreateTime);
    await expect(
      at.rds(STANDBY).send(
        new CopyDBSnapshotCommand({
          SourceDBSnapshotIdentifier: DBSnapshot?.DBSnapshotArn,
          TargetDBSnapshotIdentifier: "foreign-key",
          KmsKeyId: keyArn,
        }),
      ),
    ).rejects.toMatchObject({ name: "KMSKeyNotAccessibleFault" });
  });

  it("leave the snapshots of AWS Backup to AWS Backup", async () => {
    const role = await at.createRole("backup");
    await at.createVault(PRIMARY, "main", keyArn);
    const { RecoveryPointArn = "" } = await at.backUp((await read())?.DBInstanceArn ?? "", "main", role);
    const identifier = RecoveryPointArn.slice(RecoveryPointArn.indexOf("awsbackup:"));
    await expect(
      at.rds().send(new DeleteDBSnapshotCommand({ DBSnapshotIdentifier: identifier })),
    ).rejects.toMatchObject({ name: "InvalidDBSnapshotStateFault" });
    await expect(
      at.rds().send(
        new CreateDBSnapshotCommand({
          DBInstanceIdentifier: "orders",
          DBSnapshotIdentifier: identifier.replace(/.$/, "0"),
        }),
      ),
    ).rejects.toMatchObject({ message: /only AWS Backup/ });
    const { DBInstance } = await at.rds().send(
      new RestoreDBInstanceFromDBSnapshotCommand({
        DBInstanceIdentifier: "from-backup",
        DBSnapshotIdentifier: RecoveryPointArn,
      }),
    );
    expect(DBInstance?.AllocatedStorage).toBe(40);
  });

  it("go with their secret, and come back under the same name as something new", async () => {
    const before = await read();
    await modify({ DeletionProtection: false });
    await at
      .rds()
      .send(new DeleteDBInstanceCommand({ DBInstanceIdentifier: "orders", SkipFinalSnapshot: true }));
    await expect(read()).rejects.toMatchObject({ name: "DBInstanceNotFoundFault" });
    await at.createDatabase("orders", keyArn);
    const after = await read();
    expect(after?.DbiResourceId).not.toBe(before?.DbiResourceId);
    expect(after?.MasterUserSecret?.SecretArn).not.toBe(before?.MasterUserSecret?.SecretArn);
  });
});
