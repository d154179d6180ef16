import { describe, expect, it } from "vitest";
import { specsOf } from "../../src/config/spec.ts";
import type { PolicyStatement } from "../../src/encryption/key-policy.ts";
import { synthesize } from "../../src/stacks/synthesize.ts";
import { copying } from "../backup/environments.ts";
import { accessIn } from "../support/access.ts";
import { exampleConfigurator } from "../support/examples.ts";

const ACCOUNT = "111122223333";
const role = (name: string, account = ACCOUNT): string => `arn:aws:iam::${account}:role/${name}`;
const prod = copying("prod");
const dr = copying("dr");
const access = accessIn(prod, dr);
const key = access.arnOf("aws_kms_key.keys_data_key");
const standbyKey = accessIn(dr).arnOf("aws_kms_key.keys_data_key");

const through = (service: string, region = "eu-west-1") => ({
  "kms:ViaService": `${service}.${region}.amazonaws.com`,
  "kms:GrantIsForAWSResource": "true",
});
const USES = ["kms:Decrypt", "kms:GenerateDataKey", "kms:DescribeKey", "kms:CreateGrant"];

/** Answers to all uses through a service, of a principal without a right to any key. */
const uses = async (
  principal: string,
  service: string,
  { of = key, region = "eu-west-1" } = {},
): Promise<readonly boolean[]> => {
  const context = through(service, region);
  const answers = USES.map((action) => access.principalMay(principal, action, of, context));
  return [...new Set(await Promise.all(answers))];
};

describe("the data key of an environment, for those without a right to it in IAM", () => {
  it.each(["rds", "secretsmanager", "ecr"])("is used by its own roles through %s", async (service) => {
    expect(await uses(role("shop-prod-task"), service)).toEqual([true]);
  });

  it.each([
    ["rds", "aws-service-role/rds.amazonaws.com/AWSServiceRoleForRDS"],
    ["backup", "aws-service-role/backup.amazonaws.com/AWSServiceRoleForBackup"],
  ])("is used by the role that AWS made for %s", async (service, name) => {
    expect(await uses(role(name), service)).toEqual([true]);
  });

  it("is used for disks by the roles that AWS made for instances", async () => {
    const configure = await exampleConfigurator("ecs-ec2");
    const specs = specsOf(configure());
    const [spec] = specs.services;
    const template = spec && synthesize(specs).templates.get(spec.name);
    if (spec === undefined || template === undefined) throw new Error("no environment in the example");
    const instances = accessIn({ spec, template });
    const disks = instances.arnOf("aws_kms_key.keys_data_key");
    const scaling = role("aws-service-role/autoscaling.amazonaws.com/AWSServiceRoleForAutoScaling");
    for (const action of USES) {
      expect(await instances.principalMay(scaling, action, disks, through("ec2")), action).toBe(true);
      expect(await instances.principalMay(role("batch"), action, disks, through("ec2")), action).toBe(false);
    }
  });

  it("is used by the other member's backup role, both ways", async () => {
    const there = { of: standbyKey, region: "eu-central-1" };
    for (const service of ["rds", "backup"]) {
      expect(await uses(role("shop-prod-backup"), service, there)).toEqual([true]);
      expect(await uses(role("shop-dr-backup"), service)).toEqual([true]);
    }
  });

  it.each([
    ["another team's", role("batch")],
    ["another environment's", role("shop-dev-task")],
    ["one whose name only begins alike", role("shop-production")],
    ["another account's", role("shop-prod-task", "444455556666")],
    ["a user", `arn:aws:iam::${ACCOUNT}:user/shop-prod-task`],
  ])("is closed to %s, which could else read every secret that it may ask for", async (_, principal) => {
    for (const service of ["rds", "secretsmanager", "backup"]) {
      expect(await uses(principal, service)).toEqual([false]);
    }
  });

  it("is used for images by whoever the registry lets push them, of this account", async () => {
    expect(await uses(role("build"), "ecr")).toEqual([true]);
    expect(await uses(role("build", "444455556666"), "ecr")).toEqual([false]);
  });

  it("is used through nothing else, and for nobody's grants", async () => {
    expect(await uses(role("shop-prod-task"), "s3")).toEqual([false]);
    const own = { ...through("rds"), "kms:GrantIsForAWSResource": "false" };
    expect(await access.principalMay(role("shop-prod-task"), "kms:CreateGrant", key, own)).toBe(false);
  });
});

describe("whoever applies the stack", () => {
  /** What PowerUserAccess allows, as far as it matters here. */
  const power: readonly PolicyStatement[] = [
    { Sid: "AllButIdentities", Effect: "Allow", NotAction: ["iam:*", "organizations:*"], Resource: "*" },
  ];
  const terraform = role("terraform");

  it.each(["rds", "secretsmanager", "ecr", "backup", "eks"])(
    "makes what %s encrypts, restores it and shares its snapshots, by a right of its own",
    async (service) => {
      for (const action of [...USES, "kms:ReEncryptFrom", "kms:ReEncryptTo"]) {
        expect(await access.identityMay(terraform, power, action, key, through(service)), action).toBe(true);
      }
    },
  );

  it("manages the key", async () => {
    for (const action of ["kms:PutKeyPolicy", "kms:EnableKeyRotation", "kms:TagResource"]) {
      expect(await access.identityMay(terraform, power, action, key), action).toBe(true);
    }
  });

  it("needs that right: the key's policy gives it to nobody outside the environment", async () => {
    const databases: readonly PolicyStatement[] = [
      { Sid: "Databases", Effect: "Allow", Action: "rds:*", Resource: "*" },
    ];
    expect(await access.identityMay(terraform, databases, "kms:CreateGrant", key, through("rds"))).toBe(
      false,
    );
  });
});
