import type { RegionalAws } from "../../src/aws/port.ts";
import { restoredFrom } from "../../src/recovery/record.ts";
import { identifierOf } from "../../src/database/source.ts";
import { recordKey } from "../../src/naming/names.ts";
import { Journal } from "../../src/recovery/journal/journal.ts";
import { journalPlace, type JournalPlace } from "../../src/recovery/journal/place.ts";
import type { ChosenPoint, Run, StepState } from "../../src/recovery/journal/run.ts";
import type { RecoveryContext, RecoveryStep } from "../../src/recovery/steps/step.ts";
import type { Subject } from "../../src/recovery/subject.ts";
import type { Changes } from "./environments.ts";
import { inquire } from "./inquiry.ts";
import {
  ACCOUNT,
  DAY_MS,
  healthyObjects,
  KEYS,
  memoryAws,
  NOW,
  STANDBY_BUCKET,
  SWITCH_BUCKET,
} from "./memory-aws.ts";
import { MemoryDatabases } from "./memory-databases.ts";
import { loadBalancer, MemoryService } from "./memory-service.ts";

const PROJECT = { name: "shop" };

/** What a run of these tests restored. */
export const chosen = (region: string, name: string): ChosenPoint => ({
  arn: `arn:aws:rds:${region}:${ACCOUNT}:snapshot:${name}`,
  createdAt: new Date(NOW.getTime() - DAY_MS),
  engineVersion: "17.4",
});

/** A record as a run writes it. */
export const recordOf = (posture: "restored" | "active", point: ChosenPoint) => ({
  posture,
  hardened: false,
  recoveryPoint: restoredFrom(point),
  declaredAt: NOW.toISOString(),
  operator: "kim",
  reason: "the primary region does not answer",
});

/** One side of a pair, in which everything is there. */
class Side {
  readonly databases: MemoryDatabases;
  readonly service: MemoryService;
  targetState = "healthy";
  constructor(
    readonly region: string,
    readonly prefix: string,
  ) {
    this.databases = new MemoryDatabases(region, () => NOW);
    this.service = new MemoryService({ prefix });
    this.service.alarmStates = [
      { name: `${prefix}-cpu`, state: "OK", reason: "", since: undefined, enabled: true },
    ];
  }

  hold(identifier: string, isProtected = false): void {
    this.databases.put(identifier, { keyArn: `${KEYS}/${this.prefix}-data`, protected: isProtected });
  }

  close(): void {
    this.service.groupIds = ["sg-default"];
  }

  /** What the security group admits. */
  admit(...sources: readonly string[]): void {
    this.service.groups = this.service.groups.map((group) =>
      group.id === "sg-alb" ? { ...group, admits: sources } : group,
    );
  }

  questions(): Partial<RegionalAws> {
    return {
      ...this.service.questions(),
      ...this.databases.questions(),
      loadBalancer: async () => ({ ...loadBalancer, securityGroupIds: this.service.groupIds }),
      targets: async () =>
        Array.from({ length: this.service.count }, (_, index) => ({
          id: `10.0.0.${index}`,
          state: this.targetState,
          reason: undefined,
        })),
    };
  }
}

/** A world in which what a run claims can be made so, or not so, one thing at a time. */
export class Claims {
  readonly standby = new Side("eu-central-1", "shop-dr");
  readonly primary = new Side("eu-west-1", "shop-prod");
  readonly objects = healthyObjects();
  changes: Changes = {};
  point: ChosenPoint | undefined;
  kept: Run["kept"] = [];
  evidence: Readonly<Record<string, string>> = {};
  httpStatus = 200;
  /** What the standby's region lists of a drill's copy. */
  left: readonly { readonly kind: string; readonly name: string }[] = [];
  override: { readonly standby?: Partial<RegionalAws>; readonly primary?: Partial<RegionalAws> } = {};

  get place(): JournalPlace {
    return journalPlace(PROJECT, "dr", {
      bucket: STANDBY_BUCKET,
      logBucket: "",
      keyAlias: "",
      region: "eu-central-1",
    });
  }

  subject(): Subject {
    return inquire(this.changes).subject;
  }

  identifier(side: "standby" | "primary", point?: ChosenPoint): string {
    return identifierOf(this.subject()[side].names, point && restoredFrom(point));
  }

  /** Puts the record of the standby, in the folder and for everybody. */
  record(posture: "restored" | "active", point: ChosenPoint): void {
    const record = { ...recordOf(posture, point), hardened: posture === "active" };
    this.changes = { ...this.changes, "dr.activation": record };
    this.objects.put(STANDBY_BUCKET, { [recordKey(PROJECT, "dr")]: record });
  }

  async forget(bucket: string, key: string): Promise<void> {
    await this.objects.questions("eu-central-1").remove(bucket, key);
  }

  turn(): void {
    this.objects.put(SWITCH_BUCKET, { "serve-from-standby": "dr\n" });
  }

  /** What is said against each of these steps, which the journal calls done. */
  async against(
    steps: readonly RecoveryStep[],
    ids: readonly string[],
  ): Promise<ReadonlyMap<string, string>> {
    const context = await this.context(ids);
    const found = new Map<string, string>();
    for (const { id, contradiction } of steps) {
      if (!ids.includes(id)) continue;
      const said = await contradiction(context);
      if (said !== undefined) found.set(id, said);
    }
    return found;
  }

  private async context(ids: readonly string[]): Promise<RecoveryContext> {
    const aws = memoryAws({
      objects: this.objects,
      standby: {
        ...this.standby.questions(),
        resourcesNamed: async () => this.left,
        ...this.override.standby,
      },
      primary: { ...this.primary.questions(), ...this.override.primary },
    });
    const unused = (): never => {
      throw new Error("asking changes nothing");
    };
    const refuse = async (): Promise<never> => unused();
    const subject = this.subject();
    const run: Run = {
      start: {
        event: "run-started",
        id: "1",
        runId: "r2",
        seq: 0,
        at: new Date(NOW.getTime() - DAY_MS).toISOString(),
        verb: "failover",
        environment: "dr",
        operator: "kim",
        host: "laptop",
        reason: "the primary region does not answer",
        declaredAt: NOW.toISOString(),
      },
      outcome: undefined,
      endedAt: undefined,
      recoveryPoint: this.point,
      kept: this.kept,
      given: {},
      steps: new Map(
        ids.map((id): [string, StepState] => [
          id,
          { state: "done", startedAt: NOW, endedAt: NOW, evidence: this.evidence[id] ?? "" },
        ]),
      ),
    };
    return {
      environments: "",
      subject: async () => subject,
      aws,
      standby: aws.in("eu-central-1"),
      primary: aws.in("eu-west-1"),
      place: this.place,
      journal: await Journal.open("r2", this.place, aws.in("eu-central-1"), () => NOW),
      run: () => run,
      terraform: {
        synthesize: refuse,
        plan: refuse,
        apply: refuse,
        attributes: refuse,
        objects: refuse,
        drop: refuse,
        release: refuse,
        adopt: refuse,
        take: refuse,
        move: refuse,
        outputs: refuse,
      },
      http: { get: async () => ({ status: this.httpStatus, text: "" }) },
      usersDns: {
        lookup: { addresses: async () => ({ addresses: [], ttlSeconds: 0 }) },
        ask: async () => undefined,
        isSaidToBeMoved: false,
        mayContradict: false,
      },
      now: () => NOW,
      pause: async () => undefined,
      tell: unused,
    };
  }
}
