import { describe, expect, it } from "vitest";
import { z } from "zod";
import { privateBuckets } from "../../src/guardrails/private-buckets.ts";
import { breaches } from "../support/breaches.ts";
import { resourceAt, type Synthesized, synthesizeOne } from "../support/environments.ts";
import { add, mutate } from "../support/mutate.ts";

const prod = synthesizeOne("prod");
const BUCKET = "aws_s3_bucket.ingress_access_logs_logs_bucket";
const BLOCK = "aws_s3_bucket_public_access_block.ingress_access_logs_logs_public_access_block";
const POLICY = "aws_s3_bucket_policy.ingress_access_logs_logs_policy";
const ENCRYPTION = "aws_s3_bucket_server_side_encryption_configuration.ingress_access_logs_logs_encryption";

const policySchema = z.object({ Version: z.string(), Statement: z.array(z.record(z.string(), z.unknown())) });

/** The bucket's policy with its TLS statement changed. */
function withTlsStatement(changes: Readonly<Record<string, unknown>>): Synthesized {
  const policy = policySchema.parse(JSON.parse(String(resourceAt(prod.template, POLICY)["policy"])));
  const Statement = policy.Statement.map((one) => (one["Sid"] === "TlsOnly" ? { ...one, ...changes } : one));
  expect(Statement).not.toEqual(policy.Statement);
  return mutate(prod, POLICY, { policy: JSON.stringify({ ...policy, Statement }) });
}

const breach = (lacks: string): string =>
  `aws_s3_bucket.added lacks ${lacks}, got a bare bucket; build it as a PrivateBucket`;

describe("private-buckets", () => {
  it("names everything that a bare bucket lacks (T35)", () => {
    const bare = add(prod, "aws_s3_bucket.added", { bucket: "bare" });
    expect(breaches(privateBuckets, bare)).toEqual([
      breach("all four public access blocks"),
      breach("encryption"),
      breach("a policy that refuses everything but TLS"),
    ]);
  });

  it.each(["block_public_acls", "block_public_policy", "ignore_public_acls", "restrict_public_buckets"])(
    "refuses a bucket without %s",
    (name) => {
      expect(breaches(privateBuckets, mutate(prod, BLOCK, { [name]: false }))).toHaveLength(1);
      expect(breaches(privateBuckets, mutate(prod, BLOCK, { [name]: undefined }))).toHaveLength(1);
    },
  );

  it("refuses a bucket whose protection belongs to another with a longer name", () => {
    const other = { bucket: `\${${BUCKET}_two.id}` };
    for (const address of [BLOCK, POLICY, ENCRYPTION]) {
      expect(breaches(privateBuckets, mutate(prod, address, other))).toHaveLength(1);
    }
  });

  it("refuses a bucket without encryption", () => {
    expect(breaches(privateBuckets, mutate(prod, ENCRYPTION, { rule: [] }))).toHaveLength(1);
  });

  it.each([
    { Effect: "Allow" },
    { Principal: { AWS: "arn:aws:iam::111122223333:root" } },
    { Action: "s3:PutObject" },
    { Resource: "arn:aws:s3:::shop-prod-access-111122223333-eu-west-1/*" },
    { Resource: ["arn:aws:s3:::another", "arn:aws:s3:::another/*"] },
    { Condition: { Bool: { "aws:SecureTransport": "true" } } },
    {
      Condition: {
        Bool: { "aws:SecureTransport": "false" },
        StringEquals: { "aws:PrincipalAccount": "444455556666" },
      },
    },
  ])("refuses a TLS statement weakened by %o", (changes) => {
    expect(breaches(privateBuckets, withTlsStatement(changes))).toHaveLength(1);
  });

  it("can't vouch for a policy that is only known after the apply", () => {
    const policy = "${data.aws_iam_policy_document.logs.json}";
    expect(breaches(privateBuckets, mutate(prod, POLICY, { policy }))).toHaveLength(1);
  });

  it("accepts references to the bucket's ARN in place of its name", () => {
    const arn = `\${${BUCKET}.arn}`;
    expect(breaches(privateBuckets, withTlsStatement({ Resource: [arn, `${arn}/*`] }))).toEqual([]);
  });

  it.each(["dev", "prod", "dr"])("holds in %s", (name) => {
    expect(breaches(privateBuckets, synthesizeOne(name))).toEqual([]);
  });
});
