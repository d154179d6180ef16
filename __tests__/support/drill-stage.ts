import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach } from "vitest";
import type { NamedResource } from "../../src/aws/inventory.ts";
import type { RegionalAws } from "../../src/aws/port.ts";
import { run } from "../../src/cli/run.ts";
import type { DrillConfig } from "../../src/drill/schema.ts";
import { StepFailed } from "../../src/recovery/steps/step.ts";
import type { PlanOptions, Terraform, TerraformPlan } from "../../src/recovery/terraform/terraform.ts";
import type { Changes } from "./environments.ts";
import { ACCOUNT, healthyObjects, memoryAws, NOW } from "./memory-aws.ts";
import { loadBalancer } from "./memory-service.ts";
import { folderWith, NAMELESS, PLAIN } from "./recovery-cli.ts";

/** How a drill goes. */
export interface DrillSettings {
  readonly changes?: Changes;
  /** What the load balancer says of the copy's targets. */
  readonly health?: "healthy" | "unhealthy";
  /** What an apply does before anything is made. */
  readonly beforeApply?: () => Promise<void>;
  /** What else AWS lists of the copy once it is gone, each time that it is asked. */
  readonly lists?: () => readonly NamedResource[];
  readonly standby?: Partial<RegionalAws>;
}

const folders: string[] = [];
afterEach(() => {
  for (const folder of folders.splice(0)) rmSync(folder, { recursive: true });
});

const DATABASE: NamedResource = { kind: "database", name: "shop-dr-drill-database-1" };

const databaseNamed = (identifier: string) => ({
  arn: `arn:aws:rds:eu-central-1:${ACCOUNT}:db:${identifier}`,
  status: "available",
  engineVersion: "17.4",
  storageGiB: 120,
  keyArn: undefined,
  protected: false,
});

/** A pair in peace, and a Terraform that makes and removes the copy of its standby. */
export class DrillStage {
  readonly objects = healthyObjects();
  /** What Terraform and the drill did, in order. */
  readonly done: string[] = [];
  /** Whether the copy is there. */
  exists = false;
  /** Whether its state lists it: an apply that was killed had not come to writing it down. */
  isManaged = true;
  clock = NOW.getTime();
  /** Of the database that the copy's state lists: the one that was asked for last. */
  private identifier = DATABASE.name;
  private synthesized: DrillConfig | undefined;
  private readonly environments: string;
  private readonly journal = mkdtempSync(join(tmpdir(), "pilot-light-drill-"));

  constructor(private readonly settings: DrillSettings = {}) {
    this.environments = folderWith(settings.changes);
    folders.push(this.journal);
  }

  async dr(args: readonly string[], changes: DrillSettings = {}) {
    const settings = { ...this.settings, ...changes };
    const [output, errors]: [string[], string[]] = [[], []];
    const exitCode = await run(
      [...args, "--environments", this.environments],
      {
        print: (line) => void output.push(line),
        printError: (line) => void errors.push(line),
        colours: false,
      },
      {
        now: () => new Date(this.clock),
        connect: async () => memoryAws({ objects: this.objects, standby: this.region(settings) }),
        pause: async () => false,
        env: { JOURNAL_DIR: this.journal },
        ...PLAIN,
        recovery: {
          machine: () => ({ host: "laptop", machine: "working-copy", pid: 4711 }),
          isAlive: () => false,
          terraform: () => this.terraform(settings),
          http: { get: async () => ({ status: 500, text: "nobody asks from outside" }) },
          dns: NAMELESS,
          ask: async () => undefined,
          post: async () => 200,
          onInterrupt: () => () => undefined,
          delay: async (milliseconds) => {
            this.clock += milliseconds;
          },
        },
      },
    );
    return { exitCode, output: output.join("\n"), errors: errors.join("\n") };
  }

  private region({ health = "healthy", lists = () => [], standby }: DrillSettings): Partial<RegionalAws> {
    return {
      caller: async () => ({
        accountId: ACCOUNT,
        arn: `arn:aws:sts::${ACCOUNT}:assumed-role/deploy/kim`,
        awsTime: new Date(this.clock),
        localTime: new Date(this.clock),
        expiresAt: undefined,
      }),
      service: async () => ({
        status: "ACTIVE",
        desiredCount: this.exists ? 3 : 0,
        runningCount: this.exists ? 3 : 0,
        images: [],
      }),
      loadBalancer: async (name) => (this.exists ? { ...loadBalancer, arn: name } : undefined),
      targets: async () =>
        [1, 2, 3].map((index) => ({ id: `10.0.0.${index}`, state: health, reason: undefined })),
      database: async (identifier) => {
        this.identifier = identifier;
        return this.exists ? databaseNamed(identifier) : undefined;
      },
      resourcesNamed: async () => (this.exists ? [DATABASE] : lists()),
      removeLogGroup: async (name) => void this.done.push(`removed ${name}`),
      ...standby,
    };
  }

  private terraform({ beforeApply }: DrillSettings): Terraform {
    const unused = async (): Promise<never> => {
      throw new Error("a drill does not do that");
    };
    return {
      synthesize: async (copy) => {
        this.synthesized = copy;
      },
      plan: async (stack, options) => this.plan(stack, options),
      apply: async ({ changes: [change] }) => {
        const removes = change?.actions[0] === "delete";
        if (!removes) await beforeApply?.();
        if (!removes && this.exists && !this.isManaged)
          throw new StepFailed("terraform apply failed: DBInstanceAlreadyExists", "it is there", []);
        this.exists = !removes;
        this.clock += 20 * 60_000;
        this.done.push(removes ? "removed the copy" : `made the copy ${this.source() ?? "without data"}`);
      },
      attributes: async () => ({
        identifier: this.identifier,
        master_user_secret: [{ secret_arn: "arn:secret" }],
      }),
      release: unused,
      adopt: async (_, __, id) => {
        this.isManaged = true;
        this.done.push(`took ${id}`);
      },
      take: unused,
      objects: async () =>
        this.exists && this.isManaged
          ? [{ attributes: { identifier: this.identifier }, isTainted: false, isDeposed: false }]
          : [],
      drop: unused,
      move: unused,
      outputs: unused,
    };
  }

  private source(): string | undefined {
    const point = this.synthesized?.recoveryPoint;
    return point?.kind === "snapshot" ? point.snapshotArn : point?.automatedBackupArn;
  }

  private plan(stack: string, { destroy = false }: PlanOptions = {}): TerraformPlan {
    const address = "aws_db_instance.database_instance";
    const actions = destroy === (this.exists && this.isManaged) ? [destroy ? "delete" : "create"] : [];
    const expressions = {
      region: { constant_value: "eu-central-1" },
      allowed_account_ids: { constant_value: [ACCOUNT] },
    };
    const json = {
      format_version: "1.2",
      resource_changes: actions.map(() => ({
        address,
        mode: "managed",
        type: "aws_db_instance",
        change: {
          actions,
          before: destroy ? { identifier: DATABASE.name, tags_all: { Drill: stack } } : null,
          after: destroy ? null : { identifier: DATABASE.name, snapshot_identifier: this.source() },
        },
      })),
      configuration: { provider_config: { aws: { name: "aws", expressions } } },
    };
    return {
      stack,
      file: "plan",
      json,
      changes: actions.map(() => ({ address, type: "aws_db_instance", actions })),
    };
  }
}
