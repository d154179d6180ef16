import { describe, expect, it } from "vitest";
import { keptRecoveryPoints } from "../../src/guardrails/kept-recovery-points.ts";
import { breaches } from "../support/breaches.ts";
import { type Changes, merge, synthesizeOne } from "../support/environments.ts";

const copying: Changes = {
  prod: { database: { backup: { enabled: true } } },
  dr: { database: { recovery: { strategy: "backup-copy" } } },
};
const emptied: Changes = merge(copying, {
  prod: { database: { backup: { forceDestroy: true } } },
  dr: { database: { recovery: { vault: { forceDestroy: true } } } },
});

describe("guardrail kept-recovery-points", () => {
  it("holds for vaults that Terraform can't empty", () => {
    for (const name of ["prod", "dr"])
      expect(breaches(keptRecoveryPoints, synthesizeOne(name, copying))).toEqual([]);
  });

  it.each([
    ["prod", "database.backup.forceDestroy"],
    ["dr", "database.recovery.vault.forceDestroy"],
  ])("refuses a vault of %s that goes with what is in it", (name, key) => {
    expect(breaches(keptRecoveryPoints, synthesizeOne(name, emptied))).toEqual([
      `${key}: lets Terraform delete aws_backup_vault.backup_vault_vault with its recovery points, got true; set it to false`,
    ]);
  });

  it("leaves a pair alone that is no production", () => {
    const staging = merge(emptied, { prod: { production: false } });
    expect(breaches(keptRecoveryPoints, synthesizeOne("dr", staging))).toEqual([]);
  });
});
