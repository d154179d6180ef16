import { existsSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import { afterEach } from "vitest";
import { type Activation, activationSchema } from "../../src/activation/schema.ts";
import type { RegionalAws } from "../../src/aws/port.ts";
import { run } from "../../src/cli/run.ts";
import { identifierOf } from "../../src/database/source.ts";
import PROJECT from "../../environments/project.ts";
import { namesOf, recordKey } from "../../src/naming/names.ts";
import { SET_ASIDE } from "../../src/recovery/steps/set-aside.ts";
import type { Terraform, TerraformPlan } from "../../src/recovery/terraform/terraform.ts";
import type { Changes } from "./environments.ts";
import {
  ACCOUNT,
  type Answers,
  healthyObjects,
  KEYS,
  memoryAws,
  NOW,
  silentRegion,
  STANDBY_BUCKET,
} from "./memory-aws.ts";
import type { MemoryObjects } from "./memory-objects.ts";
import { MemoryDatabases } from "./memory-databases.ts";
import { loadBalancer } from "./memory-service.ts";
import { DATABASE, plannedChanges } from "./stage-plan.ts";
import { folderWith, NAMELESS, PLAIN, type Outcome, withoutFolder } from "./recovery-cli.ts";

const RECORD_KEY = recordKey(PROJECT, "dr");
const names = namesOf({ ...PROJECT, breakGlassRole: "" }, "dr", "eu-central-1");

/** How a stage differs from one on which everything works. */
export interface StageSettings {
  readonly answers?: Answers;
  readonly changes?: Changes;
  /** What a plan does first. */
  readonly plan?: () => Promise<void>;
  /** What an apply does instead. */
  readonly apply?: () => Promise<void>;
  /** Identifier of the database in the standby's state; the one of the last apply otherwise. */
  readonly holds?: string;
  /** What happens while somebody waits. */
  readonly onDelay?: () => void;
  /** What DNS answers; nothing has an address otherwise. */
  readonly dns?: typeof NAMELESS;
  /** What somebody types at the terminal; nobody sits there otherwise. */
  readonly types?: string;
}

const folders: string[] = [];
afterEach(() => {
  for (const folder of folders.splice(0)) rmSync(folder, { recursive: true });
});

/** A pair in memory whose primary region is gone, and a Terraform that knows the standby's database and posture. */
export class Stage {
  readonly objects: MemoryObjects = healthyObjects();
  environments: string;
  /** What Terraform did, in order. */
  readonly applied: string[] = [];
  /** A database that an apply which was cut off did not come to delete. */
  deposed: string | undefined;
  /** The database that a restore has set aside, in the state and in AWS. */
  aside: string | undefined;
  /** Clock that waits move on. */
  clock = NOW.getTime();
  /** What RDS has in the standby's region, and in the primary's. */
  readonly databases = new MemoryDatabases("eu-central-1", () => new Date(this.clock));
  readonly primaryDatabases = new MemoryDatabases("eu-west-1", () => new Date(this.clock)).put(
    "shop-prod-database",
    { keyArn: `${KEYS}/shop-prod-data` },
  );
  /** The record that the last apply went by. */
  private posture: Activation | undefined;
  /** How many tasks the standby is told to run, which all do. */
  tasks: number;
  /** Security groups of the standby's load balancer. */
  groupIds: readonly string[] = ["sg-alb"];
  /** Identifier of the database in the standby's state. */
  private managed: string | undefined;
  private synthesized: Activation | undefined;
  /** Folder of the local journals. */
  journal: string;

  constructor(private readonly settings: StageSettings = {}) {
    this.environments = folderWith(settings.changes);
    const record = settings.changes?.["dr.activation"];
    if (record !== undefined) this.objects.put(STANDBY_BUCKET, { [RECORD_KEY]: record });
    this.journal = mkdtempSync(join(tmpdir(), "pilot-light-stage-"));
    folders.push(this.journal);
    this.posture = this.record();
    this.tasks = this.posture === undefined ? 0 : 3;
    this.managed = this.identifier(this.posture);
    this.make(this.managed);
  }

  /** Runs a command line; what is not said otherwise is as the settings say. */
  async dr(args: readonly string[], changes: StageSettings = {}): Promise<Outcome> {
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
        connect: async () => memoryAws(this.answers(settings)),
        pause: async () => false,
        env: { JOURNAL_DIR: this.journal },
        ...PLAIN,
        recovery: {
          machine: () => ({ host: "laptop", machine: "working-copy", pid: 4711 }),
          isAlive: () => false,
          terraform: () => this.terraform(settings),
          http: { get: async () => ({ status: 200, text: "{}" }) },
          dns: settings.dns ?? NAMELESS,
          ask: async () => settings.types,
          post: async () => 200,
          onInterrupt: () => () => undefined,
          // Nobody waits in a test: the clock goes on by as much.
          delay: async (milliseconds) => {
            this.clock += milliseconds;
            settings.onDelay?.();
            await delay(0);
          },
        },
      },
    );
    return { exitCode, output: withoutFolder(output.join("\n")), errors: withoutFolder(errors.join("\n")) };
  }

  /** The activation record as it lies in the folder. */
  record(): Activation | undefined {
    const file = join(this.environments, "dr.activation.json");
    return existsSync(file) ? activationSchema.parse(JSON.parse(readFileSync(file, "utf8"))) : undefined;
  }

  /** Another machine: a fresh clone, and no journal. */
  moveElsewhere(): void {
    this.environments = folderWith(this.settings.changes);
    this.journal = mkdtempSync(join(tmpdir(), "pilot-light-stage-"));
    folders.push(this.journal);
  }

  /** As on a machine to which nobody brought it. */
  loseRecord(): void {
    rmSync(join(this.environments, "dr.activation.json"));
  }

  private answers({ answers = {}, holds }: StageSettings): Answers {
    const standby: Partial<RegionalAws> = {
      service: async () => ({
        status: "ACTIVE",
        desiredCount: this.tasks,
        runningCount: this.tasks,
        images: [],
      }),
      targets: async () =>
        Array.from({ length: this.tasks }, (_, index) => ({
          id: `10.30.0.${index}`,
          state: "healthy",
          reason: undefined,
        })),
      loadBalancer: async () => ({ ...loadBalancer, securityGroupIds: this.groupIds }),
      setLoadBalancerGroups: async (_, ids) => {
        this.groupIds = ids;
      },
      securityGroups: async (_, wanted) =>
        [
          { id: "sg-alb", name: "shop-dr-alb", admits: this.isOpen ? ["0.0.0.0/0"] : [] },
          { id: "sg-default", name: "default", admits: [] },
        ].filter(({ name }) => wanted.includes(name)),
      database: async (identifier) => {
        if (identifier === holds || identifier === this.deposed) this.make(identifier);
        return this.databases.instances.get(identifier);
      },
      alarms: async () => [{ name: "shop-dr-cpu", state: "OK", reason: "", since: undefined, enabled: true }],
      caller: async () => ({
        accountId: ACCOUNT,
        arn: `arn:aws:sts::${ACCOUNT}:assumed-role/break-glass/kim`,
        awsTime: new Date(this.clock),
        localTime: new Date(this.clock),
        expiresAt: undefined,
      }),
    };
    return {
      objects: this.objects,
      ...answers,
      primary:
        answers.primary === undefined
          ? silentRegion("eu-west-1", "unreachable")
          : { database: async (name) => this.primaryDatabases.instances.get(name), ...answers.primary },
      standby: {
        ...standby,
        ...answers.standby,
        setTaskCount: async (...args) => {
          this.tasks = args[2];
          await answers.standby?.setTaskCount?.(...args);
        },
      },
    };
  }

  private terraform({ plan, apply, holds }: StageSettings): Terraform {
    return {
      synthesize: async () => {
        this.synthesized = this.record();
      },
      plan: async (stack, options) => {
        await plan?.();
        return this.plan(stack, options?.targets);
      },
      apply: async ({ changes }) => {
        await apply?.();
        if (this.deposed !== undefined) this.databases.instances.delete(this.deposed);
        this.deposed = undefined;
        const goes = changes.some(({ address }) => address === SET_ASIDE);
        if (goes && this.aside !== undefined) this.databases.instances.delete(this.aside);
        if (goes) this.aside = undefined;
        const [before, after] = [this.managed, this.identifier(this.synthesized)];
        if (before !== after) {
          this.make(after);
          if (before !== undefined) this.databases.instances.delete(before);
        }
        if ((this.posture === undefined) !== (this.synthesized === undefined))
          this.tasks = this.synthesized === undefined ? 0 : 3;
        this.posture = this.synthesized;
        this.managed = after;
        if (this.isOpen && this.databases.instances.has(after))
          this.databases.put(after, { keyArn: `${KEYS}/shop-dr-data` });
        const { posture = "standby", hardened = false } = this.posture ?? {};
        const kept = this.aside === undefined ? "" : ` beside ${this.aside}`;
        this.applied.push(`${hardened ? "hardened" : posture} ${this.identifier(this.posture)}${kept}`);
      },
      attributes: async (_, address) => {
        const identifier = address === SET_ASIDE ? this.aside : (holds ?? this.managed);
        return identifier === undefined ? undefined : { identifier };
      },
      move: async (_, from) => {
        [this.managed, this.aside] = from === DATABASE ? [undefined, this.managed] : [this.aside, undefined];
      },
      release: async () => {
        this.managed = undefined;
      },
      objects: async () => {
        const identifier = holds ?? this.managed;
        return identifier === undefined
          ? []
          : [{ attributes: { identifier }, isTainted: false, isDeposed: false }];
      },
      drop: async () => {
        this.applied.push("dropped what does not exist");
        this.managed = undefined;
      },
      take: async () => undefined,
      adopt: async (_, __, id) => {
        this.applied.push(`adopted ${id}`);
        this.managed = id;
      },
      outputs: async () => ({}),
    };
  }

  private get isOpen(): boolean {
    return this.posture?.posture === "active";
  }

  private make(identifier: string): void {
    this.databases.put(identifier, { keyArn: `${KEYS}/shop-dr-data`, protected: false });
  }

  private identifier(record: Activation | undefined): string {
    return identifierOf(names, record?.recoveryPoint);
  }

  private plan(stack: string, targets?: readonly string[]): TerraformPlan {
    const isSame =
      this.posture?.posture === this.synthesized?.posture &&
      this.posture?.hardened === this.synthesized?.hardened;
    const [before, after] = [this.managed, this.identifier(this.synthesized)];
    const actions =
      before !== after
        ? before === undefined
          ? ["create"]
          : ["create", "delete"]
        : isSame
          ? []
          : ["update"];
    const point = this.synthesized?.recoveryPoint;
    const source = point?.kind === "snapshot" ? { snapshot_identifier: point.snapshotArn } : {};
    const { deposed, aside } = this;
    return plannedChanges({ stack, actions, before, after, source, deposed, aside, targets });
  }
}
