import { createHash } from "node:crypto";
import { cpSync, mkdirSync, mkdtempSync, readdirSync, rmSync } from "node:fs";
import { existsSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { AwsFailure } from "../../src/aws/failure.ts";
import type { StoredPoint } from "../../src/aws/data.ts";
import type { Aws, RegionalAws } from "../../src/aws/port.ts";
import type { Names } from "../../src/naming/names.ts";
import { namesOf } from "../../src/naming/names.ts";
import PROJECT from "../../environments/project.ts";
import { certificate, copyJob, HOUR_MS, memoryAws, NOW, point, snapshot } from "../support/memory-aws.ts";
import { healthyObjects, STANDBY_BUCKET, SWITCH_BUCKET } from "../support/memory-aws.ts";
import type { MemoryObjects } from "../support/memory-objects.ts";
import { SimulatedCopy } from "./copy.ts";
import { SimulatedEnvironment } from "./environment.ts";

const SWITCH_KEY = "serve-from-standby";
const SECOND_MS = 1000;

/** A working copy on a machine: its records, its journals, and a process at a time. */
export interface SimulatedMachine {
  readonly name: string;
  readonly environments: string;
  readonly journals: string;
}

/** Both regions, what users see of them, and two machines to recover from; deterministic, with a clock of its own. */
export class SimulatedWorld {
  clock = NOW.getTime();
  readonly objects: MemoryObjects = healthyObjects();
  readonly prod: SimulatedEnvironment;
  readonly dr: SimulatedEnvironment;
  /** Copies that the standby's vault holds. */
  points: StoredPoint[] = [{ ...point, createdAt: new Date(NOW.getTime() - 5 * HOUR_MS) }];
  readonly machines: readonly [SimulatedMachine, SimulatedMachine];
  /** Databases that were deleted after users had written to them. */
  readonly lost: string[] = [];
  /** Moments at which both sides took writes. */
  readonly split: string[] = [];
  /** Whether somebody was told that the primary is not fenced. */
  isAnnounced = false;
  livePid: number | undefined;
  readonly copy = new SimulatedCopy();
  private readonly folder: string;

  constructor() {
    const now = (): Date => this.now();
    this.prod = new SimulatedEnvironment("prod", "eu-west-1", { tasks: 3, open: true, now, others: [] });
    this.dr = new SimulatedEnvironment("dr", "eu-central-1", { tasks: 0, open: false, now, others: [] });
    this.folder = mkdtempSync(
      join(existsSync("/dev/shm") ? "/dev/shm" : tmpdir(), "pilot-light-simulation-"),
    );
    this.machines = [this.machine("laptop"), this.machine("desk")];
    this.observe();
  }

  now(): Date {
    return new Date(this.clock);
  }

  namesOf({ name, region }: SimulatedEnvironment): Names {
    return namesOf({ ...PROJECT, breakGlassRole: "" }, name, region);
  }

  get isSwitched(): boolean {
    return this.objects.text(SWITCH_BUCKET, SWITCH_KEY) !== undefined;
  }

  /** Whether whoever asks for the service's name is served. */
  get isServed(): boolean {
    return (this.isSwitched ? this.dr : this.prod).serves;
  }

  get lock(): string | undefined {
    return this.objects.text(STANDBY_BUCKET, "shop/dr/recovery/lock.json");
  }

  /** Lets users write where they are led to, and notes what must never be. */
  observe(): void {
    const led = this.isSwitched ? this.dr : this.prod;
    if (led.serves && led.attached !== undefined) led.written.add(led.attached);
    if (this.prod.serves && this.dr.serves && this.prod.isRegion === "up")
      this.split.push(`prod and dr both take writes, and prod can be reached`);
    for (const environment of [this.prod, this.dr])
      for (const identifier of environment.written)
        if (environment.database(identifier) === undefined && !this.lost.includes(identifier))
          this.lost.push(identifier);
  }

  /** AWS as anybody sees it, before a process stands between. */
  aws(): Aws {
    const base = memoryAws({ objects: this.objects });
    const regions = new Map(
      [this.prod, this.dr].map((environment) => [environment.region, this.region(base, environment)]),
    );
    return {
      in: (region) => {
        const found = regions.get(region);
        if (found === undefined) throw new Error(`nobody should ask ${region}`);
        return found;
      },
      dns: base.dns,
    };
  }

  private region(base: Aws, environment: SimulatedEnvironment): RegionalAws {
    const { region, service, databases } = environment;
    const questions = service.questions();
    const stored = databases.questions();
    const answers: RegionalAws = {
      ...base.in(region),
      ...questions,
      ...stored,
      region,
      caller: async () => ({
        accountId: PROJECT.accountId,
        arn: `arn:aws:sts::${PROJECT.accountId}:assumed-role/break-glass/kim`,
        awsTime: this.now(),
        localTime: this.now(),
        expiresAt: undefined,
      }),
      loadBalancer: async () => environment.balancer,
      targets: async () =>
        Array.from({ length: service.count }, (_, index) => ({
          id: `10.20.0.${index}`,
          state: environment.isRunning ? "healthy" : "unhealthy",
          reason: undefined,
        })),
      alarms: async () => [
        { name: `shop-${environment.name}-cpu`, state: "OK", reason: "", since: undefined, enabled: true },
      ],
      certificate: async () => certificate,
      recoveryPoints: async (vault) => (vault.startsWith("shop-dr") ? this.points : this.homePoints()),
      backupJobs: async () => [],
      copyJobs: async () => [copyJob],
      snapshot: async (arn) => {
        const copy = this.points.find((one) => one.arn === arn);
        return copy === undefined
          ? stored.snapshot(arn)
          : { ...snapshot, arn, createdAt: copy.createdAt, instanceIdentifier: "shop-prod-database" };
      },
      copySnapshot: async (sourceArn, name, keyId) => {
        const source =
          this.dr.databases.snapshots.get(sourceArn) ?? this.prod.databases.snapshots.get(sourceArn);
        if (source === undefined)
          throw new AwsFailure("failed", "rds:CopyDBSnapshot", region, "no such snapshot");
        const arn = `arn:aws:rds:${region}:${PROJECT.accountId}:snapshot:${name}`;
        databases.snapshots.set(arn, { ...source, arn, keyArn: (await base.in(region).key(keyId))?.arn });
      },
      startCopy: async () => this.bringPoint(),
    };
    const isHome = environment === this.prod;
    return new Proxy(isHome ? answers : { ...answers, ...this.copy.questions(answers) }, {
      get: (target, key, receiver) => {
        const member: unknown = Reflect.get(target, key, receiver);
        if (typeof member !== "function") return member;
        return async (...args: unknown[]) => {
          this.clock += SECOND_MS;
          if (environment.isRegion !== "up")
            throw new AwsFailure("unreachable", `service:${String(key)}`, region, "no connection");
          const answer: unknown = await Reflect.apply(member, target, args);
          return answer;
        };
      },
    });
  }

  private homePoints(): StoredPoint[] {
    const { attached = "" } = this.prod;
    const resourceArn = `arn:aws:rds:eu-west-1:${PROJECT.accountId}:db:${attached}`;
    return [{ ...point, arn: `${point.arn}-home`, resourceArn, createdAt: this.now() }];
  }

  /** A copy of what the primary has now reaches the standby's vault. */
  bringPoint(): void {
    const { attached = "" } = this.prod;
    const id = createHash("sha256").update(`${this.clock}`).digest("hex").slice(0, 8);
    this.points = [
      {
        ...point,
        arn: `arn:aws:rds:eu-central-1:${PROJECT.accountId}:snapshot:awsbackup:copyjob-${id}`,
        resourceArn: `arn:aws:rds:eu-west-1:${PROJECT.accountId}:db:${attached}`,
        createdAt: this.now(),
        expiresAt: new Date(this.clock + 720 * HOUR_MS),
      },
      ...this.points,
    ];
  }

  /** What the smoke test gets from a load balancer. */
  async answer(dnsName: string): Promise<{ readonly status: number; readonly text: string }> {
    const asked = [this.prod, this.dr].find(({ balancer }) => balancer.dnsName === dnsName);
    if (asked?.serves !== true) throw new Error("connection timed out");
    return { status: 200, text: "{}" };
  }

  /** The other machine gets what was committed. */
  share(from: SimulatedMachine, to: SimulatedMachine): void {
    for (const name of readdirSync(to.environments)) rmSync(join(to.environments, name));
    cpSync(from.environments, to.environments, { recursive: true });
  }

  remove(): void {
    rmSync(this.folder, { recursive: true, force: true });
  }

  private machine(name: string): SimulatedMachine {
    const [environments, journals] = ["environments", "journal"].map((kind) => join(this.folder, name, kind));
    if (environments === undefined || journals === undefined) throw new Error("no folder");
    for (const folder of [environments, journals]) mkdirSync(folder, { recursive: true });
    return { name, environments, journals };
  }
}
