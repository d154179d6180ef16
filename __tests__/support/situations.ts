import PROJECT from "../../environments/project.ts";
import { identifierOf } from "../../src/database/source.ts";
import { namesOf, recordKey } from "../../src/naming/names.ts";
import { activationSchema } from "../../src/activation/schema.ts";
import type { Verb } from "../../src/recovery/journal/schema.ts";
import { activation, type Changes } from "./environments.ts";
import {
  ago,
  type Answers,
  healthyObjects,
  silentRegion,
  STANDBY_BUCKET,
  SWITCH_BUCKET,
} from "./memory-aws.ts";
import type { MemoryObjects } from "./memory-objects.ts";
import { MemoryDatabases } from "./memory-databases.ts";
import { MemoryService } from "./memory-service.ts";

const MINUTE_MS = 60_000;

/** A step of a run: its name, when it began, and when it ended, in minutes before now. */
export type StepTimes = readonly [step: string, began: number, ended?: number, failure?: string];

/** A run that has not ended, as its journal tells it. */
export interface BegunRun {
  readonly verb: Verb;
  readonly steps: readonly StepTimes[];
  /** Minutes since the last sign of life of whoever works on it; nobody holds the lock where it is absent. */
  readonly silentMinutes?: number;
}

/** A situation of the pair: what a command is run with. */
export interface Situation {
  readonly changes: Changes;
  readonly answers: Answers;
}

const RUN_ID = "20260310T100000Z-0a1b2c3d";
const names = namesOf({ ...PROJECT, breakGlassRole: "" }, "dr", "eu-central-1");
const at = (minutes: number): string => ago(minutes * MINUTE_MS).toISOString();

/** The objects of a pair in which a run was begun. */
export function withRun({ verb, steps, silentMinutes }: BegunRun, objects = healthyObjects()): MemoryObjects {
  const begun = steps[0]?.[1] ?? 0;
  const operator = "kim";
  const entries = [
    {
      event: "run-started",
      at: at(begun),
      verb,
      environment: "dr",
      operator,
      host: "laptop",
      reason: "the primary region does not answer",
      declaredAt: at(begun),
    },
    ...steps.flatMap(([step, began, ended, failure]) => [
      { event: "step-started", at: at(began), step },
      ...(ended === undefined
        ? []
        : [
            failure === undefined
              ? { event: "step-done", at: at(ended), step, evidence: "done, and seen by asking" }
              : { event: "step-failed", at: at(ended), step, message: failure },
          ]),
    ]),
  ].map((entry, seq) => `${JSON.stringify({ id: `r2-${seq}`, runId: RUN_ID, seq, ...entry })}\n`);
  objects.put(STANDBY_BUCKET, { [`shop/dr/recovery/runs/${RUN_ID}.jsonl`]: entries.join("") });
  if (silentMinutes !== undefined)
    objects.put(STANDBY_BUCKET, {
      "shop/dr/recovery/lock.json": {
        runId: RUN_ID,
        verb,
        operator,
        host: "laptop",
        session: "s2",
        machine: "working-copy",
        pid: 4711,
        takenAt: at(begun),
        aliveAt: at(silentMinutes),
      },
    });
  return objects;
}

/** A side that is open and runs, or not. */
export function sideThat(
  side: "serves" | "is fenced" | "is closed",
  prefix: "shop-prod" | "shop-dr",
  database: string,
): NonNullable<Answers["standby"]> {
  const isServing = side === "serves";
  const service = new MemoryService({ prefix, count: isServing ? 3 : 0, isOpen: side !== "is closed" });
  if (side === "is fenced") service.groupIds = ["sg-default"];
  const region = prefix === "shop-dr" ? "eu-central-1" : "eu-west-1";
  const databases = new MemoryDatabases(region).put(database).questions();
  return {
    ...service.questions(),
    database: async (identifier) => databases.database(identifier),
    targets: async () =>
      Array.from({ length: service.count }, (_, index) => ({
        id: `10.20.0.${index}`,
        state: "healthy",
        reason: undefined,
      })),
  };
}

/** Identifier of the database that the test's activation record names. */
const RESTORED = identifierOf(
  names,
  activationSchema.parse(activation("active")["dr.activation"]).recoveryPoint,
);
const DEAD = silentRegion("eu-west-1", "unreachable");

/** An activation record, in the folder and in force. */
const recorded = (posture: "restored" | "active", objects: MemoryObjects): MemoryObjects =>
  objects.put(STANDBY_BUCKET, { [recordKey(PROJECT, "dr")]: activation(posture)["dr.activation"] });

const switchedOn = (objects: MemoryObjects): MemoryObjects =>
  objects.put(SWITCH_BUCKET, { "serve-from-standby": "dr\n" }, ago(60 * MINUTE_MS));

const FAILOVER: BegunRun = {
  verb: "failover",
  steps: [
    ["declare", 50, 49],
    ["choose-recovery-point", 49, 48],
    ["restore-database", 48],
  ],
};

const FAILBACK: BegunRun = {
  verb: "failback",
  steps: [
    ["fence-both", 50, 45],
    ["take-recovery-point", 45, 30],
    ["copy-recovery-point", 30, 10, "rds:CopyDBSnapshot in eu-west-1: KMSKeyNotAccessibleFault"],
  ],
};

/** What an operator may find at 3 a.m. */
export const SITUATIONS = {
  ready: (): Situation => ({
    changes: {},
    answers: {
      primary: sideThat("serves", "shop-prod", "shop-prod-database"),
      standby: sideThat("is closed", "shop-dr", "shop-dr-database"),
    },
  }),
  "region dead": (): Situation => ({
    changes: {},
    answers: { primary: DEAD, standby: sideThat("is closed", "shop-dr", "shop-dr-database") },
  }),
  "failover running": (): Situation => ({
    changes: activation("restored"),
    answers: {
      primary: DEAD,
      standby: { ...sideThat("is closed", "shop-dr", "shop-dr-database"), database: async () => undefined },
      objects: withRun({ ...FAILOVER, silentMinutes: 0 }, recorded("restored", healthyObjects())),
    },
  }),
  "failover stopped": (): Situation => ({
    changes: activation("restored"),
    answers: {
      primary: DEAD,
      standby: sideThat("is closed", "shop-dr", RESTORED),
      objects: withRun({ ...FAILOVER, silentMinutes: 12 }, recorded("restored", healthyObjects())),
    },
  }),
  "active and unfenced": (): Situation => ({
    changes: activation("active"),
    answers: {
      primary: sideThat("serves", "shop-prod", "shop-prod-database"),
      standby: sideThat("serves", "shop-dr", RESTORED),
      objects: switchedOn(recorded("active", healthyObjects())),
    },
  }),
  "active, region dead": (): Situation => ({
    changes: activation("active"),
    answers: {
      primary: DEAD,
      standby: sideThat("serves", "shop-dr", RESTORED),
      objects: switchedOn(recorded("active", healthyObjects())),
    },
  }),
  "active and fenced": (): Situation => ({
    changes: activation("active"),
    answers: {
      primary: sideThat("is fenced", "shop-prod", "shop-prod-database"),
      standby: sideThat("serves", "shop-dr", RESTORED),
      objects: switchedOn(recorded("active", healthyObjects())),
    },
  }),
  "active, switch off": (): Situation => ({
    changes: activation("active"),
    answers: {
      primary: sideThat("is fenced", "shop-prod", "shop-prod-database"),
      standby: sideThat("serves", "shop-dr", RESTORED),
      objects: recorded("active", healthyObjects()),
    },
  }),
  "failback stopped": (): Situation => ({
    changes: activation("active"),
    answers: {
      primary: sideThat("is fenced", "shop-prod", "shop-prod-database"),
      standby: sideThat("is fenced", "shop-dr", RESTORED),
      objects: withRun(FAILBACK, switchedOn(recorded("active", healthyObjects()))),
    },
  }),
  "switch on in peace": (): Situation => ({
    changes: {},
    answers: {
      primary: sideThat("serves", "shop-prod", "shop-prod-database"),
      standby: sideThat("is closed", "shop-dr", "shop-dr-database"),
      objects: switchedOn(healthyObjects()),
    },
  }),
  "nothing answers": (): Situation => ({
    changes: {},
    answers: { primary: DEAD, standby: silentRegion("eu-central-1", "unreachable") },
  }),
  "no credentials": (): Situation => ({
    changes: {},
    answers: {
      primary: silentRegion("eu-west-1", "credentials"),
      standby: silentRegion("eu-central-1", "credentials"),
    },
  }),
} as const satisfies Record<string, () => Situation>;

/** Names a situation. */
export type SituationName = keyof typeof SITUATIONS;
