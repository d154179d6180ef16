import { copyFile, mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import {
  DescribeBackupVaultCommand,
  ListBackupJobsCommand,
  ListRecoveryPointsByBackupVaultCommand,
} from "@aws-sdk/client-backup";
import { DescribeDBInstancesCommand } from "@aws-sdk/client-rds";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { z } from "zod";
import { emulations } from "../../../sandbox/emulations/all.ts";
import { runTerraform } from "../../../sandbox/terraform/run.ts";
import { print } from "../support.ts";
import { hasTerraform, ProtectedDatabase, STANDBY } from "../support/protected-database.ts";
import { passTwoRuns } from "../support/half-days.ts";

const FIXTURE = new URL("../fixtures/data-protection.tf", import.meta.url);

const outputs = z.object({
  recovery_point: z.object({
    value: z.object({ snapshot_type: z.string(), encrypted: z.boolean(), kms_key_id: z.string() }),
  }),
});

describe.skipIf(!hasTerraform)("data protection with real Terraform", () => {
  let at: ProtectedDatabase;
  let directory: string;

  beforeAll(async () => {
    at = await ProtectedDatabase.start(emulations);
    directory = await mkdtemp(join(tmpdir(), "pilot-light-data-protection-"));
    await copyFile(FIXTURE, join(directory, "main.tf"));
    await terraform(["init"]);
  });
  afterAll(async () => {
    await at.sandbox.stop();
    await rm(directory, { recursive: true, force: true });
  });

  async function terraform(args: readonly string[], expected = 0): Promise<string> {
    const color = args[0] === "state" ? [] : ["-no-color"];
    const result = await runTerraform(directory, [...args, ...color], at.sandbox.env, { onLine: print });
    expect(`${result.exitCode}\n${result.exitCode === expected ? "" : result.stdout + result.stderr}`).toBe(
      `${expected}\n`,
    );
    return result.stdout;
  }
  const apply = async (...variables: readonly string[]): Promise<void> => {
    const given = variables.flatMap((variable) => ["-var", variable]);
    await terraform(["apply", "-auto-approve", ...given]);
    await terraform(["plan", "-detailed-exitcode", ...given]);
  };
  /** By name: Terraform creates them in any order. */
  const standbyInstances = async () => {
    const { DBInstances = [] } = await at.rds(STANDBY).send(new DescribeDBInstancesCommand({}));
    return DBInstances.toSorted((a, b) =>
      (a.DBInstanceIdentifier ?? "").localeCompare(b.DBInstanceIdentifier ?? ""),
    );
  };
  const newestCopy = async (): Promise<string> => {
    const { RecoveryPoints = [] } = await at
      .backup(STANDBY)
      .send(new ListRecoveryPointsByBackupVaultCommand({ BackupVaultName: "standby" }));
    return RecoveryPoints[0]?.RecoveryPointArn ?? "";
  };

  it("applies, and finds nothing to do afterwards", async () => {
    await apply();
    expect(
      await at.backup(STANDBY).send(new DescribeBackupVaultCommand({ BackupVaultName: "standby" })),
    ).toMatchObject({ Locked: true, MinRetentionDays: 7, MaxRetentionDays: 35 });
  });

  it("backs up what it declares, and finds nothing to do a day later", async () => {
    await passTwoRuns(at.sandbox.client);
    const { BackupJobs = [] } = await at.backup().send(new ListBackupJobsCommand({}));
    expect(BackupJobs.map((job) => job.State)).toEqual(["COMPLETED", "COMPLETED"]);
    expect(await newestCopy()).toContain(":snapshot:awsbackup:copyjob-");
    await terraform(["plan", "-detailed-exitcode"]);
  });

  it("restores in the other region, from the copied recovery point and to a point in time", async () => {
    await apply(`recovery_point_arn=${await newestCopy()}`, "restores_point_in_time=true");
    const instances = await standbyInstances();
    expect(instances).toMatchObject([
      { DBInstanceIdentifier: "restored", MultiAZ: false, MasterUserSecret: { SecretStatus: "active" } },
      { DBInstanceIdentifier: "rewound", MultiAZ: true, MasterUserSecret: { SecretStatus: "active" } },
    ]);
    instances.forEach((instance) =>
      expect(instance).toMatchObject({ MasterUsername: "keeper", AllocatedStorage: 20 }),
    );
    const { recovery_point } = outputs.parse(JSON.parse(await terraform(["output", "-json"])));
    expect(recovery_point.value).toEqual(
      expect.objectContaining({
        snapshot_type: "awsbackup",
        encrypted: true,
        kms_key_id: instances[0]?.KmsKeyId,
      }),
    );
  });

  it("deletes a vault with what is in it only when that is asked for", async () => {
    const destroy = ["destroy", "-auto-approve", "-target=aws_backup_vault.main"];
    expect(await terraform(destroy, 1)).not.toContain("Destroy complete");
    await terraform(["destroy", "-auto-approve", "-target=aws_backup_vault.standby"]);
    const vaults = (await terraform(["state", "list"]))
      .split("\n")
      .filter((line) => line.startsWith("aws_backup_vault"));
    expect(vaults).toEqual(["aws_backup_vault.main"]);
  });
});
