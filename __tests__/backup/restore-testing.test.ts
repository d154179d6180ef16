import { describe, expect, it } from "vitest";
import { accessIn } from "../support/access.ts";
import { resourceAt } from "../support/environments.ts";
import { copying } from "./environments.ts";

describe("restore tests", () => {
  const tested = copying("dr", {
    dr: { database: { recovery: { vault: { restoreTesting: { enabled: true } } } } },
  });
  const ROLE = "aws_iam_role.backup_restore_testing_role";
  const access = accessIn(tested);
  const rds = "arn:aws:rds:eu-central-1:111122223333";

  it("have names of letters, digits and underscores (T27)", () => {
    const names = ["plan", "selection"].map(
      (part) =>
        resourceAt(tested.template, `aws_backup_restore_testing_${part}.backup_restore_testing_${part}`)[
          "name"
        ],
    );
    for (const name of names) expect(name).toMatch(/^[A-Za-z0-9_]{1,50}$/);
  });

  it("restore into the standby's own subnets, where nobody is let in (T21, T27)", () => {
    expect(
      resourceAt(tested.template, "aws_backup_restore_testing_selection.backup_restore_testing_selection")[
        "restore_metadata_overrides"
      ],
    ).toEqual({ dbSubnetGroupName: "${aws_db_subnet_group.database_subnets.name}" });
  });

  it("may restore copies and delete what they restored, never the standby's database", async () => {
    const restored = `${rds}:db:awsbackup-restore-test-1a2b3c`;
    const may = (action: string, resource: string): Promise<boolean> =>
      access.roleMay(ROLE, action, resource);
    expect(await may("rds:CreateDBInstance", restored)).toBe(true);
    expect(await may("rds:CreateDBInstance", `${rds}:db:shop-dr-database`)).toBe(false);
    expect(await may("rds:DeleteDBInstance", restored)).toBe(true);
    expect(await may("rds:DeleteDBInstance", `${rds}:db:shop-dr-database`)).toBe(false);
    expect(await may("rds:DeleteDBSnapshot", `${rds}:snapshot:awsbackup:copyjob-1a2b`)).toBe(false);
  });

  it("let AWS Backup itself describe the key, and use it through RDS only", async () => {
    const key = access.arnOf("aws_kms_key.keys_data_key");
    const named = { "kms:ResourceAliases": ["alias/shop-dr-data"] };
    expect(await access.roleMay(ROLE, "kms:DescribeKey", key, named)).toBe(true);
    expect(await access.roleMay(ROLE, "kms:Decrypt", key, named)).toBe(false);
    const through = { ...named, "kms:ViaService": "rds.eu-central-1.amazonaws.com" };
    for (const action of ["kms:Decrypt", "kms:GenerateDataKeyWithoutPlaintext", "kms:ReEncryptFrom"]) {
      expect(await access.roleMay(ROLE, action, key, through), action).toBe(true);
    }
  });
});
