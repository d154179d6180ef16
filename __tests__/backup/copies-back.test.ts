import { describe, expect, it } from "vitest";
import type { PolicyStatement } from "../../src/encryption/key-policy.ts";
import { resourcesOf } from "../../src/guardrails/template.ts";
import { accessIn } from "../support/access.ts";
import { resourceAt } from "../support/environments.ts";
import { copying, copyingIn } from "./environments.ts";

const ACCOUNT = "111122223333";
const ROLE = "aws_iam_role.backup_role_role";
const OPERATOR = `arn:aws:iam::${ACCOUNT}:role/break-glass`;
const VAULT = `arn:aws:backup:eu-west-1:${ACCOUNT}:backup-vault:shop-prod-backup`;

const prod = copying("prod");
const active = copyingIn("hardened");
const fromStandby = accessIn(active, prod);
const atHome = accessIn(prod, active);
const homeKey = atHome.arnOf("aws_kms_key.keys_data_key");
const awayKey = fromStandby.arnOf("aws_kms_key.keys_data_key");

const through = (region: string) => ({
  "kms:ViaService": `rds.${region}.amazonaws.com`,
  "kms:CallerAccount": ACCOUNT,
  "kms:GrantIsForAWSResource": "true",
});

describe("copies of an active standby", () => {
  it("go into the primary's vault, under the primary's data key", async () => {
    const [plan] = resourcesOf(active.template, "aws_backup_plan");
    expect(plan?.body["rule"]).toMatchObject([{ copy_action: [{ destination_vault_arn: VAULT }] }]);
    expect(resourceAt(prod.template, "aws_backup_vault.backup_vault_vault")).toMatchObject({
      name: "shop-prod-backup",
      kms_key_arn: "${aws_kms_key.keys_data_key.arn}",
    });
    const alias = { "kms:ResourceAliases": ["alias/shop-prod-data"] };
    expect(await fromStandby.roleMay(ROLE, "backup:CopyIntoBackupVault", VAULT)).toBe(true);
    for (const action of ["kms:GenerateDataKeyWithoutPlaintext", "kms:CreateGrant"])
      expect(await fromStandby.roleMay(ROLE, action, homeKey, { ...through("eu-west-1"), ...alias })).toBe(
        true,
      );
  });

  it("are restored under that key, so that the returned database is not replaced for another one (T18)", () => {
    const returned = copying("prod", {
      "prod.activation": {
        posture: "active",
        recoveryPoint: {
          kind: "snapshot",
          snapshotArn: `arn:aws:rds:eu-west-1:${ACCOUNT}:snapshot:awsbackup:copyjob-0002`,
          engine: "postgres",
          engineVersion: "17.4",
          createdAt: "2026-02-07T05:00:00Z",
        },
        declaredAt: "2026-02-07T04:00:00Z",
        operator: "on-call",
        reason: "the primary region is back",
      },
    });
    const { kms_key_id: key } = resourceAt(returned.template, "aws_db_instance.database_instance");
    expect(key).toBe("${aws_kms_key.keys_data_key.arn}");
  });
});

describe("the last recovery point of a failback", () => {
  /** What an operator has in IAM, as the runbook asks for. */
  const rights: readonly PolicyStatement[] = [
    {
      Sid: "CopySnapshots",
      Effect: "Allow",
      Action: ["kms:CreateGrant", "kms:Decrypt", "kms:DescribeKey", "kms:GenerateDataKey*", "kms:ReEncrypt*"],
      Resource: [homeKey, awayKey],
    },
  ];

  it.each([
    ["kms:Decrypt", awayKey, "eu-central-1"],
    ["kms:CreateGrant", awayKey, "eu-central-1"],
    ["kms:CreateGrant", homeKey, "eu-west-1"],
    ["kms:DescribeKey", homeKey, "eu-west-1"],
  ])(
    "may %s with %s by an operator who has the right in IAM, and by nobody else",
    async (action, key, region) => {
      const access = region === "eu-west-1" ? atHome : fromStandby;
      expect(await access.identityMay(OPERATOR, rights, action, key, through(region))).toBe(true);
      expect(await access.identityMay(OPERATOR, [], action, key, through(region))).toBe(false);
    },
  );
});
