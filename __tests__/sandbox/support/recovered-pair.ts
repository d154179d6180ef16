import { mkdir, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import process from "node:process";
import { ECRClient, PutImageCommand } from "@aws-sdk/client-ecr";
import { DescribeDBInstancesCommand, RDSClient } from "@aws-sdk/client-rds";
import { CreateHostedZoneCommand, DeleteHostedZoneCommand, Route53Client } from "@aws-sdk/client-route-53";
import { ListObjectsV2Command, S3Client } from "@aws-sdk/client-s3";
import bootstrap from "../../../examples/disaster-recovery/bootstrap.ts";
import dr from "../../../examples/disaster-recovery/dr.ts";
import prod from "../../../examples/disaster-recovery/prod.ts";
import project from "../../../examples/disaster-recovery/project.ts";
import { SANDBOX_CREDENTIALS } from "../../../sandbox/gateway/moto-port.ts";
import { run, type RunOptions, type RunResult } from "../../../sandbox/process/run.ts";
import { type Sandbox, startSandbox } from "../../../sandbox/start.ts";
import { deployStacks } from "../../../sandbox/terraform/project.ts";
import type { Capabilities } from "../../../sandbox/capabilities.ts";
import { print } from "../support.ts";
import { Deployment, requestCertificate } from "./deployment.ts";

const ROOT = resolve(import.meta.dirname, "../../..");
export const PRIMARY = project.regions.primary;
export const STANDBY = project.regions.standby;
export const RECORD = "shop.example.com";
const stateBucket = (region: string): string => `${project.name}-tfstate-${project.accountId}-${region}`;
const HOUR_MS = 3_600_000;

/** What the command says while only time has to pass. */
const WAITING = /waiting for /;
const STRIDE_MS = 30_000;
/** Backups and copies take an hour of AWS's time, which nobody waits for here. */
const COPYING = /waiting for the first recovery point/;

/** What carries a verb out where nobody sits at a terminal. */
export const executed = (args: readonly string[], confirm = "dr"): string[] =>
  args.concat("--execute", "--confirm", confirm, "--reason", "a region is left, and returned to");

/** `examples/disaster-recovery` with failover records before it, deployed, and a day old. */
export class RecoveredPair {
  private constructor(
    readonly sandbox: Sandbox,
    readonly deployment: Deployment,
    private readonly folder: string,
  ) {}

  static async create(capabilities: Capabilities): Promise<RecoveredPair> {
    const sandbox = await startSandbox({ capabilities, account: project.accountId, datesReplies: true });
    const folder = await mkdtemp(join(tmpdir(), "pilot-light-recovery-"));
    const path = `${await sleepOnTheClock(folder, sandbox.url)}:${sandbox.env["PATH"] ?? ""}`;
    const env = { ...sandbox.env, PATH: path, JOURNAL_DIR: join(folder, "journal") };
    const traffic = {
      kind: "traffic",
      standby: "dr",
      zoneId: await createZone(sandbox),
      zoneName: "example.com",
      recordName: RECORD,
      healthCheck: { intervalSeconds: 10, failureThreshold: 3 },
    };
    const deployment = await Deployment.create({ env }, { project, bootstrap, prod, dr, traffic });
    const pair = new RecoveredPair(sandbox, deployment, folder);
    await deployment.edit(
      { prod: { ingress: { certificateArn: await requestCertificate(sandbox, PRIMARY) } } },
      { dr: { ingress: { certificateArn: await requestCertificate(sandbox, STANDBY) } } },
    );
    await deployment.bootstrap();
    await deployStacks(deployment.project, ["dr", "prod"]);
    await deployStacks(deployment.project, ["traffic"]);
    await pair.push("1.0.0");
    await sandbox.client.advance(27 * HOUR_MS);
    return pair;
  }

  settings(region: string) {
    return { region, endpoint: this.sandbox.url, credentials: SANDBOX_CREDENTIALS };
  }

  /** The command in a process of its own; the sandbox's clock moves on while it only waits. */
  dr(args: readonly string[], options: Partial<RunOptions> = {}): Promise<RunResult> {
    return run(process.execPath, ["scripts/run.mjs", "src/cli/main.ts", ...args], {
      directory: ROOT,
      env: this.deployment.project.env,
      ...options,
      onLine: (line) => {
        print(line);
        if (WAITING.test(line)) void this.sandbox.client.advance(COPYING.test(line) ? HOUR_MS : STRIDE_MS);
        options.onLine?.(line);
      },
    });
  }

  /** Carries a verb out, and gives what it said. Fails with that when it does not succeed. */
  async carryOut(args: readonly string[], confirm?: string): Promise<string> {
    const { exitCode, stdout, stderr } = await this.dr(executed(args, confirm));
    if (exitCode !== 0) throw new Error(`${args.join(" ")} ended with ${exitCode}:\n${stdout}${stderr}`);
    return stdout;
  }

  /** Identifiers of the databases in a region. */
  async databases(region: string): Promise<readonly string[]> {
    const rds = new RDSClient(this.settings(region));
    const { DBInstances = [] } = await rds.send(new DescribeDBInstancesCommand({}));
    return DBInstances.map(({ DBInstanceIdentifier = "" }) => DBInstanceIdentifier);
  }

  /** Keys of a region's state bucket that end so. */
  async objects(suffix: string, region = STANDBY): Promise<readonly string[]> {
    const s3 = new S3Client({ ...this.settings(region), forcePathStyle: true });
    const { Contents = [] } = await s3.send(new ListObjectsV2Command({ Bucket: stateBucket(region) }));
    return Contents.map(({ Key = "" }) => Key).filter((key) => key.endsWith(suffix));
  }

  /** Keys of the journals, one for each run. */
  async runs(): Promise<readonly string[]> {
    return (await this.objects(".jsonl")).filter((key) => key.includes("/recovery/runs/"));
  }

  /** The load balancer that users are led to. */
  async served(): Promise<string | undefined> {
    return (await this.sandbox.client.resolve(RECORD)).answer?.aliasTarget;
  }

  async record(): Promise<unknown> {
    return JSON.parse(await readFile(join(this.deployment.environments, "dr.activation.json"), "utf8"));
  }

  async remove(): Promise<void> {
    await this.sandbox.stop();
    await this.deployment.remove();
    await rm(this.folder, { recursive: true, force: true });
  }

  private async push(imageTag: string): Promise<void> {
    const ecr = new ECRClient(this.settings(PRIMARY));
    await ecr.send(new PutImageCommand({ repositoryName: "shop-prod", imageTag, imageManifest: MANIFEST }));
  }
}

/** The smallest manifest that a registry takes. */
const MANIFEST = JSON.stringify({
  schemaVersion: 2,
  mediaType: "application/vnd.docker.distribution.manifest.v2+json",
  config: {
    mediaType: "application/vnd.docker.container.image.v1+json",
    size: 1,
    digest: `sha256:${"1".repeat(64)}`,
  },
  layers: [],
});

/** The traffic stack sleeps until a new check has settled: time passes for the emulated AWS, and nobody waits. */
async function sleepOnTheClock(folder: string, url: string): Promise<string> {
  const programs = join(folder, "bin");
  await mkdir(programs);
  const advance = `fetch("${url}/_sandbox/clock", { method: "POST", body: JSON.stringify({ advanceMs: 1000 * process.argv[1] }) }).then(({ ok }) => process.exit(ok ? 0 : 1))`;
  const program = `#!/bin/sh\nexec '${process.execPath}' -e '${advance}' "$1"\n`;
  await writeFile(join(programs, "sleep"), program, { mode: 0o755 });
  return programs;
}

/** moto draws the ids of its zones; AWS's begin with a Z, and nothing else is a zone's id to the project. */
async function createZone({ url }: Sandbox): Promise<string> {
  const route53 = new Route53Client({ region: "us-east-1", endpoint: url, credentials: SANDBOX_CREDENTIALS });
  for (;;) {
    const { HostedZone } = await route53.send(
      new CreateHostedZoneCommand({ Name: "example.com", CallerReference: crypto.randomUUID() }),
    );
    const id = HostedZone?.Id?.replace("/hostedzone/", "") ?? "";
    if (id.startsWith("Z")) return id;
    await route53.send(new DeleteHostedZoneCommand({ Id: id }));
  }
}
