import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { BackupClient, ListRecoveryPointsByBackupVaultCommand } from "@aws-sdk/client-backup";
import { DescribeDBInstancesCommand, RDSClient } from "@aws-sdk/client-rds";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { z } from "zod";
import project from "../../examples/disaster-recovery/project.ts";
import { SANDBOX_CREDENTIALS } from "../../sandbox/gateway/moto-port.ts";
import { startSandbox, type Sandbox } from "../../sandbox/start.ts";
import { runTerraform } from "../../sandbox/terraform/run.ts";
import { guardPlan } from "../../src/recovery/guard/guard.ts";
import type { Transition } from "../../src/recovery/guard/transitions.ts";
import { specsOf } from "../../src/config/spec.ts";
import { synthesize } from "../../src/stacks/synthesize.ts";
import { activation, type Changes, merge } from "../support/environments.ts";
import { exampleConfigurator } from "../support/examples.ts";
import { print, probe } from "./support.ts";
import { passTwoRuns } from "./support/half-days.ts";
import { requestCertificate } from "./support/deployment.ts";
import { createStateBuckets } from "./support/scratch.ts";

const { primary: PRIMARY, standby: STANDBY } = project.regions;
const DAY_MS = 86_400_000;
const DATABASE = "aws_db_instance.database_instance";

type Posture = "restored" | "active" | "hardened";

const capabilities = await probe();

const changeSchema = z.object({
  address: z.string(),
  type: z.string(),
  change: z.object({ actions: z.array(z.string()), after: z.record(z.string(), z.unknown()).nullable() }),
});
type Change = z.output<typeof changeSchema>;
const planSchema = z.object({ resource_changes: z.array(changeSchema) });

const stateSchema = z.object({
  values: z.object({
    root_module: z.object({
      resources: z.array(z.object({ address: z.string(), values: z.record(z.string(), z.unknown()) })),
    }),
  }),
});

/** Resources whose control plane is in us-east-1: an activation must not need it (T36). */
const GLOBAL = /^aws_(iam|route53|budgets|s3|cloudfront)_/;

const isChanged = ({ change }: Change): boolean => change.actions.some((action) => action !== "no-op");
const isDestroyed = ({ change }: Change): boolean => change.actions.includes("delete");

describe.skipIf(!capabilities.isReady)("a standby goes through its postures with real Terraform", () => {
  let sandbox: Sandbox;
  let directory: string;
  let configure: Awaited<ReturnType<typeof exampleConfigurator>>;
  /** The example with certificates that the emulated AWS has. */
  let issued: Changes;
  let [copyArn, copyDate, planned]: [string, Date, unknown] = ["", new Date(0), undefined];

  beforeAll(async () => {
    sandbox = await startSandbox({ capabilities, account: project.accountId });
    directory = await mkdtemp(join(tmpdir(), "pilot-light-postures-"));
    configure = await exampleConfigurator("disaster-recovery");
    issued = {
      prod: { ingress: { certificateArn: await requestCertificate(sandbox, PRIMARY) } },
      dr: { ingress: { certificateArn: await requestCertificate(sandbox, STANDBY) } },
    };
    // The state stays here; but plans ask its bucket for the record in force.
    await createStateBuckets(sandbox, project);
    await write();
    await Promise.all(["dr", "prod"].map((stack) => terraform(stack, ["init"])));
  });
  afterAll(async () => {
    await sandbox?.stop();
    await rm(directory, { recursive: true, force: true });
  });

  /** Synthesizes both members of the pair, with local state. */
  async function write(record: Changes = {}): Promise<void> {
    const specs = specsOf(configure({ ...issued, ...record }));
    const { templates } = synthesize({ ...specs, bootstrap: undefined, traffic: undefined });
    for (const [stack, template] of templates) {
      const { backend: _, ...settings } = template.terraform;
      await mkdir(join(directory, stack), { recursive: true });
      // On lines of its own, since Terraform quotes the line in which it finds a mistake.
      const json = JSON.stringify({ ...template, terraform: settings }, undefined, 1);
      await writeFile(join(directory, stack, "cdk.tf.json"), json);
    }
  }

  async function terraform(stack: string, args: readonly string[], expected = 0): Promise<string> {
    const color = args[0] === "show" ? [] : ["-no-color"];
    const result = await runTerraform(join(directory, stack), [...args, ...color], sandbox.env, {
      onLine: args[0] === "show" ? () => undefined : print,
    });
    const said = result.exitCode === expected ? "" : `${result.stdout}${result.stderr}`;
    expect(`${result.exitCode}\n${said}`).toBe(`${expected}\n`);
    return result.stdout;
  }

  const record = (posture: Posture): Changes =>
    merge(activation(posture === "hardened" ? "active" : posture), {
      "dr.activation": {
        hardened: posture === "hardened",
        declaredAt: copyDate.toISOString(),
        recoveryPoint: { snapshotArn: copyArn, createdAt: copyDate.toISOString() },
      },
    });

  async function plan(posture: Posture): Promise<readonly Change[]> {
    await write(record(posture));
    await terraform("dr", ["plan", "-refresh=false", "-out=plan"]);
    planned = JSON.parse(await terraform("dr", ["show", "-json", "plan"]));
    return planSchema.parse(planned).resource_changes.filter(isChanged);
  }

  const refusals = (transition: Transition): readonly string[] =>
    guardPlan(planned, {
      transition,
      region: STANDBY,
      accountId: project.accountId,
      environment: "dr",
      databasesMayGo: ["shop-dr-database"],
      restoredFrom: copyArn,
    }).map(({ address, reason }) => `${address} ${reason}`);

  async function refreshed(): Promise<string> {
    const { exitCode, stdout } = await runTerraform(
      join(directory, "dr"),
      ["plan", "-no-color", "-detailed-exitcode"],
      sandbox.env,
    );
    return exitCode === 0 ? "no changes" : stdout;
  }

  const resource = async (stack: string, address: string): Promise<Record<string, unknown>> => {
    const state = stateSchema.parse(JSON.parse(await terraform(stack, ["show", "-json"])));
    return state.values.root_module.resources.find((one) => one.address === address)?.values ?? {};
  };

  const client = { maxAttempts: 1, credentials: SANDBOX_CREDENTIALS };
  const recoveryPoints = async (region: string, vault: string) => {
    const backup = new BackupClient({ ...client, region, endpoint: sandbox.url });
    const { RecoveryPoints = [] } = await backup.send(
      new ListRecoveryPointsByBackupVaultCommand({ BackupVaultName: vault }),
    );
    return RecoveryPoints.toSorted((a, b) => Number(b.CreationDate) - Number(a.CreationDate));
  };
  const databases = async (region: string) => {
    const rds = new RDSClient({ ...client, region, endpoint: sandbox.url });
    return (await rds.send(new DescribeDBInstancesCommand({}))).DBInstances ?? [];
  };

  it("deploys in peace, and finds nothing left to do", async () => {
    // Of the primary what is backed up, and what backs it up; the rest takes minutes and is the end-to-end test's.
    const protection = [
      "-target=aws_backup_selection.backup_plan_selection",
      "-target=aws_backup_vault_policy.backup_vault_policy",
    ];
    await Promise.all([
      terraform("dr", ["apply", "-auto-approve"]),
      terraform("prod", ["apply", "-auto-approve", ...protection]),
    ]);
    expect(await refreshed()).toBe("no changes");
  });

  it("has recovery points in both vaults a day later, the copies under the standby's key (T18)", async () => {
    await passTwoRuns(sandbox.client);
    const [own, copied] = [
      await recoveryPoints(PRIMARY, "shop-prod-backup"),
      await recoveryPoints(STANDBY, "shop-dr-backup"),
    ];
    expect([own.length, copied.length]).toEqual([2, 2]);
    const { arn: keyArn } = await resource("dr", "aws_kms_key.keys_data_key");
    for (const point of [...own, ...copied])
      expect(point).toMatchObject({ Status: "COMPLETED", IsEncrypted: true });
    for (const point of copied) expect(point.EncryptionKeyArn).toBe(keyArn);
    copyArn = copied[0]?.RecoveryPointArn ?? "";
    copyDate = copied[0]?.CreationDate ?? new Date(0);
    expect(copyArn).toContain(`:rds:${STANDBY}:`);
  });

  it("can't go straight to serving: the empty database is at the address of the one that would be guarded", async () => {
    await write(record("active"));
    const refused = await runTerraform(join(directory, "dr"), ["plan", "-refresh=false"], sandbox.env);
    expect(refused.exitCode).toBe(1);
    expect(refused.stderr).toContain("prevent_destroy");
  });

  it("restores one database from the copy, while the primary region and the global control planes are gone (T36)", async () => {
    const [last] = (await sandbox.client.calls()).slice(-1);
    await sandbox.client.setFaults({ regionsDown: [PRIMARY, "us-east-1"], globalControlPlanesDown: true });
    const changes = await plan("restored");
    expect(refusals("restore")).toEqual([]);
    expect(changes.filter(({ type }) => type === "aws_db_instance")).toMatchObject([
      {
        address: DATABASE,
        change: { actions: ["create", "delete"], after: { snapshot_identifier: copyArn } },
      },
    ]);
    const gone = changes.filter(isDestroyed).map(({ address }) => address);
    expect(gone.toSorted()).toEqual(
      [
        ...["postgresql", "upgrade"].map((log) => `aws_cloudwatch_log_group.database_${log}_log`),
        DATABASE,
        "aws_ecs_task_definition.compute_task",
        "terraform_data.database_incarnation",
      ].toSorted(),
    );
    expect(changes.filter(({ type }) => GLOBAL.test(type))).toEqual([]);
    await terraform("dr", ["apply", "plan"]);
    await sandbox.client.clearFaults();
    const calls = await sandbox.client.calls(last === undefined ? {} : { after: last.id });
    expect(new Set(calls.map(({ region }) => region))).toEqual(new Set([STANDBY]));

    const [restored, ...others] = await databases(STANDBY);
    expect(others).toEqual([]);
    const { arn: keyArn } = await resource("dr", "aws_kms_key.keys_data_key");
    expect(restored?.DBInstanceIdentifier).toMatch(/^shop-dr-database-[0-9a-f]{8}$/);
    expect(restored).toMatchObject({
      DBInstanceClass: "db.m7g.large",
      KmsKeyId: keyArn,
      DeletionProtection: false,
      MasterUserSecret: { SecretStatus: "active" },
    });
    expect(await refreshed()).toBe("no changes");
  });

  it("opens, and hardens the restored database where it is", async () => {
    const before = await resource("dr", DATABASE);
    const changes = await plan("active");
    expect(refusals("activate")).toEqual([]);
    expect(changes.filter(isDestroyed)).toEqual([]);
    expect(changes.filter(({ type }) => GLOBAL.test(type))).toEqual([]);
    expect(changes.find(({ address }) => address === DATABASE)).toMatchObject({
      change: { actions: ["update"], after: { multi_az: false, deletion_protection: true } },
    });
    await terraform("dr", ["apply", "plan"]);
    expect(await refreshed()).toBe("no changes");

    const hardening = await plan("hardened");
    expect(refusals("harden")).toEqual([]);
    expect(hardening.filter(isDestroyed)).toEqual([]);
    expect(hardening.map(({ type }) => type)).toEqual(
      expect.arrayContaining(["aws_db_instance", "aws_backup_plan", "aws_backup_selection"]),
    );
    expect(hardening.find(({ address }) => address === DATABASE)).toMatchObject({
      change: { actions: ["update"], after: { multi_az: true, deletion_protection: true } },
    });
    await terraform("dr", ["apply", "plan"]);
    expect(await refreshed()).toBe("no changes");

    const after = await resource("dr", DATABASE);
    expect([after["identifier"], after["resource_id"]]).toEqual([
      before["identifier"],
      before["resource_id"],
    ]);
    const restores = await sandbox.client.calls({ action: "RestoreDBInstanceFromDBSnapshot" });
    expect(restores).toHaveLength(1);
  });

  it("is kept from giving way to another recovery point (T24)", async () => {
    const snapshotArn = `${copyArn}-2`;
    await write(merge(record("hardened"), { "dr.activation": { recoveryPoint: { snapshotArn } } }));
    const refused = await runTerraform(join(directory, "dr"), ["plan", "-refresh=false"], sandbox.env);
    expect(refused.exitCode).toBe(1);
    expect(refused.stderr).toContain("prevent_destroy");
    expect(await databases(STANDBY)).toHaveLength(1);
  });

  it("is kept from giving way to an empty database with its record, which Terraform would allow (T24)", async () => {
    await write();
    await terraform("dr", ["plan", "-refresh=false", "-out=plan"]);
    planned = JSON.parse(await terraform("dr", ["show", "-json", "plan"]));
    expect(refusals("deactivate").join()).toContain(`${DATABASE} holds a database's data`);
  });

  it("copies its backups towards the primary region", async () => {
    await sandbox.client.advance(DAY_MS);
    const { arn } = await resource("dr", DATABASE);
    const back = await recoveryPoints(PRIMARY, "shop-prod-backup");
    expect(back.filter((point) => point.ResourceArn === arn).length).toBeGreaterThan(0);
  });
});
