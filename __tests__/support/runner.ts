import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach } from "vitest";
import type { RegionalAws } from "../../src/aws/port.ts";
import { readHistory } from "../../src/recovery/journal/history.ts";
import { journalPlace, type JournalPlace } from "../../src/recovery/journal/place.ts";
import type { Order, RunnerWorld } from "../../src/recovery/runner.ts";
import type { RecoveryContext, RecoveryPlan, RecoveryStep } from "../../src/recovery/steps/step.ts";
import { memoryAws, STANDBY_BUCKET } from "./memory-aws.ts";
import { MemoryObjects } from "./memory-objects.ts";

export const IDS = ["declare", "restore-database", "cut-over", "validate"];
const location = { bucket: STANDBY_BUCKET, logBucket: "", keyAlias: "", region: "eu-central-1" };
export const MINUTE_MS = 60_000;

/** The process is gone: nothing that it still tries has an effect. */
class Killed extends Error {}

/** Counts side effects, and ends the process before or after one of them. */
export class Life {
  moments = 0;
  constructor(private readonly diesAt: number) {}

  async effect<Value>(act: () => Promise<Value>): Promise<Value> {
    this.pass();
    const value = await act();
    this.pass();
    return value;
  }

  get isOver(): boolean {
    return this.moments >= this.diesAt;
  }

  private pass(): void {
    this.moments += 1;
    if (this.isOver) throw new Killed();
  }
}

export const IMMORTAL = Number.POSITIVE_INFINITY;

/** The world of one test. */
export const stage = {
  folder: "",
  objects: new MemoryObjects(),
  /** What was done to the world, in order. */
  done: [""],
  told: [""],
  clock: 0,
};

/** Sets the stage for each test of a file. */
export function setStage(): void {
  beforeEach(() => {
    stage.folder = mkdtempSync(join(tmpdir(), "pilot-light-runner-"));
    stage.objects = new MemoryObjects().put(STANDBY_BUCKET, {});
    stage.done = [];
    stage.told = [];
    stage.clock = Date.parse("2026-03-10T12:00:00Z");
  });
  afterEach(() => rmSync(stage.folder, { recursive: true }));
}

export const placeOn = (machine: string): JournalPlace =>
  journalPlace({ name: "shop" }, "dr", location, join(stage.folder, machine));
export const region = (changes: Partial<RegionalAws> = {}): RegionalAws =>
  memoryAws({ objects: stage.objects, standby: changes }).in("eu-central-1");

export function planOf(
  life = new Life(IMMORTAL),
  changes: Readonly<Record<string, Partial<RecoveryStep>>> = {},
) {
  const steps = IDS.map((id, index): RecoveryStep => ({
    id,
    title: `does ${id}`,
    calls: [],
    dependsOn: IDS.slice(0, index),
    minutes: 5,
    undo: "nothing to undo",
    isDone: async () => (stage.done.includes(id) ? `${id} was seen` : undefined),
    contradiction: async () => (stage.done.includes(id) ? undefined : `${id} was undone`),
    run: () =>
      life.effect(async () => {
        stage.done.push(id);
        stage.clock += 3 * MINUTE_MS;
        return `${id} is done`;
      }),
    ...changes[id],
  }));
  const plan: RecoveryPlan = {
    verb: "failover",
    environment: "dr",
    title: "moves shop to dr",
    warnings: [],
    steps,
    undo: "npm run dr -- rollback",
  };
  return plan;
}

export const order = (changes: Partial<Order> = {}): Order => ({
  operator: "kim",
  reason: "the region is gone",
  declaredAt: new Date(stage.clock),
  runId: undefined,
  takeLock: false,
  resume: "npm run dr -- failover --execute --confirm dr",
  ...changes,
});

export function worldOn(
  machine: string,
  life = new Life(IMMORTAL),
  aws: RegionalAws = region(),
): RunnerWorld {
  return {
    place: placeOn(machine),
    aws: {
      ...aws,
      write: (...args) => life.effect(() => aws.write(...args)),
      remove: (...args) => life.effect(() => aws.remove(...args)),
    },
    machine: { host: machine, machine, pid: 4711 },
    isAlive: () => false,
    now: () => new Date(stage.clock),
    pause: async (milliseconds) => {
      if (life.isOver) throw new Killed();
      stage.clock += milliseconds;
    },
    tell: (line) => void stage.told.push(line),
    announce: () => undefined,
    // The steps of these tests use nothing of it.
    contextOf: (journal, run): RecoveryContext => {
      const unused = (): never => {
        throw new Error("not in this test");
      };
      const terraform = {
        synthesize: unused,
        plan: unused,
        apply: unused,
        attributes: unused,
        release: unused,
        adopt: unused,
        take: unused,
        objects: unused,
        drop: unused,
        move: unused,
        outputs: unused,
      };
      const memory = memoryAws({ objects: stage.objects });
      return {
        environments: "environments",
        subject: unused,
        aws: memory,
        standby: memory.in("eu-central-1"),
        primary: memory.in("eu-west-1"),
        place: placeOn(machine),
        journal,
        run,
        terraform,
        http: { get: unused },
        usersDns: {
          lookup: { addresses: unused },
          ask: unused,
          isSaidToBeMoved: false,
          mayContradict: false,
        },
        now: () => new Date(stage.clock),
        pause: async () => undefined,
        tell: (line) => void stage.told.push(line),
      };
    },
  };
}

export const runsFrom = async (machine: string) => (await readHistory(placeOn(machine), region())).runs;
