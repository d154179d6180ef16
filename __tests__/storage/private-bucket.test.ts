import { TerraformStack, Testing } from "cdktf";
import { describe, expect, it } from "vitest";
import { specsOf } from "../../src/config/spec.ts";
import { Keys } from "../../src/encryption/keys.ts";
import { parseTemplate, resourcesOf, type Template } from "../../src/guardrails/template.ts";
import { PrivateBucket } from "../../src/storage/private-bucket.ts";
import { configure } from "../support/environments.ts";

type Options = Partial<ConstructorParameters<typeof PrivateBucket>[2]>;

const [spec] = specsOf(configure()).services;

/** A bucket on its own; `encrypted` gives it a customer key. */
function synthesizeBucket(options: Options, encrypted = false): Template {
  if (spec === undefined) throw new Error("no service environment");
  const stack = new TerraformStack(Testing.app(), "lone");
  const key = encrypted ? { key: new Keys(stack, "keys", { spec, storageServices: [] }).data } : {};
  new PrivateBucket(stack, "bucket", { bucketName: "shop-things", ...options, ...key });
  return parseTemplate(JSON.parse(Testing.synth(stack)));
}

/** The only resource of a type. */
function only(template: Template, type: string): Readonly<Record<string, unknown>> {
  const [found, ...others] = resourcesOf(template, type);
  if (found === undefined || others.length > 0) throw new Error(`not exactly one ${type}`);
  return found.body;
}

const EXPIRY = "aws_s3_bucket_lifecycle_configuration";
const ENCRYPTION = "aws_s3_bucket_server_side_encryption_configuration";

describe("a private bucket", () => {
  const plain = synthesizeBucket({});

  it("keeps its objects and its versions to itself, unless asked otherwise", () => {
    expect(only(plain, "aws_s3_bucket")["force_destroy"]).toBe(false);
    expect(only(plain, "aws_s3_bucket_ownership_controls")["rule"]).toEqual({
      object_ownership: "BucketOwnerEnforced",
    });
    expect(resourcesOf(plain, "aws_s3_bucket_versioning")).toEqual([]);
  });

  it("encrypts with S3's key, or with the customer key that it is given", () => {
    expect(JSON.stringify(only(plain, ENCRYPTION)["rule"])).toContain('"sse_algorithm":"AES256"');
    const withKey = JSON.stringify(only(synthesizeBucket({}, true), ENCRYPTION)["rule"]);
    expect(withKey).toContain('"bucket_key_enabled":true');
    expect(withKey).toMatch(
      /"kms_master_key_id":"\$\{aws_kms_key\.keys_data_key[^."]*\.arn\}","sse_algorithm":"aws:kms"/,
    );
  });

  it("always ends abandoned uploads, and nothing else by itself", () => {
    const rules = only(plain, EXPIRY)["rule"];
    expect(rules).toEqual([expect.objectContaining({ id: "abandoned-uploads", status: "Enabled" })]);
    expect(JSON.stringify(rules)).not.toMatch(/"(noncurrent_version_)?expiration"/);
  });

  it("ends old versions and what deletions leave behind, after versioning is on", () => {
    const template = synthesizeBucket({ versioned: true, expireNoncurrentAfterDays: 30 });
    const { rule, depends_on: dependsOn } = only(template, EXPIRY);
    expect(rule).toContainEqual(
      expect.objectContaining({ noncurrent_version_expiration: [{ noncurrent_days: 30 }] }),
    );
    expect(rule).toContainEqual(
      expect.objectContaining({ expiration: [{ expired_object_delete_marker: true }] }),
    );
    expect(dependsOn).toEqual(
      resourcesOf(template, "aws_s3_bucket_versioning").map(({ address }) => address),
    );
  });

  it("can't be destroyed where a plan must not", () => {
    expect(only(synthesizeBucket({ preventDestroy: true }), "aws_s3_bucket")["lifecycle"]).toEqual({
      prevent_destroy: true,
    });
  });

  it("is closed to the public before its policy is set, which S3 takes one after the other only", () => {
    const blocks = resourcesOf(plain, "aws_s3_bucket_public_access_block").map(({ address }) => address);
    expect(only(plain, "aws_s3_bucket_policy")["depends_on"]).toEqual(blocks);
  });
});
