import { describe, expect, it } from "vitest";
import { accessIn } from "../../support/access.ts";
import { merge, resourceAt, synthesizeOne } from "../../support/environments.ts";
import { K3S, REPLICATED } from "./environments.ts";

const ROLE = "aws_iam_role.compute_state_replication_role";
const RULES = "aws_s3_bucket_replication_configuration.compute_state_replication_rules";

const prod = synthesizeOne("prod", REPLICATED);
const dr = synthesizeOne("dr", REPLICATED);
const HOME = "arn:aws:s3:::shop-prod-k3s-111122223333-eu-west-1";
const ABROAD = "arn:aws:s3:::shop-dr-k3s-111122223333-eu-central-1";

describe("copies of snapshots and tokens", () => {
  it("are not made unless the primary asks for them", () => {
    for (const name of ["prod", "dr"]) {
      expect(
        synthesizeOne(name, K3S).template.resource["aws_s3_bucket_replication_configuration"],
      ).toBeUndefined();
    }
  });

  it.each([
    [prod, ABROAD, "arn:aws:kms:eu-central-1:111122223333:alias/shop-dr-data"],
    [dr, HOME, "arn:aws:kms:eu-west-1:111122223333:alias/shop-prod-data"],
  ])(
    "go both ways, each from the stack that owns what it reads (T33)",
    (stack, bucket, replica_kms_key_id) => {
      expect(resourceAt(stack.template, RULES)).toMatchObject({
        rule: [
          {
            status: "Enabled",
            filter: { prefix: "cluster/" },
            source_selection_criteria: { sse_kms_encrypted_objects: { status: "Enabled" } },
            destination: { bucket, encryption_configuration: { replica_kms_key_id } },
          },
        ],
      });
    },
  );

  it("do not carry the lease, by which the other region would take the cluster for its own", () => {
    const { rule } = resourceAt(prod.template, RULES);
    expect(JSON.stringify(rule)).not.toContain("region/");
  });

  it("do not carry deletions: what was deleted here is still there", () => {
    expect(resourceAt(prod.template, RULES)).toMatchObject({
      rule: [{ delete_marker_replication: { status: "Disabled" } }],
    });
  });
});

describe("the role that makes them", () => {
  const access = accessIn(prod, dr);
  const home = access.arnOf("aws_kms_key.keys_data_key");
  const there = accessIn(dr).arnOf("aws_kms_key.keys_data_key");
  const through = (region: string, bucket: string, alias: string) => ({
    "kms:ViaService": `s3.${region}.amazonaws.com`,
    "kms:EncryptionContext:aws:s3:arn": bucket,
    "kms:ResourceAliases": [alias],
  });
  const object = "cluster/snapshots/20260131T030000Z.i-1.shop-prod";

  it("reads here and writes there, and nothing else", async () => {
    expect(await access.roleMay(ROLE, "s3:GetObjectVersionForReplication", `${HOME}/${object}`)).toBe(true);
    expect(await access.roleMay(ROLE, "s3:GetObjectVersionForReplication", `${HOME}/region/lease`)).toBe(
      false,
    );
    expect(await access.roleMay(ROLE, "s3:ReplicateObject", `${ABROAD}/${object}`)).toBe(true);
    expect(await access.roleMay(ROLE, "s3:ReplicateDelete", `${ABROAD}/${object}`)).toBe(false);
    expect(await access.roleMay(ROLE, "s3:ReplicateObject", `${HOME}/${object}`)).toBe(false);
    expect(await access.roleMay(ROLE, "s3:GetObject", `${ABROAD}/${object}`)).toBe(false);
  });

  it("decrypts with the key here and encrypts with the key there", async () => {
    const [mine, theirs] = [
      through("eu-west-1", HOME, "alias/shop-prod-data"),
      through("eu-central-1", ABROAD, "alias/shop-dr-data"),
    ];
    expect(await access.roleMay(ROLE, "kms:Decrypt", home, mine)).toBe(true);
    expect(await access.roleMay(ROLE, "kms:Encrypt", there, theirs)).toBe(true);
    expect(await access.roleMay(ROLE, "kms:Decrypt", there, theirs)).toBe(false);
    expect(await access.roleMay(ROLE, "kms:Encrypt", home, mine)).toBe(false);
    const another = { ...theirs, "kms:ResourceAliases": ["alias/shop-dev-data"] };
    expect(await access.roleMay(ROLE, "kms:Encrypt", there, another)).toBe(false);
  });

  it("is assumed by S3 only", async () => {
    expect(await access.serviceMayAssume("s3.amazonaws.com", ROLE)).toBe(true);
    expect(await access.serviceMayAssume("ec2.amazonaws.com", ROLE)).toBe(false);
  });
});

it("expires snapshots but keeps the tokens that they need", () => {
  const { template } = synthesizeOne(
    "prod",
    merge(K3S, { prod: { compute: { snapshots: { retentionDays: 45 } } } }),
  );
  const { rule } = resourceAt(template, "aws_s3_bucket_lifecycle_configuration.compute_state_store_expiry");
  expect(rule).toContainEqual(
    expect.objectContaining({ filter: [{ prefix: "cluster/snapshots/" }], expiration: [{ days: 45 }] }),
  );
  expect(JSON.stringify(rule).match(/"days":/g)).toHaveLength(1);
});
