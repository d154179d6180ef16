import { describe, expect, it } from "vitest";
import { resourcesOf } from "../../src/guardrails/template.ts";
import { accessIn } from "../support/access.ts";
import { resourceAt } from "../support/environments.ts";
import { copying } from "./environments.ts";

const VAULT = "aws_backup_vault.backup_vault_vault";
const LOCK = "aws_backup_vault_lock_configuration.backup_vault_lock";
const POINT = "arn:aws:backup:eu-central-1:111122223333:recovery-point:1EB3B5E7-9EB0-435A-A80B-108B488B0D45";

const role = (name: string): string => `arn:aws:iam::111122223333:role/${name}`;

const dr = copying("dr");
const access = accessIn(dr);
const vault = access.arnOf(VAULT);

describe("a standby's vault", () => {
  it.each([
    "backup:DeleteRecoveryPoint",
    "backup:UpdateRecoveryPointLifecycle",
    "backup:DisassociateRecoveryPoint",
  ])("refuses %s to administrators, and leaves it to the break-glass role (T20)", async (action) => {
    expect(await access.administratorMay(role("administrator"), action, POINT, { guardedBy: vault })).toBe(
      false,
    );
    expect(await access.administratorMay(role("break-glass"), action, POINT, { guardedBy: vault })).toBe(
      true,
    );
  });

  it.each([
    "backup:PutBackupVaultAccessPolicy",
    "backup:DeleteBackupVaultAccessPolicy",
    "backup:DeleteBackupVault",
  ])("leaves %s to whoever applies the stack, who could never change it again otherwise", async (action) => {
    expect(await access.administratorMay(role("deploy"), action, vault)).toBe(true);
  });

  it("admits nobody of another account, and nobody of its own whose policies do not", async () => {
    const stranger = "arn:aws:iam::444455556666:role/stranger";
    expect(await access.administratorMay(stranger, "backup:CopyIntoBackupVault", vault)).toBe(false);
    expect(await access.principalMay(role("somebody"), "backup:CopyIntoBackupVault", vault)).toBe(false);
  });

  it("is told to break-glass by the name that the project gives", async () => {
    const named = accessIn(copying("dr", { project: { breakGlassRole: "emergency" } }));
    const guardedBy = named.arnOf(VAULT);
    const may = (name: string): Promise<boolean> =>
      named.administratorMay(role(name), "backup:DeleteRecoveryPoint", POINT, { guardedBy });
    expect([await may("emergency"), await may("break-glass")]).toEqual([true, false]);
  });

  it("knows a break-glass role by its path too", async () => {
    const named = accessIn(copying("dr", { project: { breakGlassRole: "emergency/break-glass" } }));
    const guardedBy = named.arnOf(VAULT);
    const may = (name: string): Promise<boolean> =>
      named.administratorMay(role(name), "backup:DeleteRecoveryPoint", POINT, { guardedBy });
    expect([await may("emergency/break-glass"), await may("break-glass")]).toEqual([true, false]);
  });

  it.each([
    ["shop-prod-backup", "backup", true],
    ["somebody-elses", "shop-dr-backup", false],
    ["somebody-elses", "administrator", false],
    ["somebody-elses", "break-glass", true],
  ])("lets its points be copied to %s by %s: %s", async (target, principal, allowed) => {
    const targets = [`arn:aws:backup:eu-west-1:111122223333:backup-vault:${target}`];
    const context = { "backup:CopyTargets": targets };
    const more = { guardedBy: vault, context };
    const action = "backup:CopyFromBackupVault";
    expect(await access.administratorMay(role(principal), action, POINT, more)).toBe(allowed);
  });

  it("encrypts with the key that the database has too, so that a restore replaces nothing (T18)", () => {
    const key = "${aws_kms_key.keys_data_key.arn}";
    expect(resourceAt(dr.template, VAULT)["kms_key_arn"]).toBe(key);
    expect(resourceAt(dr.template, "aws_db_instance.database_instance")["kms_key_id"]).toBe(key);
  });

  it("is locked in governance mode, which a cooling-off time would make final", () => {
    expect(resourceAt(dr.template, LOCK)).toMatchObject({ min_retention_days: 7, max_retention_days: 365 });
    expect(resourceAt(dr.template, LOCK)).not.toHaveProperty("changeable_for_days");
  });

  it("is locked for good only when the file says after how many days", () => {
    const lock = { mode: "compliance", coolingOffDays: 5 };
    const { template } = copying("dr", { dr: { database: { recovery: { vault: { lock } } } } });
    expect(resourceAt(template, LOCK)["changeable_for_days"]).toBe(5);
  });

  it("needs no lock", () => {
    const { template } = copying("dr", {
      dr: { database: { recovery: { vault: { lock: { mode: "none" } } } } },
    });
    expect(resourcesOf(template, "aws_backup_vault_lock_configuration")).toEqual([]);
  });

  it("is an output of the stack", () => {
    expect(access.resolve(String(dr.template.output["dr_backup_vault_arn"]?.["value"]))).toBe(
      "arn:aws:backup:eu-central-1:111122223333:backup-vault:shop-dr-backup",
    );
  });
});

describe("the data key of a standby", () => {
  const key = access.arnOf("aws_kms_key.keys_data_key");
  const through = (service: string) => ({ "kms:ViaService": `${service}.eu-central-1.amazonaws.com` });
  const backup = role("shop-prod-backup");

  it.each(["kms:CreateGrant", "kms:DescribeKey", "kms:GenerateDataKeyWithoutPlaintext", "kms:ReEncryptTo"])(
    "admits %s of a copy from the primary's account through RDS and through AWS Backup",
    async (action) => {
      const grant = { "kms:GrantIsForAWSResource": "true" };
      for (const service of ["rds", "backup"]) {
        expect(await access.principalMay(backup, action, key, { ...through(service), ...grant })).toBe(true);
      }
    },
  );

  it("refuses a stranger, whatever service stands between and whatever its own policies allow", async () => {
    const stranger = "arn:aws:iam::444455556666:role/stranger";
    for (const service of ["rds", "backup", "secretsmanager"]) {
      for (const action of ["kms:Decrypt", "kms:GenerateDataKey", "kms:CreateGrant"]) {
        const context = { ...through(service), "kms:GrantIsForAWSResource": "true" };
        expect(await access.administratorMay(stranger, action, key, { context })).toBe(false);
      }
    }
  });

  it("refuses a grant for anything but an AWS resource (T19)", async () => {
    const context = { ...through("rds"), "kms:GrantIsForAWSResource": "false" };
    expect(await access.principalMay(backup, "kms:CreateGrant", key, context)).toBe(false);
  });
});
