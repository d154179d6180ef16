import { describe, expect, it } from "vitest";
import { accessIn } from "../support/access.ts";
import { resourceAt, synthesizeOne } from "../support/environments.ts";

const DELIVERY = "logdelivery.elasticloadbalancing.amazonaws.com";
const BUCKET = "aws_s3_bucket.ingress_access_logs_logs_bucket";

describe.each(["prod", "dr"])("access logs of %s", (name) => {
  const subject = synthesizeOne(name);
  const access = accessIn(subject);
  const bucket = access.arnOf(BUCKET);
  const { accountId } = subject.spec.project;
  const log = `${bucket}/AWSLogs/${accountId}/elasticloadbalancing/${subject.spec.region}/2026/01/01/one.log.gz`;

  it("are delivered below the account's own prefix only", async () => {
    expect(await access.principalMay(DELIVERY, "s3:PutObject", log)).toBe(true);
    const foreign = `${bucket}/AWSLogs/444455556666/elasticloadbalancing/one.log.gz`;
    expect(await access.principalMay(DELIVERY, "s3:PutObject", foreign)).toBe(false);
    expect(await access.principalMay(DELIVERY, "s3:PutObject", `${bucket}/elsewhere.log.gz`)).toBe(false);
  });

  it("can't be read, changed or deleted by the service that delivers them", async () => {
    expect(await access.principalMay(DELIVERY, "s3:GetObject", log)).toBe(false);
    expect(await access.principalMay(DELIVERY, "s3:DeleteObject", log)).toBe(false);
    expect(await access.principalMay(DELIVERY, "s3:PutBucketPolicy", bucket)).toBe(false);
  });

  it("admit no stranger, and none of the log services that aren't the load balancer's", async () => {
    const stranger = "arn:aws:iam::444455556666:role/stranger";
    expect(await access.principalMay(stranger, "s3:PutObject", log)).toBe(false);
    expect(await access.principalMay(stranger, "s3:GetObject", log)).toBe(false);
    expect(await access.principalMay("logging.s3.amazonaws.com", "s3:PutObject", log)).toBe(false);
  });

  it("are refused without TLS", async () => {
    const plain = { "aws:SecureTransport": "false" };
    expect(await access.principalMay(DELIVERY, "s3:PutObject", log, plain)).toBe(false);
  });

  it("lie in a bucket without a customer key, to which delivery would fail (T29)", () => {
    const encryption = resourceAt(
      subject.template,
      "aws_s3_bucket_server_side_encryption_configuration.ingress_access_logs_logs_encryption",
    );
    expect(JSON.stringify(encryption)).toContain('"sse_algorithm":"AES256"');
    expect(JSON.stringify(encryption)).not.toContain("kms");
  });

  it("may be written before the load balancer tries to", () => {
    const { depends_on: dependsOn } = resourceAt(subject.template, "aws_lb.ingress_load_balancer");
    expect(dependsOn).toContain("aws_s3_bucket_policy.ingress_access_logs_logs_policy");
  });
});

const forceDestroy = (deletionProtection: boolean): unknown => {
  const { template } = synthesizeOne("prod", { prod: { ingress: { deletionProtection } } });
  return resourceAt(template, BUCKET)["force_destroy"];
};

describe("the end of access logs", () => {
  const expiry = "aws_s3_bucket_lifecycle_configuration.ingress_access_logs_logs_expiry";

  it("follows the environment file", () => {
    const { template } = synthesizeOne("prod", { prod: { ingress: { accessLogs: { retentionDays: 17 } } } });
    expect(resourceAt(template, expiry)["rule"]).toContainEqual(
      expect.objectContaining({ status: "Enabled", expiration: [{ days: 17 }] }),
    );
  });

  it("takes the bucket along only where the load balancer may be deleted", () => {
    expect(forceDestroy(true)).toBe(false);
    expect(forceDestroy(false)).toBe(true);
  });

  it("turns delivery off explicitly, since Terraform ignores a missing block", () => {
    const { template } = synthesizeOne("prod", { prod: { ingress: { accessLogs: { enabled: false } } } });
    expect(resourceAt(template, "aws_lb.ingress_load_balancer")["access_logs"]).toEqual({
      bucket: "",
      enabled: false,
    });
    expect(Object.keys(template.resource["aws_s3_bucket"] ?? {})).not.toContain(
      "ingress_access_logs_logs_bucket",
    );
  });
});
