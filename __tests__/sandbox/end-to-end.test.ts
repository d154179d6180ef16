import { rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { HeadObjectCommand, S3Client } from "@aws-sdk/client-s3";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { z } from "zod";
import dev from "../../environments/dev.ts";
import dr from "../../environments/dr.ts";
import prod from "../../environments/prod.ts";
import project from "../../environments/project.ts";
import { startSandbox, type Sandbox } from "../../sandbox/start.ts";
import {
  deployStacks,
  destroyStacks,
  planStack,
  stackDirectory,
  stackOutputs,
} from "../../sandbox/terraform/project.ts";
import { runTerraform } from "../../sandbox/terraform/run.ts";
import type { ServiceSpec } from "../../src/config/spec.ts";
import { Deployment, progress, requestCertificate } from "./support/deployment.ts";
import { alphabetically, askedOf, Seen } from "./support/facts.ts";
import { added, inventory, LISTED_SERVICES } from "./support/inventory.ts";
import { SANDBOX_CREDENTIALS } from "../../sandbox/gateway/moto-port.ts";
import { probe } from "./support.ts";

const { primary: PRIMARY, standby: STANDBY } = project.regions;
const REGIONS = [PRIMARY, STANDBY, "us-east-1"];
const ENVIRONMENTS = ["dev", "prod", "dr"];
const bucketIn = (region: string): string => `${project.name}-tfstate-${project.accountId}-${region}`;

/** The default environments, with a replica of the state, so that dr can do without the primary region. */
const bootstrap = { kind: "bootstrap", stateReplication: { enabled: true } };
/** What a person writes into prod.ts to take it down. */
const UNPROTECTED = {
  database: { deletionProtection: false, preventDestroy: false },
  ingress: { deletionProtection: false },
  exceptions: ["database-deletion-protection", "load-balancer-deletion-protection"].map((guardrail) => ({
    guardrail,
    reason: "taken down for good",
  })),
};
const REMOVABLE_DR = { ingress: { deletionProtection: false } };

const outputsSchema = z.record(z.string(), z.object({ value: z.string() }));

const capabilities = await probe();

describe.skipIf(!capabilities.isReady)("the project from bootstrap to destroy", () => {
  let sandbox: Sandbox;
  let deployment: Deployment;
  let certificates: Readonly<Record<"prod" | "dr", string>>;
  let untouched: readonly string[];
  let bootstrapped: readonly string[];

  const there = () => inventory(sandbox, REGIONS);

  beforeAll(async () => {
    sandbox = await startSandbox({ capabilities, account: project.accountId });
    certificates = {
      prod: await requestCertificate(sandbox, PRIMARY),
      dr: await requestCertificate(sandbox, STANDBY),
    };
    deployment = await Deployment.create(sandbox, { project, bootstrap, dev, prod, dr });
    await edit({});
    untouched = await there();
  });
  afterAll(async () => {
    await sandbox?.stop();
    await deployment?.remove();
  });

  /** Changes the environment files, which name certificates that exist. */
  const edit = (changes: Readonly<Record<string, object>>) =>
    deployment.edit(
      { prod: { ingress: { certificateArn: certificates.prod } } },
      { dr: { ingress: { certificateArn: certificates.dr } } },
      changes,
    );

  async function specOf(name: string): Promise<ServiceSpec> {
    const spec = (await deployment.specs()).services.find((each) => each.name === name);
    if (spec === undefined) throw new Error(`no environment ${name}`);
    return spec;
  }

  const terraform = (stack: string, args: readonly string[]) =>
    runTerraform(stackDirectory(deployment.project, stack), [...args, "-no-color"], deployment.project.env, {
      onLine: progress,
    });

  it("bootstraps: the bucket holds its own state", async () => {
    const { exitCode } = await deployment.bootstrap();
    expect(exitCode).toBe(0);
    const client = new S3Client({
      endpoint: sandbox.url,
      region: PRIMARY,
      credentials: SANDBOX_CREDENTIALS,
      forcePathStyle: true,
    });
    await client.send(
      new HeadObjectCommand({
        Bucket: bucketIn(PRIMARY),
        Key: `${project.name}/bootstrap/terraform.tfstate`,
      }),
    );
    bootstrapped = await there();
    expect(added(untouched, bootstrapped)).toEqual(
      expect.arrayContaining(REGIONS.slice(0, 2).map((region) => `global s3 bucket ${bucketIn(region)}`)),
    );
  });

  it("deploys dev, prod and dr, each under a lock of its own", async () => {
    await deployStacks(deployment.project, ENVIRONMENTS);
    const calls = await sandbox.client.calls({ service: "s3" });
    for (const name of ENVIRONMENTS) {
      const { state } = await specOf(name);
      const lock = `${state.bucket}/${project.name}/${name}/terraform.tfstate.tflock`;
      const actions = calls.filter(({ resource }) => resource === lock).map(({ action }) => action);
      expect(actions).toContain("PutObject");
      expect(actions.filter((action) => action === "DeleteObject")).toHaveLength(
        actions.filter((action) => action === "PutObject").length,
      );
    }
  });

  it("has created nothing where, or of a kind, that is not looked at in the end", async () => {
    const calls = await sandbox.client.calls();
    expect(REGIONS).toEqual(expect.arrayContaining([...new Set(calls.map(({ region }) => region))]));
    const creating = calls.filter(({ action }) => /^(Create|Put|Register|Run|Allocate)[A-Z]/.test(action));
    expect([...LISTED_SERVICES]).toEqual(
      expect.arrayContaining([...new Set(creating.map(({ service }) => service))]),
    );
    const services = new Set(added(bootstrapped, await there()).map((line) => line.split(" ")[1] ?? ""));
    expect([...services].toSorted(alphabetically)).toEqual(SERVICES);
  });

  it.each(["bootstrap", ...ENVIRONMENTS])("finds nothing to change in %s", async (stack) => {
    expect(await planStack(deployment.project, stack)).toBe("empty");
  });

  it.each(ENVIRONMENTS)("%s is what its file asks for", async (name) => {
    const outputs = outputsSchema.parse(await stackOutputs(deployment.project, name));
    const spec = await specOf(name);
    const settings = { endpoint: sandbox.url, region: spec.region, credentials: SANDBOX_CREDENTIALS };
    const seen = new Seen(settings, (key) => outputs[key]?.value ?? `no output ${key}`);
    expect(await seen.facts()).toEqual(askedOf(spec));
  });

  it("can't plan prod without the primary region, and goes on with dr", async () => {
    await sandbox.client.setFaults({ regionsDown: [PRIMARY] });
    const blind = await terraform("prod", ["plan"]);
    expect(blind.exitCode).toBe(1);
    expect(blind.stderr.replaceAll(/[│\s]+/g, " ")).toMatch(/connection reset by peer/);
    expect(blind.durationMs).toBeLessThan(60_000);

    expect(await planStack(deployment.project, "dr")).toBe("empty");
    await edit({ dr: REMOVABLE_DR });
    await deployStacks(deployment.project, ["dr"]);
    await sandbox.client.clearFaults();
    expect(await planStack(deployment.project, "prod")).toBe("empty");
  });

  it("refuses to destroy prod as it is configured", async () => {
    const { exitCode, stderr } = await terraform("prod", ["plan", "-destroy"]);
    expect(exitCode).toBe(1);
    expect(stderr).toContain("Instance cannot be destroyed");
  });

  it("destroys dev, prod and dr once their protection is off, and keeps what they ask to keep", async () => {
    await edit({ prod: UNPROTECTED, dr: REMOVABLE_DR });
    await deployStacks(deployment.project, ["prod"]);
    await destroyStacks(deployment.project, ENVIRONMENTS);
    expect(unnumbered(added(bootstrapped, await there()))).toEqual(KEPT);
  });

  it("takes the state bucket down as the documentation says", async () => {
    await edit({ bootstrap: { state: { preventDestroy: false } }, prod: UNPROTECTED, dr: REMOVABLE_DR });
    expect((await deployment.bootstrap()).exitCode).toBe(0);
    const override = join(stackDirectory(deployment.project, "bootstrap"), "local_override.tf.json");
    await writeFile(override, JSON.stringify({ terraform: { backend: { local: {} } } }));
    const moved = await terraform("bootstrap", ["init", "-migrate-state", "-force-copy"]);
    expect(`${moved.exitCode} ${moved.stderr}`).toBe("0 ");
    const destroyed = await terraform("bootstrap", ["destroy", "-auto-approve"]);
    expect(`${destroyed.exitCode} ${destroyed.stderr}`).toBe("0 ");
    await rm(override);
    expect(unnumbered(added(untouched, await there()))).toEqual(KEPT);
  });
});

/** What the environments consist of: services that a listing must find something of. */
const SERVICES = [
  "application-autoscaling",
  "budgets",
  "ec2",
  "ecr",
  "ecs",
  "elasticloadbalancing",
  "iam",
  "kms",
  "logs",
  "monitoring",
  "rds",
  "s3",
  "secretsmanager",
  "sns",
];

const taskDefinition = (region: string, name: string): string =>
  `${region} ecs task definition arn:aws:ecs:${region}:${project.accountId}:task-definition/${project.name}-${name}-app:1`;

/** What is to be left of the environments: revisions, which cost nothing, and the data of a production database. */
const KEPT = [
  taskDefinition(STANDBY, "dr"),
  taskDefinition(PRIMARY, "dev"),
  taskDefinition(PRIMARY, "prod"),
  `${PRIMARY} rds snapshot rds:shop-prod-database-*`,
  `${PRIMARY} rds snapshot shop-prod-database-final-*`,
];

/** Without what is different each time: dates and digests. */
const unnumbered = (lines: readonly string[]): string[] =>
  lines.map((line) => line.replace(/\d{4}(-\d\d){4}$|[0-9a-f]{8}$/, "*"));
