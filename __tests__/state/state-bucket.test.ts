import { describe, expect, it } from "vitest";
import type { PolicyStatement } from "../../src/encryption/key-policy.ts";
import { accessIn } from "../support/access.ts";
import { complaints, resourceAt, synthesizeBootstrap } from "../support/environments.ts";

const bootstrap = synthesizeBootstrap();
const { template } = bootstrap;
const access = accessIn(bootstrap);

const bucket = access.arnOf("aws_s3_bucket.state_store_bucket");
const state = `${bucket}/shop/prod/terraform.tfstate`;
const key = access.arnOf("aws_kms_key.state_encryption_key");
const engineer = "arn:aws:iam::111122223333:role/engineer";
const stranger = "arn:aws:iam::444455556666:role/stranger";

const everyBucket: PolicyStatement = { Sid: "S3", Effect: "Allow", Action: "s3:*", Resource: "*" };
const everyKey: PolicyStatement = { Sid: "Kms", Effect: "Allow", Action: "kms:*", Resource: "*" };

const ALGORITHM = "s3:x-amz-server-side-encryption";
const KEY_ID = "s3:x-amz-server-side-encryption-aws-kms-key-id";
const alias = "arn:aws:kms:eu-west-1:111122223333:alias/shop-tfstate";

describe("the state bucket", () => {
  const mayUpload = (headers: Readonly<Record<string, string>>): Promise<boolean> =>
    access.identityMay(engineer, [everyBucket], "s3:PutObject", state, headers);

  it("takes what Terraform's backend uploads: the alias that the stacks name, or the key behind it", async () => {
    const backend = JSON.stringify(template);
    expect(backend).toContain(`"kms_key_id":"${alias}"`);
    expect(await mayUpload({ [ALGORITHM]: "aws:kms", [KEY_ID]: alias })).toBe(true);
    expect(await mayUpload({ [ALGORITHM]: "aws:kms", [KEY_ID]: key })).toBe(true);
  });

  it("takes an upload that leaves encryption to the bucket", async () => {
    expect(await mayUpload({})).toBe(true);
  });

  it("refuses every other encryption", async () => {
    const foreign = "arn:aws:kms:eu-west-1:111122223333:key/00000000-0000-0000-0000-000000000000";
    expect(await mayUpload({ [ALGORITHM]: "AES256" })).toBe(false);
    expect(await mayUpload({ [ALGORITHM]: "aws:kms" })).toBe(false);
    expect(await mayUpload({ [ALGORITHM]: "aws:kms", [KEY_ID]: foreign })).toBe(false);
    expect(await mayUpload({ "s3:x-amz-server-side-encryption-customer-algorithm": "AES256" })).toBe(false);
  });

  it("keeps its history from everybody but break-glass, until the file lets it go", async () => {
    const erases = (role: string, subject = access): Promise<boolean> =>
      subject.administratorMay(`arn:aws:iam::111122223333:role/${role}`, "s3:DeleteObjectVersion", state);
    expect([await erases("administrator"), await erases("break-glass")]).toEqual([false, true]);
    const going = accessIn(synthesizeBootstrap({ bootstrap: { state: { preventDestroy: false } } }));
    expect(await erases("administrator", going)).toBe(true);
    expect(await access.administratorMay(engineer, "s3:DeleteObject", state)).toBe(true);
  });

  it("is spoken to over TLS only", async () => {
    const insecure = { "aws:SecureTransport": "false" };
    expect(await access.identityMay(engineer, [everyBucket], "s3:GetObject", state, insecure)).toBe(false);
    expect(await access.identityMay(engineer, [everyBucket], "s3:GetObject", state)).toBe(true);
  });

  it("keeps every version for a while, and can't be destroyed by a plan", () => {
    expect(resourceAt(template, "aws_s3_bucket_versioning.state_store_versioning")).toMatchObject({
      versioning_configuration: { status: "Enabled" },
    });
    const { rule } = resourceAt(template, "aws_s3_bucket_lifecycle_configuration.state_store_expiry");
    expect(JSON.stringify(rule)).toContain('"noncurrent_days":180');
    for (const address of ["aws_s3_bucket.state_store_bucket", "aws_kms_key.state_encryption_key"]) {
      expect(resourceAt(template, address)).toMatchObject({ lifecycle: { prevent_destroy: true } });
    }
    expect(resourceAt(template, "aws_s3_bucket.state_store_bucket")).toMatchObject({ force_destroy: false });
  });

  it("can be taken down where the environment says so", () => {
    const disposable = synthesizeBootstrap({ bootstrap: { state: { preventDestroy: false } } }).template;
    expect(JSON.stringify(disposable)).not.toContain("prevent_destroy");
    expect(resourceAt(disposable, "aws_s3_bucket.state_store_bucket")).toMatchObject({ force_destroy: true });
  });
});

describe("the key of the state", () => {
  const through = (service: string) => ({ "kms:ViaService": `${service}.eu-west-1.amazonaws.com` });
  const may = (statements: readonly PolicyStatement[], action: string, context = {}): Promise<boolean> =>
    access.identityMay(engineer, statements, action, key, context);

  it("opens the state to whoever is granted it, through S3", async () => {
    expect(await may([everyKey], "kms:Decrypt", through("s3"))).toBe(true);
    expect(await may([everyKey], "kms:GenerateDataKey", through("s3"))).toBe(true);
  });

  it("does not open it to whoever may merely read every bucket", async () => {
    expect(await may([everyBucket], "kms:Decrypt", through("s3"))).toBe(false);
  });

  it("is of no use past S3, nor to another account", async () => {
    expect(await may([everyKey], "kms:Decrypt")).toBe(false);
    expect(await may([everyKey], "kms:Decrypt", through("secretsmanager"))).toBe(false);
    expect(await access.identityMay(stranger, [everyKey], "kms:Decrypt", key, through("s3"))).toBe(false);
  });

  it("stays manageable by the account", async () => {
    expect(await may([everyKey], "kms:PutKeyPolicy")).toBe(true);
    expect(await may([everyKey], "kms:ScheduleKeyDeletion")).toBe(true);
    expect(await may([everyKey], "kms:CreateGrant")).toBe(false);
  });
});

describe("the log of the state bucket", () => {
  const log = access.arnOf("aws_s3_bucket.state_logs_bucket");
  const delivery = "logging.s3.amazonaws.com";
  const source = { "aws:SourceArn": bucket, "aws:SourceAccount": "111122223333" };
  const mayWrite = (path: string, context: Readonly<Record<string, string>>): Promise<boolean> =>
    access.principalMay(delivery, "s3:PutObject", `${log}/${path}`, context);

  it("is written by S3 for this bucket only", async () => {
    expect(await mayWrite("state/2026-01-31", source)).toBe(true);
    expect(await mayWrite("state/2026-01-31", { ...source, "aws:SourceArn": "arn:aws:s3:::other" })).toBe(
      false,
    );
    expect(await mayWrite("state/2026-01-31", { ...source, "aws:SourceAccount": "444455556666" })).toBe(
      false,
    );
    expect(await mayWrite("elsewhere", source)).toBe(false);
    expect(await access.principalMay(delivery, "s3:GetObject", `${log}/state/one`, source)).toBe(false);
  });

  it("is encrypted with S3's key, since delivery fails with a customer key (T29)", () => {
    const { rule } = resourceAt(
      template,
      "aws_s3_bucket_server_side_encryption_configuration.state_logs_encryption",
    );
    expect(JSON.stringify(rule)).toContain('"sse_algorithm":"AES256"');
    expect(resourceAt(template, "aws_s3_bucket_logging.state_access_log")["target_prefix"]).toBe("state/");
  });
});

describe("the bootstrap environment", () => {
  it("lives where the backends look for it", () => {
    expect(complaints({ bootstrap: { region: "us-east-2" } })).toEqual([
      "environments/bootstrap.ts: region: state lives in the project's primary region eu-west-1, got us-east-2; remove the key",
    ]);
  });
});
