import {
  CreateDBSnapshotCommand,
  DeleteDBInstanceCommand,
  DescribeDBInstancesCommand,
  ModifyDBInstanceCommand,
} from "@aws-sdk/client-rds";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { hasMoto, MINUTE_MS, PRIMARY, ProtectedDatabase } from "../support/protected-database.ts";

describe.skipIf(!hasMoto)("a database that is changed, with the time that AWS takes", () => {
  let at: ProtectedDatabase;
  let keyArn: string;

  beforeAll(async () => {
    at = await ProtectedDatabase.start();
  });
  beforeEach(async () => {
    await at.sandbox.client.reset();
    keyArn = await at.createKey(PRIMARY);
    await at.createDatabase("orders", keyArn, { MultiAZ: false, DeletionProtection: false });
    await at.sandbox.client.setDatabaseDurations({ deletionMinutes: 5, multiAzMinutes: 30 });
  });
  afterAll(() => at.sandbox.stop());

  /** States by every way to ask for the instance: its name, its resource id, the list. */
  async function read(resourceId?: string) {
    const filtered = { Filters: [{ Name: "dbi-resource-id", Values: [resourceId ?? ""] }] };
    const ways = [{ DBInstanceIdentifier: "orders" }, {}, ...(resourceId === undefined ? [] : [filtered])];
    const answers = await Promise.all(ways.map((way) => at.rds().send(new DescribeDBInstancesCommand(way))));
    return answers.map(({ DBInstances = [] }) =>
      DBInstances.map(({ DBInstanceStatus, MultiAZ }) => ({ DBInstanceStatus, MultiAZ })),
    );
  }

  const modify = (MultiAZ: boolean) =>
    at
      .rds()
      .send(new ModifyDBInstanceCommand({ DBInstanceIdentifier: "orders", ApplyImmediately: true, MultiAZ }));
  const remove = () =>
    at.rds().send(new DeleteDBInstanceCommand({ DBInstanceIdentifier: "orders", SkipFinalSnapshot: true }));

  it("has its second zone, and is free for the next change, when the conversion has ended", async () => {
    const { DBInstance } = await modify(true);
    expect(DBInstance).toMatchObject({ DBInstanceStatus: "modifying", MultiAZ: false });
    await at.sandbox.client.advance(29 * MINUTE_MS);
    const modifying = [{ DBInstanceStatus: "modifying", MultiAZ: false }];
    expect(await read()).toEqual([modifying, modifying]);
    const refused = { name: "InvalidDBInstanceStateFault" };
    await expect(modify(false)).rejects.toMatchObject(refused);
    const snapshot = { DBInstanceIdentifier: "orders", DBSnapshotIdentifier: "before" };
    await expect(at.rds().send(new CreateDBSnapshotCommand(snapshot))).rejects.toMatchObject(refused);
    await at.sandbox.client.advance(MINUTE_MS);
    const available = [{ DBInstanceStatus: "available", MultiAZ: true }];
    expect(await read()).toEqual([available, available]);
    await modify(true);
    expect(await read()).toEqual([available, available]);
  });

  it("is listed, and keeps its name, until its deletion has ended", async () => {
    const { DBInstance } = await modify(false);
    await remove();
    await at.sandbox.client.advance(4 * MINUTE_MS);
    const deleting = [{ DBInstanceStatus: "deleting", MultiAZ: false }];
    expect(await read(DBInstance?.DbiResourceId)).toEqual([deleting, deleting, deleting]);
    await expect(remove()).rejects.toMatchObject({ message: /already being deleted/ });
    await expect(modify(true)).rejects.toMatchObject({ name: "InvalidDBInstanceStateFault" });
    await expect(at.createDatabase("orders", keyArn)).rejects.toMatchObject({
      name: "DBInstanceAlreadyExistsFault",
    });
    await at.sandbox.client.advance(MINUTE_MS);
    await expect(read()).rejects.toMatchObject({ name: "DBInstanceNotFoundFault" });
    await at.createDatabase("orders", keyArn);
  });

  it("is changed at once unless a test asks for that time, and each change is noted", async () => {
    await at.sandbox.client.setDatabaseDurations({});
    await modify(true);
    expect((await read())[0]).toEqual([{ DBInstanceStatus: "available", MultiAZ: true }]);
    await remove();
    await expect(read()).rejects.toMatchObject({ name: "DBInstanceNotFoundFault" });
    const changes = await at.sandbox.client.databaseChanges();
    expect(changes.map(({ identifier, change }) => [identifier, change])).toEqual([
      ["orders", "conversion to Multi-AZ"],
      ["orders", "deletion"],
    ]);
  });
});
