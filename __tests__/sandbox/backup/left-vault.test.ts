import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { DeleteRecoveryPointCommand, TagResourceCommand } from "@aws-sdk/client-backup";
import { GetResourcesCommand } from "@aws-sdk/client-resource-groups-tagging-api";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { runTerraform } from "../../../sandbox/terraform/run.ts";
import { synthesizeOne } from "../../support/environments.ts";
import { print } from "../support.ts";
import { hasTerraform, PRIMARY, ProtectedDatabase } from "../support/protected-database.ts";

/** What a stack without a vault asks before anything of it is changed. */
function questions(): unknown {
  const { data } = synthesizeOne("prod", {}).template;
  const { aws_backup_vault, aws_resourcegroupstaggingapi_resources } = data;
  return {
    terraform: { required_providers: { aws: { source: "hashicorp/aws" } } },
    provider: { aws: [{ region: PRIMARY }] },
    data: { aws_backup_vault, aws_resourcegroupstaggingapi_resources },
  };
}

describe.skipIf(!hasTerraform)("a plan of a stack whose vault has left its file, with real Terraform", () => {
  let at: ProtectedDatabase;
  let directory: string;
  let point = "";

  beforeAll(async () => {
    at = await ProtectedDatabase.start();
    directory = await mkdtemp(join(tmpdir(), "pilot-light-left-vault-"));
    await writeFile(join(directory, "main.tf.json"), JSON.stringify(questions()));
    await terraform("init");
  });
  afterAll(async () => {
    await at.sandbox.stop();
    await rm(directory, { recursive: true, force: true });
  });

  const terraform = (...args: readonly string[]) =>
    runTerraform(directory, [...args, "-no-color"], at.sandbox.env, { onLine: print });

  it("goes on where there never was a vault, and where it is empty", async () => {
    expect(await terraform("plan")).toMatchObject({ exitCode: 0 });
    const key = await at.createKey(PRIMARY);
    const ResourceArn = await at.createVault(PRIMARY, "shop-prod-backup", key);
    await at.backup().send(new TagResourceCommand({ ResourceArn, Tags: { Name: "shop-prod-backup" } }));
    const vaults = new GetResourcesCommand({
      ResourceTypeFilters: ["backup:backup-vault"],
      TagFilters: [{ Key: "Name", Values: ["shop-prod-backup"] }],
    });
    const { ResourceTagMappingList = [] } = await at.tagging().send(vaults);
    expect(ResourceTagMappingList.map(({ ResourceARN }) => ResourceARN)).toEqual([ResourceArn]);
    expect(await terraform("plan")).toMatchObject({ exitCode: 0 });
  });

  it("fails while it holds a recovery point, and says what keeps it", async () => {
    const key = await at.createKey(PRIMARY);
    const database = await at.createDatabase("shop-prod-database", key);
    const job = await at.backUp(database, "shop-prod-backup", await at.createRole("backup"));
    expect(job.State).toBe("COMPLETED");
    point = job.RecoveryPointArn ?? "";
    const { exitCode, stderr } = await terraform("plan");
    expect(exitCode).toBe(1);
    expect(stderr.replaceAll(/[│\s]+/g, " ")).toContain(
      "environments/prod.ts has no vault any more, and shop-prod-backup holds 1 recovery points: applying prod would take its lock, policy and alarms away, and then fail. Keep it with database.backup.keepVault",
    );
  });

  it("goes on once the last one is gone", async () => {
    await at
      .backup()
      .send(new DeleteRecoveryPointCommand({ BackupVaultName: "shop-prod-backup", RecoveryPointArn: point }));
    expect(await terraform("plan")).toMatchObject({ exitCode: 0 });
  });
});
