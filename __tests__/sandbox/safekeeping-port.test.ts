import { describe, expect, it, beforeAll, afterAll, vi } from "vitest";
import { connect } from "../../src/aws/connect.ts";
import type { Aws } from "../../src/aws/port.ts";
import { hasMoto, MINUTE_MS, PRIMARY, ProtectedDatabase, STANDBY } from "./support/protected-database.ts";

describe.skipIf(!hasMoto)("moving data by the port to AWS", () => {
  let there: ProtectedDatabase;
  let aws: Aws;
  let keys: { readonly primary: string; readonly standby: string };
  let databaseArn: string;
  let roleArn: string;
  const stop = new AbortController();

  beforeAll(async () => {
    there = await ProtectedDatabase.start();
    for (const [name, value] of Object.entries(there.sandbox.variables)) vi.stubEnv(name, value);
    aws = await connect({ signal: stop.signal });
    keys = { primary: await there.createKey(PRIMARY), standby: await there.createKey(STANDBY) };
    roleArn = await there.createRole("backup");
    databaseArn = await there.createDatabase("orders", keys.primary, { DeletionProtection: false });
  });
  afterAll(async () => {
    stop.abort();
    vi.unstubAllEnvs();
    await there?.sandbox.stop();
  });

  it("snapshots a database once under a name, and copies it under the other region's key", async () => {
    const [from, to] = [aws.in(PRIMARY), aws.in(STANDBY)];
    await from.takeSnapshot("orders", "failback-1");
    await from.takeSnapshot("orders", "failback-1");
    const source = databaseArn.replace(":db:orders", ":snapshot:failback-1");
    const taken = await from.snapshot(source);
    expect(taken).toMatchObject({ instanceIdentifier: "orders", status: "available", storageGiB: 40 });
    await to.copySnapshot(source, "failback-1", keys.standby);
    await to.copySnapshot(source, "failback-1", keys.standby);
    const copied = await to.snapshot(source.replace(PRIMARY, STANDBY));
    expect(copied).toMatchObject({ status: "available", keyArn: keys.standby, engineVersion: "16.4" });
    expect(copied?.createdAt).toEqual(taken?.createdAt);
  });

  it("protects a database from deletion, and says what it is", async () => {
    const region = aws.in(PRIMARY);
    expect(await region.database("nothing")).toBeUndefined();
    expect(await region.database("orders")).toMatchObject({ protected: false, storageGiB: 40 });
    await region.protectDatabase("orders");
    expect(await region.database("orders")).toMatchObject({ protected: true, keyArn: keys.primary });
  });

  it("backs a database up outside of its schedule, and copies that, however often it is told", async () => {
    const vault = await there.createVault(STANDBY, "shop-dr", keys.standby);
    await there.createVault(PRIMARY, "shop-prod", keys.primary);
    const [from, to] = [aws.in(PRIMARY), aws.in(STANDBY)];
    const order = { token: "backup-1", roleArn, retentionDays: 30 };
    for (const _ of [1, 2]) await from.startBackup({ ...order, vaultName: "shop-prod", databaseArn });
    await there.sandbox.client.advance(60 * MINUTE_MS);
    const points = (await from.recoveryPoints("shop-prod")) ?? [];
    expect(points).toMatchObject([{ status: "COMPLETED", resourceArn: databaseArn }]);
    const [{ arn: recoveryPointArn } = { arn: "" }] = points;
    const copy = {
      ...order,
      token: "copy-1",
      recoveryPointArn,
      fromVaultName: "shop-prod",
      toVaultArn: vault,
    };
    for (const _ of [1, 2]) await from.startCopy(copy);
    await there.sandbox.client.advance(60 * MINUTE_MS);
    expect(await to.recoveryPoints("shop-dr")).toMatchObject([{ status: "COMPLETED" }]);
  });
});
