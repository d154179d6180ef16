import { randomBytes } from "node:crypto";
import { DisableKeyCommand, KMSClient } from "@aws-sdk/client-kms";
import {
  CompleteMultipartUploadCommand,
  CopyObjectCommand,
  CreateMultipartUploadCommand,
  DeleteObjectCommand,
  DeleteObjectsCommand,
  GetBucketReplicationCommand,
  GetObjectCommand,
  GetObjectTaggingCommand,
  ListObjectVersionsCommand,
  PutBucketVersioningCommand,
  PutObjectCommand,
  UploadPartCommand,
  DeleteBucketReplicationCommand,
} from "@aws-sdk/client-s3";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { MINUTE_MS, PRIMARY, rule, SECOND_MS, STANDBY, Storage, isReady } from "../support/storage.ts";

let storage: Storage;
beforeAll(async () => {
  storage = await Storage.start();
});
afterAll(() => storage.sandbox.stop());

const SOURCE = "shop-state";
const REPLICA = "shop-state-replica";
let role: string;
beforeEach(async () => {
  await storage.sandbox.client.reset();
  await storage.createBucket(PRIMARY, SOURCE);
  await storage.createBucket(STANDBY, REPLICA);
  role = await storage.createRole("replication", { source: SOURCE, destination: REPLICA });
});

const put = (Key: string, more: object = {}) =>
  storage.s3(PRIMARY).send(new PutObjectCommand({ Bucket: SOURCE, Key, Body: Key, ...more }));
const atSource = (key: string) => storage.head(PRIMARY, SOURCE, key);
const atReplica = (key: string) => storage.head(STANDBY, REPLICA, key);
const elapse = (ms = MINUTE_MS) => storage.sandbox.client.advance(ms);

describe.skipIf(!isReady)("replication of a bucket", () => {
  it("carries what is written after it was configured, and nothing older", async () => {
    await put("old");
    await storage.replicate(PRIMARY, SOURCE, role, [rule(REPLICA)]);
    await put("new", {
      Metadata: { by: "terraform" },
      ContentType: "application/json",
      Tagging: "team=shop",
    });
    expect((await atSource("new"))?.ReplicationStatus).toBe("PENDING");
    expect(await atReplica("new")).toBeUndefined();
    await elapse();
    expect((await atSource("new"))?.ReplicationStatus).toBe("COMPLETED");
    expect(await atReplica("new")).toMatchObject({
      ReplicationStatus: "REPLICA",
      Metadata: { by: "terraform" },
      ContentType: "application/json",
    });
    const tags = await storage.s3(STANDBY).send(new GetObjectTaggingCommand({ Bucket: REPLICA, Key: "new" }));
    expect(tags.TagSet).toEqual([{ Key: "team", Value: "shop" }]);
    expect(await atReplica("old")).toBeUndefined();
    expect((await atSource("old"))?.ReplicationStatus).toBeUndefined();
  });

  it("takes the time that a test sets", async () => {
    await storage.sandbox.client.setReplicationDelays({ s3DelaySeconds: 900 });
    await storage.replicate(PRIMARY, SOURCE, role, [rule(REPLICA)]);
    await put("slow");
    await elapse(890 * SECOND_MS);
    expect((await atSource("slow"))?.ReplicationStatus).toBe("PENDING");
    await elapse(20 * SECOND_MS);
    expect((await atSource("slow"))?.ReplicationStatus).toBe("COMPLETED");
  });

  it("follows filters, and of two rules for one destination the one of higher priority", async () => {
    await storage.replicate(PRIMARY, SOURCE, role, [
      rule(REPLICA, { ID: "low", Priority: 1, Filter: { Prefix: "shop/" } }),
      rule(REPLICA, {
        ID: "high",
        Priority: 2,
        Filter: { And: { Prefix: "shop/", Tags: [{ Key: "class", Value: "cold" }] } },
        DeleteMarkerReplication: { Status: "Disabled" },
        Destination: { Bucket: `arn:aws:s3:::${REPLICA}`, StorageClass: "STANDARD_IA" },
      }),
      rule(REPLICA, { ID: "off", Priority: 3, Status: "Disabled" }),
    ]);
    await put("shop/warm");
    await put("shop/cold", { Tagging: "class=cold" });
    await put("other");
    await elapse();
    expect((await atReplica("shop/warm"))?.StorageClass).toBeUndefined();
    expect((await atReplica("shop/cold"))?.StorageClass).toBe("STANDARD_IA");
    expect(await atReplica("other")).toBeUndefined();
  });

  it("keeps every field of the configuration, gives a rule an id, and forgets what is deleted", async () => {
    const written = rule(REPLICA, {
      SourceSelectionCriteria: { SseKmsEncryptedObjects: { Status: "Disabled" } },
    });
    await storage.replicate(PRIMARY, SOURCE, role, [{ ...written, ID: undefined }]);
    const s3 = storage.s3(PRIMARY);
    const reading = () => s3.send(new GetBucketReplicationCommand({ Bucket: SOURCE }));
    const { ReplicationConfiguration: read } = await reading();
    expect(read?.Role).toBe(role);
    const [{ ID: id, ...kept } = written] = read?.Rules ?? [];
    expect(id).toMatch(/^[0-9a-f-]{36}$/);
    expect({ ...kept, ID: written.ID }).toEqual(written);
    await s3.send(new DeleteBucketReplicationCommand({ Bucket: SOURCE }));
    await expect(reading()).rejects.toMatchObject({ name: "ReplicationConfigurationNotFoundError" });
  });

  it("replicates delete markers where a rule says so, and never the deletion of a version", async () => {
    await storage.replicate(PRIMARY, SOURCE, role, [
      rule(REPLICA, { Filter: { Prefix: "a" }, ID: "a", Priority: 1 }),
      rule(REPLICA, {
        Filter: { Prefix: "b" },
        ID: "b",
        Priority: 2,
        DeleteMarkerReplication: { Status: "Disabled" },
      }),
    ]);
    const { VersionId } = await put("a1");
    await put("a2");
    await put("a3");
    await put("b1");
    await elapse();
    const s3 = storage.s3(PRIMARY);
    await s3.send(new DeleteObjectCommand({ Bucket: SOURCE, Key: "a1", VersionId }));
    await s3.send(new DeleteObjectCommand({ Bucket: SOURCE, Key: "a2" }));
    await s3.send(
      new DeleteObjectsCommand({
        Bucket: SOURCE,
        Delete: { Quiet: true, Objects: [{ Key: "a3" }, { Key: "b1" }] },
      }),
    );
    await elapse();
    const { DeleteMarkers: markers = [], Versions: versions = [] } = await storage
      .s3(STANDBY)
      .send(new ListObjectVersionsCommand({ Bucket: REPLICA }));
    expect(markers.map(({ Key }) => Key)).toEqual(["a2", "a3"]);
    expect(versions.map(({ Key }) => Key)).toEqual(["a1", "a2", "a3", "b1"]);
  });

  it("goes both ways without going in circles", async () => {
    const back = await storage.createRole("back", { source: REPLICA, destination: SOURCE });
    await storage.replicate(PRIMARY, SOURCE, role, [rule(REPLICA)]);
    await storage.replicate(STANDBY, REPLICA, back, [rule(SOURCE)]);
    await put("from-primary");
    await storage.s3(STANDBY).send(new PutObjectCommand({ Bucket: REPLICA, Key: "from-standby", Body: "x" }));
    await elapse(10 * MINUTE_MS);
    for (const [region, Bucket] of [
      [PRIMARY, SOURCE],
      [STANDBY, REPLICA],
    ] as const) {
      const { Versions = [] } = await storage.s3(region).send(new ListObjectVersionsCommand({ Bucket }));
      expect(Versions.map(({ Key }) => Key)).toEqual(["from-primary", "from-standby"]);
    }
    expect((await atSource("from-standby"))?.ReplicationStatus).toBe("REPLICA");
  });

  it("waits for a region that is switched off, and keeps the order of versions", async () => {
    await storage.replicate(PRIMARY, SOURCE, role, [rule(REPLICA)]);
    await put("state", { Body: "first" });
    await storage.sandbox.client.setFaults({ regionsDown: [STANDBY] });
    await put("state", { Body: "second" });
    await elapse(60 * MINUTE_MS);
    expect((await atSource("state"))?.ReplicationStatus).toBe("PENDING");
    await storage.sandbox.client.clearFaults();
    await elapse();
    expect((await atSource("state"))?.ReplicationStatus).toBe("COMPLETED");
    const object = await storage.s3(STANDBY).send(new GetObjectCommand({ Bucket: REPLICA, Key: "state" }));
    expect(await object.Body?.transformToString()).toBe("second");
  });

  it("carries uploads in parts and copies too", async () => {
    await storage.replicate(PRIMARY, SOURCE, role, [rule(REPLICA)]);
    const s3 = storage.s3(PRIMARY);
    const target = { Bucket: SOURCE, Key: "big" };
    const { UploadId } = await s3.send(new CreateMultipartUploadCommand(target));
    const parts = [randomBytes(12 * 2 ** 20), randomBytes(1024)];
    const Parts = [];
    for (const [index, Body] of parts.entries()) {
      const PartNumber = index + 1;
      const { ETag } = await s3.send(new UploadPartCommand({ ...target, UploadId, PartNumber, Body }));
      Parts.push({ PartNumber, ETag });
    }
    await s3.send(new CompleteMultipartUploadCommand({ ...target, UploadId, MultipartUpload: { Parts } }));
    await s3.send(new CopyObjectCommand({ Bucket: SOURCE, Key: "copy of big", CopySource: `${SOURCE}/big` }));
    await elapse();
    for (const Key of ["big", "copy of big"]) {
      const object = await storage.s3(STANDBY).send(new GetObjectCommand({ Bucket: REPLICA, Key }));
      const body = Buffer.from((await object.Body?.transformToByteArray()) ?? []);
      expect(body.equals(Buffer.concat(parts))).toBe(true);
    }
  });

  it("refuses what AWS refuses", async () => {
    await storage.createBucket(PRIMARY, "plain", false);
    const refusal = (bucket: string, rules: Parameters<typeof storage.replicate>[3]) =>
      storage.replicate(PRIMARY, bucket, role, rules).then(
        () => "accepted",
        (error: unknown) => (error instanceof Error ? `${error.name}: ${error.message}` : ""),
      );
    expect(await refusal("plain", [rule(REPLICA)])).toMatch(/InvalidRequest: Versioning must be 'Enabled'/);
    expect(await refusal(SOURCE, [rule("plain")])).toMatch(/Destination bucket must have versioning enabled/);
    expect(await refusal(SOURCE, [rule("nowhere")])).toMatch(/Destination bucket must exist/);
    expect(await refusal(SOURCE, [rule(REPLICA, { DeleteMarkerReplication: undefined })])).toMatch(
      /DeleteMarkerReplication must be specified/,
    );
    await storage.replicate(PRIMARY, SOURCE, role, [rule(REPLICA)]);
    const suspend = storage
      .s3(PRIMARY)
      .send(
        new PutBucketVersioningCommand({ Bucket: SOURCE, VersioningConfiguration: { Status: "Suspended" } }),
      );
    await expect(suspend).rejects.toMatchObject({ name: "InvalidBucketState" });
  });
});

describe.skipIf(!isReady)("replication of encrypted objects", () => {
  let sourceKey: string;
  let replicaKey: string;
  beforeEach(async () => {
    sourceKey = await storage.createKey(PRIMARY);
    replicaKey = await storage.createKey(STANDBY);
  });

  const encrypted = (key: string) =>
    rule(REPLICA, {
      SourceSelectionCriteria: { SseKmsEncryptedObjects: { Status: "Enabled" } },
      Destination: {
        Bucket: `arn:aws:s3:::${REPLICA}`,
        EncryptionConfiguration: { ReplicaKmsKeyID: key },
      },
    });
  const roleWith = (options: { encrypt?: string; withholds?: string } = {}) =>
    storage.createRole(`keys-${options.withholds?.replace(":", "-") ?? "all"}`, {
      source: SOURCE,
      destination: REPLICA,
      keys: [sourceKey, options.encrypt ?? replicaKey],
      ...options,
    });
  const putEncrypted = (key: string) =>
    put(key, { ServerSideEncryption: "aws:kms", SSEKMSKeyId: sourceKey, BucketKeyEnabled: true });

  it("gives the replica the destination's key", async () => {
    await storage.replicate(PRIMARY, SOURCE, await roleWith(), [encrypted(replicaKey)]);
    await putEncrypted("secret");
    await put("plain");
    await elapse();
    expect(await atReplica("secret")).toMatchObject({
      ServerSideEncryption: "aws:kms",
      SSEKMSKeyId: replicaKey,
      ReplicationStatus: "REPLICA",
    });
    expect((await atReplica("plain"))?.ServerSideEncryption).toBe("AES256");
  });

  it("leaves encrypted objects alone unless a rule selects them", async () => {
    await storage.replicate(PRIMARY, SOURCE, await roleWith(), [rule(REPLICA)]);
    await putEncrypted("secret");
    await elapse();
    expect(await atReplica("secret")).toBeUndefined();
    expect((await atSource("secret"))?.ReplicationStatus).toBeUndefined();
  });

  it("takes a key that does not exist, and then fails for each object (T32)", async () => {
    const missing = replicaKey.replace(/[^/]+$/, "00000000-0000-0000-0000-000000000000");
    await storage.replicate(PRIMARY, SOURCE, await roleWith({ encrypt: missing }), [encrypted(missing)]);
    await putEncrypted("secret");
    await elapse();
    expect((await atSource("secret"))?.ReplicationStatus).toBe("FAILED");
    expect(await atReplica("secret")).toBeUndefined();
  });

  it("fails while the key is disabled", async () => {
    await storage.replicate(PRIMARY, SOURCE, await roleWith(), [encrypted(replicaKey)]);
    await new KMSClient(storage.settings(STANDBY)).send(new DisableKeyCommand({ KeyId: keyId(replicaKey) }));
    await putEncrypted("secret");
    await elapse();
    expect((await atSource("secret"))?.ReplicationStatus).toBe("FAILED");
  });

  it.each(["kms:Decrypt", "kms:Encrypt", "s3:ReplicateObject", "s3:GetObjectVersionForReplication"])(
    "fails when its role lacks %s",
    async (withholds) => {
      await storage.replicate(PRIMARY, SOURCE, await roleWith({ withholds }), [encrypted(replicaKey)]);
      await putEncrypted("secret");
      await elapse();
      expect((await atSource("secret"))?.ReplicationStatus).toBe("FAILED");
    },
  );
});

/** moto disables a key by its id only. */
const keyId = (arn: string): string => arn.slice(arn.lastIndexOf("/") + 1);
