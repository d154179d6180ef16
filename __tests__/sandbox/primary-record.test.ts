import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { DescribeKeyCommand, KMSClient } from "@aws-sdk/client-kms";
import * as rds from "@aws-sdk/client-rds";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import project from "../../examples/disaster-recovery/project.ts";
import { SANDBOX_CREDENTIALS } from "../../sandbox/gateway/moto-port.ts";
import { startSandbox, type Sandbox } from "../../sandbox/start.ts";
import { runTerraform } from "../../sandbox/terraform/run.ts";
import { specsOf } from "../../src/config/spec.ts";
import { synthesize } from "../../src/stacks/synthesize.ts";
import type { Changes } from "../support/environments.ts";
import { exampleConfigurator } from "../support/examples.ts";
import { createStateBuckets } from "./support/scratch.ts";
import { print, probe } from "./support.ts";

const { primary: PRIMARY, standby: STANDBY } = project.regions;
const DATABASE = "aws_db_instance.database_instance";
const LOGS = ["postgresql", "upgrade"].map((log) => `aws_cloudwatch_log_group.database_${log}_log`);
const STANDBYS = "shop-dr-database-1a2b3c4d";

/** The database, and what backs it up: the rest takes minutes and is the failback's own test. */
const TARGETS = ["aws_backup_selection.backup_plan_selection", "aws_kms_alias.keys_data_alias", DATABASE].map(
  (address) => `-target=${address}`,
);

const capabilities = await probe();

describe.skipIf(!capabilities.isReady)("a primary returns from a recovery point with real Terraform", () => {
  let sandbox: Sandbox;
  let directory: string;
  let configure: Awaited<ReturnType<typeof exampleConfigurator>>;
  let record: Changes;

  const settings = (region: string) => ({
    region,
    endpoint: sandbox.url,
    credentials: SANDBOX_CREDENTIALS,
    maxAttempts: 1,
  });
  const instances = async (): Promise<readonly (string | undefined)[]> => {
    const client = new rds.RDSClient(settings(PRIMARY));
    const { DBInstances = [] } = await client.send(new rds.DescribeDBInstancesCommand({}));
    return DBInstances.map(({ DBInstanceIdentifier }) => DBInstanceIdentifier);
  };

  async function write(changes: Changes): Promise<void> {
    const specs = specsOf(configure(changes));
    const services = specs.services.filter(({ name }) => name === "prod");
    const { templates } = synthesize({ bootstrap: undefined, services, traffic: undefined });
    const template = templates.get("prod");
    if (template === undefined) throw new Error("no prod");
    const { backend: _, ...local } = template.terraform;
    await mkdir(directory, { recursive: true });
    const json = JSON.stringify({ ...template, terraform: local }, undefined, 1);
    await writeFile(join(directory, "cdk.tf.json"), json);
  }

  const terraform = (...args: string[]) =>
    runTerraform(directory, [...args, "-no-color"], sandbox.env, { onLine: print });

  async function succeed(...args: string[]): Promise<string> {
    const { exitCode, stdout, stderr } = await terraform(...args);
    expect(exitCode === 0 ? "" : `${stdout}${stderr}`).toBe("");
    return stdout;
  }

  const plan = async (): Promise<string> => {
    const { exitCode, stdout, stderr } = await terraform("plan", "-detailed-exitcode", ...TARGETS);
    return exitCode === 0 ? "empty" : `${stdout}${stderr}`;
  };

  /** A database of the standby's region with a snapshot, copied under the primary's key, as a failback does it. */
  async function copySnapshotBack(): Promise<string> {
    const [there, here] = [STANDBY, PRIMARY].map((region) => new rds.RDSClient(settings(region)));
    await there?.send(
      new rds.CreateDBInstanceCommand({
        DBInstanceIdentifier: STANDBYS,
        DBInstanceClass: "db.m7g.large",
        Engine: "postgres",
        EngineVersion: "17.4",
        AllocatedStorage: 120,
        StorageEncrypted: true,
        MasterUsername: "app_admin",
        ManageMasterUserPassword: true,
        DBName: "app",
      }),
    );
    const taken = await there?.send(
      new rds.CreateDBSnapshotCommand({ DBInstanceIdentifier: STANDBYS, DBSnapshotIdentifier: "return" }),
    );
    const kms = new KMSClient(settings(PRIMARY));
    const key = await kms.send(new DescribeKeyCommand({ KeyId: "alias/shop-prod-data" }));
    const copied = await here?.send(
      new rds.CopyDBSnapshotCommand({
        SourceDBSnapshotIdentifier: taken?.DBSnapshot?.DBSnapshotArn,
        TargetDBSnapshotIdentifier: "return",
        KmsKeyId: key.KeyMetadata?.Arn,
      }),
    );
    return copied?.DBSnapshot?.DBSnapshotArn ?? "";
  }

  beforeAll(async () => {
    sandbox = await startSandbox({ capabilities, account: project.accountId });
    directory = await mkdtemp(join(tmpdir(), "pilot-light-return-"));
    // An import asks for the mark of a fence, which is not planned alone.
    await createStateBuckets(sandbox, project);
    configure = await exampleConfigurator("disaster-recovery");
    await write({});
    await succeed("init");
    await succeed("apply", "-auto-approve", ...TARGETS);
    record = {
      "prod.activation": {
        posture: "restored",
        recoveryPoint: {
          kind: "snapshot",
          snapshotArn: await copySnapshotBack(),
          engine: "postgres",
          engineVersion: "17.4",
          createdAt: "2026-02-07T05:00:00Z",
        },
        declaredAt: "2026-02-05T04:00:00Z",
        operator: "on-call",
        reason: "the primary region is back",
      },
    };
  });
  afterAll(async () => {
    await sandbox?.stop();
    await rm(directory, { recursive: true, force: true });
  });

  it("refuses to destroy the stale database that is still in its state", async () => {
    await write(record);
    expect(await plan()).toContain("prevent_destroy");
    expect(await instances()).toEqual(["shop-prod-database"]);
  });

  it("restores beside it once it is released, and backs up the restored one", async () => {
    await succeed("state", "rm", DATABASE, ...LOGS);
    const planned = await plan();
    expect(planned).toContain(`# ${DATABASE} will be created`);
    expect(planned).not.toMatch(/aws_db_instance.*destroyed|log_group.*destroyed/);
    await succeed("apply", "-auto-approve", ...TARGETS);
    const [restored, ...others] = (await instances()).filter((name) => name !== "shop-prod-database");
    expect([restored, others]).toEqual([expect.stringMatching(/^shop-prod-database-[0-9a-f]{8}$/), []]);
    expect(await instances()).toContain("shop-prod-database");
    const selection = await succeed("state", "show", "aws_backup_selection.backup_plan_selection");
    expect(selection).toContain(`:db:${String(restored)}"`);
    const state = await succeed("state", "show", DATABASE);
    expect(state).toMatch(/allocated_storage +\D+ 120/);
    expect(await plan()).toBe("empty");
  });

  it("keeps it when the record is taken away (T24)", async () => {
    await write({});
    const planned = await plan();
    expect(planned).toContain("0 to add, 1 to change, 0 to destroy");
    expect(planned).toMatch(/~ engine_version +\D+"17.4" -> "17"/);
    await write(record);
    expect(await plan()).toBe("empty");
  });

  it("takes the stale database back where the return is given up", async () => {
    await succeed("state", "rm", DATABASE, ...LOGS);
    await write({});
    await succeed("import", DATABASE, "shop-prod-database");
    for (const [index, log] of LOGS.entries())
      await succeed(
        "import",
        log,
        `/aws/rds/instance/shop-prod-database/${["postgresql", "upgrade"][index]}`,
      );
    await succeed("apply", "-auto-approve", ...TARGETS);
    expect(await plan()).toBe("empty");
    expect(await instances()).toHaveLength(2);
  });
});
