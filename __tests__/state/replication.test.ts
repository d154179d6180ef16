import { describe, expect, it } from "vitest";
import { z } from "zod";
import { blocksOf, resourcesOf, type Template } from "../../src/guardrails/template.ts";
import { accessIn } from "../support/access.ts";
import { bytesOf, without } from "../support/bytes.ts";
import { complaints, resourceAt, synthesizeBootstrap } from "../support/environments.ts";

const off = synthesizeBootstrap();
const on = synthesizeBootstrap({ bootstrap: { stateReplication: { enabled: true } } });
const { template } = on;
const access = accessIn(on);

interface Side {
  readonly region: string;
  readonly bucket: string;
  readonly key: string;
}

const sideOf = (prefix: string, region: string): Side => ({
  region,
  bucket: access.arnOf(`aws_s3_bucket.${prefix}state_store_bucket`),
  key: access.arnOf(`aws_kms_key.${prefix}state_encryption_key`),
});
const home = sideOf("", "eu-west-1");
const replica = sideOf("replica_", "eu-central-1");

const directions = [
  { direction: "to the replica", id: "replication", from: home, to: replica },
  { direction: "back", id: "replica_replication", from: replica, to: home },
];

const OBJECT = "shop/prod/terraform.tfstate";
const elsewhere = "arn:aws:s3:::shop-tfstate-999988887777-eu-west-1";

/** The request that S3 sends for an object of a bucket; with a bucket key the context is the bucket itself (T32). */
const through = ({ region, bucket }: Side, context = bucket) => ({
  "kms:ViaService": `s3.${region}.amazonaws.com`,
  "kms:EncryptionContext:aws:s3:arn": context,
});

describe.each(directions)("the role that replicates state $direction", ({ id, from, to }) => {
  const role = `aws_iam_role.${id}_role`;
  const may = (action: string, resource: string, context = {}): Promise<boolean> =>
    access.roleMay(role, action, resource, context);

  it("reads versions of the one bucket and writes replicas into the other", async () => {
    for (const action of ["s3:GetReplicationConfiguration", "s3:ListBucket"]) {
      expect(await may(action, from.bucket), action).toBe(true);
      expect(await may(action, to.bucket), action).toBe(false);
    }
    for (const action of [
      "s3:GetObjectVersionForReplication",
      "s3:GetObjectVersionAcl",
      "s3:GetObjectVersionTagging",
    ]) {
      expect(await may(action, `${from.bucket}/${OBJECT}`), action).toBe(true);
      for (const bucket of [to.bucket, elsewhere]) {
        expect(await may(action, `${bucket}/${OBJECT}`), `${action} ${bucket}`).toBe(false);
      }
    }
    for (const action of ["s3:ReplicateObject", "s3:ReplicateDelete", "s3:ReplicateTags"]) {
      expect(await may(action, `${to.bucket}/${OBJECT}`), action).toBe(true);
      for (const bucket of [from.bucket, elsewhere]) {
        expect(await may(action, `${bucket}/${OBJECT}`), `${action} ${bucket}`).toBe(false);
      }
    }
  });

  it("neither deletes, nor overwrites, nor reads as a person would", async () => {
    for (const { bucket } of [from, to]) {
      for (const action of [
        "s3:DeleteObject",
        "s3:DeleteObjectVersion",
        "s3:GetObject",
        "s3:GetObjectVersion",
        "s3:PutObject",
      ]) {
        expect(await may(action, `${bucket}/${OBJECT}`), `${action} ${bucket}`).toBe(false);
      }
      for (const action of ["s3:DeleteBucket", "s3:PutReplicationConfiguration", "s3:PutBucketVersioning"]) {
        expect(await may(action, bucket), `${action} ${bucket}`).toBe(false);
      }
    }
  });

  it("opens with the one key and closes with the other, for these buckets alone", async () => {
    expect(await may("kms:Decrypt", from.key, through(from))).toBe(true);
    expect(await may("kms:Encrypt", to.key, through(to))).toBe(true);
    expect(await may("kms:Encrypt", from.key, through(from))).toBe(false);
    expect(await may("kms:Decrypt", to.key, through(to))).toBe(false);
    expect(await may("kms:Decrypt", from.key, through(from, elsewhere))).toBe(false);
    expect(await may("kms:Encrypt", to.key, through(to, `${elsewhere}/${OBJECT}`))).toBe(false);
    expect(
      await may("kms:Decrypt", from.key, {
        ...through(from),
        "kms:ViaService": "s3.us-east-1.amazonaws.com",
      }),
    ).toBe(false);
    expect(await may("kms:Decrypt", from.key)).toBe(false);
  });

  it("also opens an object that was written without the bucket key", async () => {
    expect(await may("kms:Decrypt", from.key, through(from, `${from.bucket}/${OBJECT}`))).toBe(true);
  });

  it("is refused a key that is not the bucket's", async () => {
    const foreign = `arn:aws:kms:${from.region}:111122223333:key/00000000-0000-0000-0000-000000000000`;
    expect(await may("kms:Decrypt", foreign, through(from))).toBe(false);
  });

  it("is S3's alone", async () => {
    expect(await access.serviceMayAssume("s3.amazonaws.com", role)).toBe(true);
    expect(await access.serviceMayAssume("batchoperations.s3.amazonaws.com", role)).toBe(false);
  });
});

const rulesSchema = z
  .array(
    z.object({
      status: z.literal("Enabled"),
      filter: z.object({ prefix: z.string() }),
      delete_marker_replication: z.object({ status: z.string() }),
      source_selection_criteria: z.object({ sse_kms_encrypted_objects: z.object({ status: z.string() }) }),
      destination: z.looseObject({
        bucket: z.string(),
        encryption_configuration: z.object({ replica_kms_key_id: z.string() }),
      }),
    }),
  )
  .length(1);

describe.each(directions)("the rules that replicate state $direction", ({ id, from, to }) => {
  const body = resourceAt(template, `aws_s3_bucket_replication_configuration.${id}_rules`);
  const [rule] = rulesSchema.parse(body["rule"]);

  it("take every object, encrypted ones and delete markers included (T32, T34)", () => {
    expect(OBJECT.startsWith(rule?.filter.prefix ?? "-")).toBe(true);
    expect(`${OBJECT}.tflock`.startsWith(rule?.filter.prefix ?? "-")).toBe(true);
    expect(rule?.source_selection_criteria.sse_kms_encrypted_objects.status).toBe("Enabled");
    expect(rule?.delete_marker_replication.status).toBe("Enabled");
  });

  it("name buckets, role and the key of the destination's region", () => {
    const resolve = (value: unknown): string => access.resolve(String(value));
    expect(`arn:aws:s3:::${resolve(body["bucket"])}`).toBe(from.bucket);
    expect(resolve(body["role"])).toBe(access.arnOf(`aws_iam_role.${id}_role`));
    expect(resolve(rule?.destination.bucket)).toBe(to.bucket);
    expect(resolve(rule?.destination.encryption_configuration.replica_kms_key_id)).toBe(to.key);
    expect(to.key.split(":")[3]).toBe(to.region);
  });

  it("wait for versioning on both sides and for the role's rights", () => {
    expect(body["depends_on"]).toEqual(
      expect.arrayContaining([
        "aws_s3_bucket_versioning.state_store_versioning",
        "aws_s3_bucket_versioning.replica_state_store_versioning",
        `aws_iam_role_policy.${id}_policy`,
      ]),
    );
  });
});

describe("the replica", () => {
  it("lies in the standby region, as private and as hard to lose as the original", () => {
    expect(replica.bucket).toBe("arn:aws:s3:::shop-tfstate-111122223333-eu-central-1");
    for (const { address, body } of resourcesOf(template, "aws_s3_bucket").filter(({ address }) =>
      address.includes("replica_"),
    )) {
      const twin = resourceAt(template, address.replace("replica_", ""));
      expect(body["provider"]).toBe("aws.eu-central-1");
      expect(body["lifecycle"]).toEqual(twin["lifecycle"]);
    }
    expect(complaints({ bootstrap: { stateReplication: { enabled: true } } })).toEqual([]);
  });

  it("has a key under the alias that backends of its region name", () => {
    const alias = resourceAt(template, "aws_kms_alias.replica_state_encryption_alias");
    expect(alias).toMatchObject({ name: "alias/shop-tfstate", provider: "aws.eu-central-1" });
  });

  it("has access logs of its own; logs are not replicated", () => {
    const sources = resourcesOf(template, "aws_s3_bucket_replication_configuration").map(({ body }) =>
      access.resolve(String(body["bucket"])),
    );
    expect(sources.filter((source) => source.includes("logs"))).toEqual([]);
    const logging = resourceAt(template, "aws_s3_bucket_logging.replica_state_access_log");
    expect(access.resolve(String(logging["target_bucket"]))).toBe(
      "shop-tfstate-logs-111122223333-eu-central-1",
    );
  });

  it("is an output, once it exists", () => {
    expect(access.resolve(String(template.output["replica_state_bucket"]?.["value"]))).toBe(
      "shop-tfstate-111122223333-eu-central-1",
    );
    expect(off.template.output).not.toHaveProperty("replica_state_bucket");
  });
});

describe("replication time control", () => {
  const destinationsOf = (subject: { readonly template: Template }): readonly string[] =>
    resourcesOf(subject.template, "aws_s3_bucket_replication_configuration")
      .flatMap(({ body }) => blocksOf(body, "rule"))
      .map((rule) => JSON.stringify(rule["destination"]));

  it("is bought in both directions, or not at all", () => {
    const timed = synthesizeBootstrap({
      bootstrap: { stateReplication: { enabled: true, timeControl: true } },
    });
    expect(destinationsOf(timed)).toHaveLength(2);
    for (const destination of destinationsOf(timed)) {
      expect(destination).toContain('"replication_time":{"status":"Enabled","time":{"minutes":15}}');
      // S3 refuses time control without metrics.
      expect(destination).toContain('"metrics":');
    }
    for (const destination of destinationsOf(on)) expect(destination).not.toMatch(/replication_time|metrics/);
  });

  it("has no place without replication", () => {
    expect(complaints({ bootstrap: { stateReplication: { timeControl: true } } })).toEqual([
      "environments/bootstrap.ts: stateReplication.timeControl: has no effect while enabled is false, got true; set that to true, or remove this",
    ]);
  });
});

describe("the state bucket", () => {
  it("is not touched by its replica", () => {
    const added = /^provider\.|\.(replica|replication)_/;
    expect(without(bytesOf(template), added)).toEqual(bytesOf(off.template));
  });

  it("knows no other region without one", () => {
    expect(JSON.stringify(off.template)).not.toContain("eu-central-1");
    expect(resourcesOf(off.template, "aws_iam_role")).toEqual([]);
  });
});
