import { existsSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import { afterEach } from "vitest";
import { type Activation, activationSchema } from "../../src/activation/schema.ts";
import { AwsFailure } from "../../src/aws/failure.ts";
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
  memoryAws,
  NOW,
  silentRegion,
  STANDBY_BUCKET,
} from "./memory-aws.ts";
import { MemoryDatabases } from "./memory-databases.ts";
import type { MemoryObjects } from "./memory-objects.ts";
import { loadBalancer, type MemoryService } from "./memory-service.ts";
import { planJson } from "./plan-json.ts";
import { folderWith } from "./recovery-cli.ts";

const DATABASE = "aws_db_instance.database_instance";
const RECORD_KEY = recordKey(PROJECT, "dr");
const names = namesOf({ ...PROJECT, breakGlassRole: "" }, "dr", "eu-central-1");

/** What came of a command. */
interface Outcome {
  readonly exitCode: number;
  readonly output: string;
  readonly errors: string;
}

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
  /** Nothing is at the database's address: what was there is set aside. */
  private isMoved = false;
  /** The record that the last apply went by. */
  private posture: Activation | undefined;
  private synthesized: Activation | undefined;
  private journal: string;

  constructor(private readonly settings: StageSettings = {}) {
    this.environments = folderWith(settings.changes);
    const record = settings.changes?.["dr.activation"];
    if (record !== undefined) this.objects.put(STANDBY_BUCKET, { [RECORD_KEY]: record });
    this.journal = mkdtempSync(join(tmpdir(), "pilot-light-stage-"));
    folders.push(this.journal);
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
        recovery: {
          machine: () => ({ host: "laptop", machine: "working-copy", pid: 4711 }),
          isAlive: () => false,
          terraform: () => this.terraform(settings),
          http: { get: async () => ({ status: 200, text: "{}" }) },
          ask: async () => settings.types,
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
    return { exitCode, output: output.join("\n"), errors: errors.join("\n") };
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
    const running = (): number => (this.posture === undefined ? 0 : 3);
    const standby: Partial<RegionalAws> = {
      service: async () => ({
        status: "ACTIVE",
        desiredCount: running(),
        runningCount: running(),
        images: [],
      }),
      targets: async () =>
        Array.from({ length: running() }, (_, index) => ({
          id: `10.30.0.${index}`,
          state: "healthy",
          reason: undefined,
        })),
      loadBalancer: async () => loadBalancer,
      database: async (identifier) => this.databases(holds).instances.get(identifier),
      securityGroups: async () => [
        {
          id: "sg-alb",
          name: "shop-dr-alb",
          admits: this.posture?.posture === "active" ? ["0.0.0.0/0"] : [],
        },
        { id: "sg-default", name: "default", admits: [] },
      ],
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
      primary: silentRegion("eu-west-1", "unreachable"),
      ...answers,
      standby: { ...standby, ...answers.standby },
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
        this.deposed = undefined;
        if (changes.some(({ address }) => address === SET_ASIDE)) this.aside = undefined;
        if (changes.some(({ address }) => address === DATABASE)) this.isMoved = false;
        this.posture = this.synthesized;
        const { posture = "standby", hardened = false } = this.posture ?? {};
        const kept = this.aside === undefined ? "" : ` beside ${this.aside}`;
        this.applied.push(`${hardened ? "hardened" : posture} ${this.identifier(this.posture)}${kept}`);
      },
      attributes: async (_, address) => {
        const identifier =
          address === SET_ASIDE
            ? this.aside
            : (holds ?? (this.isMoved ? undefined : this.identifier(this.posture)));
        return identifier === undefined ? undefined : { identifier };
      },
      move: async (_, from) => {
        this.isMoved = from === DATABASE;
        this.aside = this.isMoved ? this.identifier(this.posture) : undefined;
      },
      release: async () => undefined,
      objects: async () => {
        const identifier = holds ?? this.identifier(this.posture);
        const isThere = holds !== undefined || !this.isMoved;
        return isThere ? [{ attributes: { identifier }, isTainted: false, isDeposed: false }] : [];
      },
      drop: async () => void this.applied.push("dropped what does not exist"),
      adopt: async (_, __, id) => void this.applied.push(`adopted ${id}`),
      outputs: async () => ({}),
    };
  }

  /** What RDS has: all that the state has. */
  private databases(holds: string | undefined): MemoryDatabases {
    const databases = new MemoryDatabases("eu-central-1").put(holds ?? this.identifier(this.posture), {
      protected: false,
    });
    return this.deposed === undefined ? databases : databases.put(this.deposed, { protected: false });
  }

  private identifier(record: Activation | undefined): string {
    return identifierOf(names, record?.recoveryPoint);
  }

  private plan(stack: string, targets?: readonly string[]): TerraformPlan {
    const [before, after] = [this.posture, this.synthesized].map((record) => this.identifier(record));
    const isSame =
      this.posture?.posture === this.synthesized?.posture &&
      this.posture?.hardened === this.synthesized?.hardened;
    const actions = this.isMoved
      ? ["create"]
      : before !== after
        ? ["create", "delete"]
        : isSame
          ? []
          : ["update"];
    const point = this.synthesized?.recoveryPoint;
    const source = point?.kind === "snapshot" ? { snapshot_identifier: point.snapshotArn } : {};
    const change = {
      address: DATABASE,
      mode: "managed",
      type: "aws_db_instance",
      change: { actions, before: { identifier: before }, after: { identifier: after, ...source } },
    };
    const deletion = (identifier: string | undefined) => ({
      ...change,
      change: { actions: ["delete"], before: { identifier }, after: null },
    });
    const all = [
      ...(actions.length === 0 ? [] : [change]),
      ...(this.deposed === undefined ? [] : [{ ...deletion(this.deposed), deposed: "a1b2c3d4" }]),
      ...(this.aside === undefined ? [] : [{ ...deletion(this.aside), address: SET_ASIDE }]),
    ].filter(({ address }) => targets?.includes(address) ?? true);
    const changes = all.map((one) => ({ address: one.address, type: one.type, actions: one.change.actions }));
    return { stack, file: "plan", json: planJson(all), changes };
  }
}

/** Both regions answer: a failover fences the primary, and a rollback lets it serve again. */
export function bothRegions(primary: MemoryService, standby: MemoryService): StageSettings {
  const targets: RegionalAws["targets"] = async () =>
    Array.from({ length: primary.count }, (_, index) => ({
      id: `10.20.0.${index}`,
      state: "healthy",
      reason: undefined,
    }));
  const scaled = standby.questions();
  return {
    answers: {
      primary: { ...primary.questions(), targets },
      standby: {
        suspendTaskScaling: (...args) => scaled.suspendTaskScaling(...args),
        setTaskCount: (...args) => scaled.setTaskCount(...args),
        taskScaling: (...args) => scaled.taskScaling(...args),
      },
    },
  };
}

/** A question that AWS answers with a failure. */
export const refuses =
  (kind: AwsFailure["kind"], action: string, reason: string) => async (): Promise<never> => {
    throw new AwsFailure(kind, action, "eu-central-1", reason);
  };
