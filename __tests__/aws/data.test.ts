import { describe, expect, it } from "vitest";
import { dataQuestions, type DataSdk } from "../../src/aws/live/data.ts";
import type { DBInstanceAutomatedBackup } from "../../src/aws/sdk.ts";

const $metadata = {};
const DENIED = Object.assign(new Error("not authorized"), { name: "AccessDeniedException" });

/** An SDK whose calls all fail, except those that are given. */
function sdk(answers: Partial<DataSdk>): DataSdk {
  const unused = async (): Promise<never> => {
    throw new Error("no question of this test makes that call");
  };
  return {
    region: "eu-central-1",
    listRecoveryPoints: unused,
    listVaults: unused,
    listBackupJobs: unused,
    listCopyJobs: unused,
    describeSnapshots: unused,
    describeAutomatedBackups: unused,
    describeKey: unused,
    describeOrderable: unused,
    ...answers,
  };
}

describe("a vault that answers that access is denied", () => {
  const denied = async (): Promise<never> => {
    throw DENIED;
  };
  const vaults = (...names: readonly string[]) => ({
    listRecoveryPoints: denied,
    listVaults: async () => ({
      $metadata,
      BackupVaultList: names.map((BackupVaultName) => ({ BackupVaultName })),
    }),
  });

  it("does not exist when the region does not list it", async () => {
    expect(await dataQuestions(sdk(vaults("other"))).recoveryPoints("shop-dr")).toBeUndefined();
  });

  it("is closed to the caller when the region lists it, or lists nothing to the caller", async () => {
    const closed = [vaults("other", "shop-dr"), { listRecoveryPoints: denied, listVaults: denied }];
    for (const answers of closed)
      await expect(dataQuestions(sdk(answers)).recoveryPoints("shop-dr")).rejects.toMatchObject({
        kind: "denied",
        action: "backup:ListRecoveryPointsByBackupVault",
      });
  });
});

describe("automated backups of one database", () => {
  const SOURCE = "arn:aws:rds:eu-west-1:111122223333:db:shop-prod-database";
  const backup = (id: string, Status: string, until: string): DBInstanceAutomatedBackup => ({
    DBInstanceArn: SOURCE,
    DBInstanceAutomatedBackupsArn: id,
    Status,
    RestoreWindow: { LatestTime: new Date(until) },
  });
  const other = { ...backup("other", "replicating", "2026-03-10T12:00Z"), DBInstanceArn: `${SOURCE}-2` };
  const retained = backup("retained", "Retained", "2026-02-28T12:00Z");
  const retainedLater = backup("retained-later", "retained", "2026-03-11T12:00Z");
  const live = backup("live", "Replicating", "2026-03-10T11:55Z");
  const chosen = (...DBInstanceAutomatedBackups: DBInstanceAutomatedBackup[]) =>
    dataQuestions(
      sdk({ describeAutomatedBackups: async () => ({ $metadata, DBInstanceAutomatedBackups }) }),
    ).replicatedBackup(SOURCE);

  it("are chosen in any order: what replicates, then what reaches furthest", async () => {
    for (const listed of [
      [retained, live, other],
      [other, live, retainedLater, retained],
    ])
      expect(await chosen(...listed)).toMatchObject({ arn: "live", status: "replicating" });
    for (const listed of [
      [retained, retainedLater],
      [retainedLater, retained],
    ])
      expect(await chosen(...listed)).toMatchObject({ arn: "retained-later", status: "retained" });
    expect(await chosen(other)).toBeUndefined();
  });
});
