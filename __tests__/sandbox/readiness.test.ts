import { spawn } from "node:child_process";
import { randomUUID } from "node:crypto";
import { resolve } from "node:path";
import { ECRClient, PutImageCommand } from "@aws-sdk/client-ecr";
import { ECSClient, UpdateServiceCommand } from "@aws-sdk/client-ecs";
import { DescribeKeyCommand, DisableKeyCommand, EnableKeyCommand, KMSClient } from "@aws-sdk/client-kms";
import { DeleteObjectCommand, PutObjectCommand, S3Client } from "@aws-sdk/client-s3";
import { afterAll, beforeAll, describe, expect, it, vi } from "vitest";
import { z } from "zod";
import bootstrap from "../../examples/disaster-recovery/bootstrap.ts";
import dr from "../../examples/disaster-recovery/dr.ts";
import prod from "../../examples/disaster-recovery/prod.ts";
import project from "../../examples/disaster-recovery/project.ts";
import { SANDBOX_CREDENTIALS } from "../../sandbox/gateway/moto-port.ts";
import { startSandbox, type Sandbox } from "../../sandbox/start.ts";
import { deployStacks } from "../../sandbox/terraform/project.ts";
import { connect } from "../../src/aws/connect.ts";
import { run } from "../../src/cli/run.ts";
import { Deployment, requestCertificate } from "./support/deployment.ts";
import { PairFacts } from "./support/pair-facts.ts";
import { containing } from "./support/protected-database.ts";
import { probe } from "./support.ts";

const ROOT = resolve(import.meta.dirname, "../..");
const { primary: PRIMARY, standby: STANDBY } = project.regions;
const stateBucket = (region: string): string => `${project.name}-tfstate-${project.accountId}-${region}`;
const HOUR_MS = 3_600_000;

const reportSchema = z.looseObject({
  ready: z.boolean(),
  checks: z.array(
    z.looseObject({
      id: z.string(),
      status: z.string(),
      evidence: z.string(),
      remedy: z.string().nullable(),
    }),
  ),
});
type Report = z.output<typeof reportSchema>;

const capabilities = await probe();

describe.skipIf(!capabilities.isReady)("examples/disaster-recovery, really deployed", () => {
  let sandbox: Sandbox;
  let deployment: Deployment;
  let facts: PairFacts;

  beforeAll(async () => {
    sandbox = await startSandbox({ capabilities, account: project.accountId });
    for (const [name, value] of Object.entries(sandbox.variables)) vi.stubEnv(name, value);
    deployment = await Deployment.create(sandbox, { project, bootstrap, prod, dr });
    await deployment.edit(
      { prod: { ingress: { certificateArn: await requestCertificate(sandbox, PRIMARY) } } },
      { dr: { ingress: { certificateArn: await requestCertificate(sandbox, STANDBY) } } },
    );
    await deployment.bootstrap();
    await deployStacks(deployment.project, ["dr", "prod"]);
    const ecr = new ECRClient(settings(PRIMARY));
    await ecr.send(
      new PutImageCommand({ repositoryName: "shop-prod", imageTag: "1.0.0", imageManifest: manifest() }),
    );
    await sandbox.client.advance(27 * HOUR_MS);
    facts = new PairFacts(sandbox);
  }, 1_200_000);
  afterAll(async () => {
    vi.unstubAllEnvs();
    await sandbox?.stop();
    await deployment?.remove();
  });

  const settings = (region: string) => ({ region, endpoint: sandbox.url, credentials: SANDBOX_CREDENTIALS });

  /** In this process, at the sandbox's time. */
  async function readiness(...args: readonly string[]): Promise<Report & { readonly exitCode: number }> {
    const { now } = await sandbox.client.clock();
    const output: string[] = [];
    const exitCode = await run(
      ["readiness", "--json", "--environments", deployment.environments, ...args],
      {
        print: (line) => void output.push(line),
        printError: (line) => void output.push(line),
        colours: false,
      },
      {
        now: () => now,
        connect: (signal) => connect({ signal }),
        pause: async () => false,
        env: deployment.project.env,
      },
    );
    return { exitCode, ...reportSchema.parse(JSON.parse(output.join("\n"))) };
  }

  const statuses = ({ checks }: Report, status: string): string[] =>
    checks.filter((check) => check.status === status).map(({ id }) => id);

  it("has recovery points in both vaults a day later, the copies under the standby's key (T18)", async () => {
    const own = await facts.recoveryPoints(PRIMARY, "shop-prod-backup");
    const copies = await facts.recoveryPoints(STANDBY, "shop-dr-backup");
    expect(own.length).toBeGreaterThanOrEqual(2);
    expect(copies.length).toBeGreaterThanOrEqual(2);
    const EncryptionKeyArn = await facts.keyArn(STANDBY, "alias/shop-dr-data");
    expect(EncryptionKeyArn).toContain(`:kms:${STANDBY}:`);
    for (const copy of copies) {
      expect(copy).toMatchObject({ Status: "COMPLETED", IsEncrypted: true, EncryptionKeyArn });
      expect(copy.RecoveryPointArn).toContain(`:rds:${STANDBY}:`);
    }
  });

  it("counts the copies where the alarm on missing ones looks (T28)", async () => {
    const alarm = await facts.alarm(PRIMARY, "shop-prod-missing-copy");
    expect(alarm).toMatchObject({ ComparisonOperator: "LessThanThreshold", TreatMissingData: "breaching" });
    expect(await facts.sumSeenBy(PRIMARY, alarm)).toBeGreaterThanOrEqual(alarm.Threshold ?? Infinity);
  });

  it("has in the standby's registry what was pushed to the primary's", async () => {
    const pushed = await facts.imageDigests(PRIMARY, "shop-prod");
    expect(pushed).toHaveLength(1);
    expect(await facts.imageDigests(STANDBY, "shop-prod")).toEqual(pushed);
  });

  it.each([
    ["bootstrap", PRIMARY, STANDBY],
    ["prod", PRIMARY, STANDBY],
    ["dr", STANDBY, PRIMARY],
  ])("has the state of %s, written in %s, in %s too", async (stack, home, away) => {
    const key = `shop/${stack}/terraform.tfstate`;
    const written = await facts.object(home, stateBucket(home), key);
    expect(written.status).toBe("COMPLETED");
    expect(await facts.object(away, stateBucket(away), key)).toEqual({
      text: written.text,
      keyArn: containing(`:kms:${away}:`),
      status: "REPLICA",
    });
  });

  it("is ready, but for the drill that was never done", async () => {
    const report = await readiness();
    expect(report.checks.filter(({ status }) => status !== "pass")).toMatchObject([
      { id: "last-drill", status: "warn", evidence: "never drilled" },
    ]);
    expect(report.exitCode).toBe(0);
  });

  it("runs from any directory by its script, within 20 s", async () => {
    const limit = await limitSeconds();
    const { exitCode, seconds, output } = await script();
    expect(output).toContain("dr recovers prod: posture standby, strategy backup-copy");
    expect(output).toMatch(/\nready: /);
    expect([exitCode, seconds < limit]).toEqual([0, true]);
  });

  it("lets the rest decide while the primary region is off", async () => {
    await sandbox.client.setFaults({ regionsDown: [PRIMARY] });
    const report = await readiness();
    await sandbox.client.clearFaults();
    expect(statuses(report, "unknown")).toEqual([
      "primary-state",
      "primary-database",
      "copy-jobs",
      "running-image",
      "registry-replication",
      "certificate-names",
      "state-replica",
      "primary-alarms",
    ]);
    expect(report.exitCode).toBe(0);
  });

  it.each([
    ["the primary region", 0, "eu-west-1"],
    ["the standby region", 1, "eu-central-1"],
  ])("ends within 20 s when %s accepts and does not answer", async (_, expected, region) => {
    const services = [
      "backup",
      "rds",
      "sts",
      "s3",
      "kms",
      "ecr",
      "ecs",
      "acm",
      "sns",
      "elasticloadbalancing",
    ];
    const slow = services.map((service) => ({ service, region, delayMs: 60_000 }));
    await sandbox.client.setFaults({ slow });
    const limit = await limitSeconds();
    const { exitCode, seconds } = await script();
    await sandbox.client.clearFaults();
    expect(seconds).toBeLessThan(limit);
    expect(exitCode).toBe(expected);
  });

  it("takes a refused question for unknown, and names the right that is missing (T47)", async () => {
    const refusal = {
      service: "backup",
      region: STANDBY,
      times: 9,
      code: "AccessDeniedException",
      status: 403,
    };
    await sandbox.client.setFaults({ failing: [refusal] });
    const report = await readiness("--only", "recovery-point");
    await sandbox.client.clearFaults();
    expect(report).toMatchObject({
      exitCode: 1,
      checks: [{ status: "unknown", remedy: containing("backup:ListRecoveryPointsByBackupVault") }],
    });
  });

  it("sees a key that somebody disabled", async () => {
    const kms = new KMSClient(settings(STANDBY));
    const { KeyMetadata } = await kms.send(new DescribeKeyCommand({ KeyId: "alias/shop-dr-data" }));
    const KeyId = KeyMetadata?.KeyId;
    await kms.send(new DisableKeyCommand({ KeyId }));
    const report = await readiness("--only", "keys,recovery-point-key");
    await kms.send(new EnableKeyCommand({ KeyId }));
    expect(statuses(report, "fail")).toEqual(["keys", "recovery-point-key"]);
    expect(statuses(await readiness("--only", "keys,recovery-point-key"), "fail")).toEqual([]);
  });

  it("sees whose lock lies on the state (T34)", async () => {
    const s3 = new S3Client({ ...settings(STANDBY), forcePathStyle: true });
    const object = { Bucket: stateBucket(STANDBY), Key: "shop/dr/terraform.tfstate.tflock" };
    const { now } = await sandbox.client.clock();
    const Body = JSON.stringify({
      ID: randomUUID(),
      Operation: "OperationTypeApply",
      Who: "ci@runner-7",
      Created: new Date(now.getTime() - 27 * HOUR_MS).toISOString(),
    });
    await s3.send(new PutObjectCommand({ ...object, Body }));
    const report = await readiness("--only", "state-lock");
    await s3.send(new DeleteObjectCommand(object));
    expect(report.checks[0]).toMatchObject({ status: "fail" });
    expect(report.checks[0]?.evidence).toMatch(
      /^ci@runner-7 holds it since .*, 27 h ago, for OperationTypeApply$/,
    );
  });

  it("sees what was changed by hand, by its size at once and by a plan in full", async () => {
    const only = ["--only", "service,drift", "--drift"];
    expect(statuses(await readiness(...only), "pass")).toEqual(["drift", "service"]);
    const ecs = new ECSClient(settings(STANDBY));
    const scale = (desiredCount: number) =>
      ecs.send(new UpdateServiceCommand({ cluster: "shop-dr", service: "shop-dr-app", desiredCount }));
    await scale(2);
    const { checks } = await readiness(...only);
    await scale(0);
    expect(checks).toMatchObject([
      { status: "warn", evidence: "the plan would change aws_ecs_service.compute_service (update)" },
      { status: "fail", evidence: containing("of 2 tasks run, while dr is a standby") },
    ]);
  });

  it("sees that copies no longer arrive", async () => {
    await sandbox.client.setFaults({ regionsDown: [STANDBY] });
    await sandbox.client.advance(30 * HOUR_MS);
    await sandbox.client.clearFaults();
    const report = await readiness("--only", "recovery-point");
    expect(report).toMatchObject({ exitCode: 1, checks: [{ status: "fail" }] });
  });

  /** 20 s, and more on a machine with so much else to do that even the help takes long. */
  const limitSeconds = async () => 20 * Math.max(1, (await script("--help")).seconds / 0.4);

  async function script(
    ...args: readonly string[]
  ): Promise<{ exitCode: number | null; seconds: number; output: string }> {
    const startedAt = performance.now();
    const child = spawn(resolve(ROOT, "scripts/dr-readiness.sh"), args, {
      cwd: "/",
      env: { ...sandbox.env, ENVIRONMENTS_DIR: deployment.environments },
      stdio: ["ignore", "pipe", "pipe"],
    });
    const chunks: string[] = [];
    for (const stream of [child.stdout, child.stderr]) {
      stream.setEncoding("utf8").on("data", (chunk: string) => chunks.push(chunk));
    }
    const exitCode = await new Promise<number | null>((done) => {
      child.once("close", done);
    });
    return { exitCode, seconds: (performance.now() - startedAt) / 1000, output: chunks.join("") };
  }
});

/** The smallest manifest that a registry takes. */
const manifest = (): string =>
  JSON.stringify({
    schemaVersion: 2,
    mediaType: "application/vnd.docker.distribution.manifest.v2+json",
    config: {
      mediaType: "application/vnd.docker.container.image.v1+json",
      size: 1,
      digest: `sha256:${"1".repeat(64)}`,
    },
    layers: [],
  });
