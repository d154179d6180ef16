import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { AwsFailure } from "../../src/aws/failure.ts";
import type { RegionalAws } from "../../src/aws/port.ts";
import { LockHeld, readLock, takeLock } from "../../src/recovery/journal/lock.ts";
import { readHistory } from "../../src/recovery/journal/journal.ts";
import { journalPlace, type JournalPlace } from "../../src/recovery/journal/place.ts";
import { type Order, runRecovery, type RunnerWorld } from "../../src/recovery/runner.ts";
import {
  Interrupted,
  type RecoveryContext,
  type RecoveryPlan,
  type RecoveryStep,
  StepFailed,
} from "../../src/recovery/steps/step.ts";
import { memoryAws, STANDBY_BUCKET } from "../support/memory-aws.ts";
import { MemoryObjects } from "../support/memory-objects.ts";

const IDS = ["declare", "restore-database", "cut-over", "validate"];
const location = { bucket: STANDBY_BUCKET, logBucket: "", keyAlias: "", region: "eu-central-1" };
const MINUTE_MS = 60_000;

/** The process is gone: nothing that it still tries has an effect. */
class Killed extends Error {}

/** Counts side effects, and ends the process before or after one of them. */
class Life {
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

const IMMORTAL = Number.POSITIVE_INFINITY;

let folder: string;
let objects: MemoryObjects;
/** What was done to the world, in order. */
let done: string[];
let clock: number;
let told: string[];

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "pilot-light-runner-"));
  objects = new MemoryObjects().put(STANDBY_BUCKET, {});
  done = [];
  clock = Date.parse("2026-03-10T12:00:00Z");
  told = [];
});
afterEach(() => rmSync(folder, { recursive: true }));

const placeOn = (machine: string): JournalPlace =>
  journalPlace({ name: "shop" }, "dr", location, join(folder, machine));
const region = (changes: Partial<RegionalAws> = {}): RegionalAws =>
  memoryAws({ objects, standby: changes }).in("eu-central-1");

function planOf(life = new Life(IMMORTAL), changes: Readonly<Record<string, Partial<RecoveryStep>>> = {}) {
  const steps = IDS.map((id, index): RecoveryStep => ({
    id,
    title: `does ${id}`,
    calls: [],
    dependsOn: IDS.slice(0, index),
    minutes: 5,
    undo: "nothing to undo",
    isDone: async () => (done.includes(id) ? `${id} was seen` : undefined),
    run: () =>
      life.effect(async () => {
        done.push(id);
        clock += 3 * MINUTE_MS;
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

const order = (changes: Partial<Order> = {}): Order => ({
  operator: "kim",
  reason: "the region is gone",
  declaredAt: new Date(clock),
  runId: undefined,
  takeLock: false,
  resume: "npm run dr -- failover --execute --confirm dr",
  ...changes,
});

function worldOn(machine: string, life = new Life(IMMORTAL), aws: RegionalAws = region()): RunnerWorld {
  return {
    place: placeOn(machine),
    aws: {
      ...aws,
      write: (...args) => life.effect(() => aws.write(...args)),
      remove: (...args) => life.effect(() => aws.remove(...args)),
    },
    machine: { host: machine, machine, pid: 4711 },
    isAlive: () => false,
    now: () => new Date(clock),
    pause: async (milliseconds) => {
      if (life.isOver) throw new Killed();
      clock += milliseconds;
    },
    tell: (line) => void told.push(line),
    // The steps of these tests use nothing of it.
    contextOf: (journal, run): RecoveryContext => {
      const unused = (): never => {
        throw new Error("not in this test");
      };
      const terraform = { synthesize: unused, plan: unused, apply: unused, outputs: unused };
      const memory = memoryAws({ objects });
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
        now: () => new Date(clock),
        pause: async () => undefined,
        tell: (line) => void told.push(line),
      };
    },
  };
}

const runsFrom = async (machine: string) => (await readHistory(placeOn(machine), region())).runs;

describe("a run", () => {
  it("does every step once, in order, and leaves a journal and no lock", async () => {
    const ending = await runRecovery(planOf(), order(), worldOn("laptop"));
    expect(ending.kind).toBe("done");
    expect(done).toEqual(IDS);
    expect(await readLock(placeOn("laptop"), region())).toBeUndefined();
    const [run] = await runsFrom("another-machine");
    expect(run).toMatchObject({ outcome: "done", start: { verb: "failover", operator: "kim" } });
    expect([...(run?.steps ?? [])].map(([id, { state }]) => [id, state])).toEqual(
      IDS.map((id) => [id, "done"]),
    );
    expect(told).toContain("[2/4] restore-database: does restore-database, about 5 min");
    expect(told).toContain("[2/4] restore-database: done in 180 s: restore-database is done");
  });

  it("does not repeat what the world shows to be done", async () => {
    done = ["declare"];
    await runRecovery(planOf(), order(), worldOn("laptop"));
    expect(done).toEqual(IDS);
    expect(told).toContain("[1/4] declare: found done: declare was seen");
  });

  it("is not begun when a step comes before what it depends on", async () => {
    const plan = planOf();
    const steps = plan.steps.toReversed();
    await expect(runRecovery({ ...plan, steps }, order(), worldOn("laptop"))).rejects.toThrow(
      "step validate is out of order",
    );
    expect(done).toEqual([]);
  });
});

describe("a run that is killed at any moment and taken up on another machine", () => {
  it("ends as if nothing had happened: no step twice, no lock left", async () => {
    const whole = new Life(IMMORTAL);
    await runRecovery(planOf(whole), order(), worldOn("laptop", whole));
    expect(whole.moments).toBeGreaterThan(20);
    for (let moment = 1; moment <= whole.moments; moment += 1) {
      objects = new MemoryObjects().put(STANDBY_BUCKET, {});
      done = [];
      const life = new Life(moment);
      const killed = await runRecovery(planOf(life), order(), worldOn(`dies-${moment}`, life)).catch(
        (error: unknown) => error,
      );
      // A failure may be what the dying process believes; nobody reads it.
      expect(killed instanceof Error || "kind" in Object(killed)).toBe(true);
      const before = await runsFrom(`fresh-${moment}`);
      if (before.at(-1)?.outcome !== "done") {
        const world = worldOn(`fresh-${moment}`);
        const ending = await runRecovery(planOf(), order({ operator: "sam", takeLock: true }), world);
        expect(ending.kind).toBe("done");
      }
      expect(done, `killed at moment ${moment}`).toEqual(IDS);
      expect(await readLock(placeOn("laptop"), region()), `lock after moment ${moment}`).toBeUndefined();
      const runs = await runsFrom(`fresh-${moment}`);
      expect(runs.map(({ outcome }) => outcome)).toEqual(["done"]);
    }
  });

  it("takes the dead process's lock over without a question on the same machine", async () => {
    const life = new Life(9);
    await runRecovery(planOf(life), order(), worldOn("laptop", life)).catch(() => undefined);
    expect(await readLock(placeOn("laptop"), region())).toBeDefined();
    const ending = await runRecovery(planOf(), order(), worldOn("laptop"));
    expect(ending.kind).toBe("done");
    expect(done).toEqual(IDS);
    expect(told).toContain("taking the recovery lock over from process 4711 of this machine, which is gone");
  });
});

describe("a second operator", () => {
  const holder = (operator: string) => ({
    runId: "r1",
    verb: "failover",
    operator,
    host: "tower",
    session: operator,
    machine: "tower",
    pid: 1,
    takenAt: "2026-03-10T11:48:00.000Z",
    aliveAt: "2026-03-10T11:59:55.000Z",
  });

  it("is refused with the holder and since when, and changes nothing", async () => {
    await takeLock(placeOn("laptop"), region(), holder("sam"));
    await expect(runRecovery(planOf(), order(), worldOn("laptop"))).rejects.toThrow(
      "sam on tower holds the recovery lock since 2026-03-10T11:48:00.000Z for failover, run r1",
    );
    expect(done).toEqual([]);
    expect(await runsFrom("laptop")).toEqual([]);
  });

  it("is refused also when asking for the lock of a holder that lives", async () => {
    await takeLock(placeOn("laptop"), region(), holder("sam"));
    const world = worldOn("laptop");
    const pause = async (): Promise<void> => {
      const held = await readLock(placeOn("laptop"), region());
      const alive = { ...holder("sam"), aliveAt: "2026-03-10T12:00:10.000Z" };
      await region().write(STANDBY_BUCKET, placeOn("laptop").lockKey, JSON.stringify(alive), {
        etag: held?.etag ?? "",
      });
    };
    await expect(runRecovery(planOf(), order({ takeLock: true }), { ...world, pause })).rejects.toThrow(
      LockHeld,
    );
    expect(done).toEqual([]);
  });

  it("gets a stale lock after watching it, and is told whose it was", async () => {
    await takeLock(placeOn("laptop"), region(), holder("sam"));
    const ending = await runRecovery(planOf(), order({ takeLock: true }), worldOn("laptop"));
    expect(ending.kind).toBe("done");
    expect(told).toContain(
      "the lock is sam's on tower, whose last sign of life was at 2026-03-10T11:59:55.000Z; watching it for 38 s for another one",
    );
    expect(told).toContain("sam's process 1 on tower gave no sign of life; taking its lock over");
  });
});

describe("a step that fails", () => {
  const failing = (error: Error): ReturnType<typeof planOf> =>
    planOf(undefined, { "restore-database": { run: () => Promise.reject(error) } });

  it("ends the run with what happened, the state of the world and the next command; the lock is free", async () => {
    const error = new StepFailed("the key is disabled", "nothing was restored", ["aws kms enable-key"]);
    const ending = await runRecovery(failing(error), order(), worldOn("laptop"));
    expect(ending).toMatchObject({
      kind: "failed",
      step: "restore-database",
      failure: {
        what: "the key is disabled",
        state: "nothing was restored",
        next: ["aws kms enable-key", "npm run dr -- failover --execute --confirm dr"],
      },
    });
    expect(done).toEqual(["declare"]);
    expect(await readLock(placeOn("laptop"), region())).toBeUndefined();
    const [run] = await runsFrom("laptop");
    expect(run?.steps.get("restore-database")).toMatchObject({
      state: "failed",
      message: "the key is disabled",
    });
    // And goes on there once it is corrected.
    await runRecovery(planOf(), order(), worldOn("another-machine"));
    expect(done).toEqual(IDS);
  });

  it("is tried again while AWS throttles, and says so", async () => {
    let attempts = 0;
    const run = async (): Promise<string> => {
      if ((attempts += 1) < 3)
        throw new AwsFailure("throttled", "ecs:UpdateService", "eu-central-1", "ThrottlingException");
      done.push("restore-database");
      return "restored";
    };
    const ending = await runRecovery(
      planOf(undefined, { "restore-database": { run } }),
      order(),
      worldOn("laptop"),
    );
    expect(ending.kind).toBe("done");
    expect(told.filter((line) => line.includes("once more in"))).toEqual([
      "ecs:UpdateService in eu-central-1: ThrottlingException; once more in 5 s",
      "ecs:UpdateService in eu-central-1: ThrottlingException; once more in 15 s",
    ]);
  });

  it.each([
    ["throttled", "# AWS refuses for now, also after several attempts; wait a minute"],
    [
      "denied",
      "# allow ecs:UpdateService in eu-central-1 to this caller, or take break-glass credentials\naws sts get-caller-identity --region eu-central-1",
    ],
    [
      "unreachable",
      "# see whether eu-central-1 answers from here\naws sts get-caller-identity --region eu-central-1",
    ],
  ] as const)("that AWS answers with %s says what to do", async (kind, remedy) => {
    const error = new AwsFailure(kind, "ecs:UpdateService", "eu-central-1", "no");
    const ending = await runRecovery(failing(error), order(), worldOn("laptop"));
    expect(ending).toMatchObject({
      failure: {
        what: "ecs:UpdateService in eu-central-1: no",
        state: "the step was not finished; what it had done stays, and nothing was undone",
        next: [remedy, "npm run dr -- failover --execute --confirm dr"],
      },
    });
  });
});

describe("Ctrl-C", () => {
  it("stops between two steps, writes nothing down as failed, and is gone on with", async () => {
    let stops = true;
    const world = {
      ...worldOn("laptop"),
      pause: async () => {
        if (stops && done.length === 2) throw new Interrupted("Ctrl-C");
      },
    };
    const ending = await runRecovery(planOf(), order(), world);
    expect(ending.kind).toBe("interrupted");
    expect(done).toEqual(["declare", "restore-database"]);
    expect(await readLock(placeOn("laptop"), region())).toBeUndefined();
    stops = false;
    expect((await runRecovery(planOf(), order(), world)).kind).toBe("done");
    expect(done).toEqual(IDS);
  });
});

describe("which run", () => {
  it("is another one once the last has ended", async () => {
    await runRecovery(planOf(), order(), worldOn("laptop"));
    done = [];
    clock += 24 * 60 * MINUTE_MS;
    await runRecovery(planOf(), order(), worldOn("laptop"));
    expect(done).toEqual(IDS);
    expect(await runsFrom("laptop")).toHaveLength(2);
  });

  it("abandons an unfinished one that moves the pair elsewhere, which then can't be resumed", async () => {
    const error = new StepFailed("no", "nothing", []);
    const first = await runRecovery(
      planOf(undefined, { "cut-over": { run: () => Promise.reject(error) } }),
      order(),
      worldOn("laptop"),
    );
    clock += MINUTE_MS;
    const rollback: RecoveryPlan = { ...planOf(), verb: "rollback" };
    await runRecovery(rollback, order(), worldOn("laptop"));
    const runs = await runsFrom("laptop");
    expect(runs.map(({ start, outcome }) => [start.verb, outcome])).toEqual([
      ["failover", "abandoned"],
      ["rollback", "done"],
    ]);
    const { runId } = first.run.start;
    await expect(runRecovery(planOf(), order({ runId }), worldOn("laptop"))).rejects.toThrow(
      `--run: has ended, abandoned, got ${runId}; leave --run out to begin another`,
    );
  });

  it("must be one of the same verb, and exist", async () => {
    await expect(runRecovery(planOf(), order({ runId: "r9" }), worldOn("laptop"))).rejects.toThrow(
      "--run: no such run, got r9; npm run dr -- status shows them",
    );
  });
});
