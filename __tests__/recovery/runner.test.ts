import { describe, expect, it } from "vitest";
import { AwsFailure } from "../../src/aws/failure.ts";
import { LockHeld, readLock, takeLock } from "../../src/recovery/journal/lock.ts";
import { runRecovery } from "../../src/recovery/runner.ts";
import { STANDBY_BUCKET } from "../support/memory-aws.ts";
import { MemoryObjects } from "../support/memory-objects.ts";
import {
  IDS,
  IMMORTAL,
  Life,
  order,
  placeOn,
  planOf,
  region,
  runsFrom,
  setStage,
  stage,
  worldOn,
} from "../support/runner.ts";

setStage();

describe("a run", () => {
  it("does every step once, in order, and leaves a journal and no lock", async () => {
    const ending = await runRecovery(planOf(), order(), worldOn("laptop"));
    expect(ending.kind).toBe("done");
    expect(stage.done).toEqual(IDS);
    expect(await readLock(placeOn("laptop"), region())).toBeUndefined();
    const [run] = await runsFrom("another-machine");
    expect(run).toMatchObject({ outcome: "done", start: { verb: "failover", operator: "kim" } });
    expect([...(run?.steps ?? [])].map(([id, { state }]) => [id, state])).toEqual(
      IDS.map((id) => [id, "done"]),
    );
    expect(stage.told).toContain("[2/4] restore-database: does restore-database, about 5 min");
    expect(stage.told).toContain("[2/4] restore-database: done in 180 s: restore-database is done");
  });

  it("does not repeat what the world shows to be done", async () => {
    stage.done = ["declare"];
    await runRecovery(planOf(), order(), worldOn("laptop"));
    expect(stage.done).toEqual(IDS);
    expect(stage.told).toContain("[1/4] declare: found done: declare was seen");
  });

  it("is not begun when a step comes before what it depends on", async () => {
    const plan = planOf();
    const steps = plan.steps.toReversed();
    await expect(runRecovery({ ...plan, steps }, order(), worldOn("laptop"))).rejects.toThrow(
      "step validate is out of order",
    );
    expect(stage.done).toEqual([]);
  });
});

describe("a step that the journal calls done", () => {
  const interrupted = async (): Promise<void> => {
    const failing = { run: async () => Promise.reject(new Error("no capacity")) };
    const ending = await runRecovery(planOf(undefined, { validate: failing }), order(), worldOn("laptop"));
    expect(ending.kind).toBe("failed");
  };

  it("is done again when the world has lost it, and so is what depends on it", async () => {
    await interrupted();
    stage.done = stage.done.filter((id) => id !== "restore-database");
    const ending = await runRecovery(planOf(), order(), worldOn("laptop"));
    expect(ending.kind).toBe("done");
    expect(stage.done.filter((id) => id === "restore-database")).toHaveLength(1);
    expect(stage.told).toContain(
      "[2/4] restore-database: done before, and not so any more: restore-database was undone",
    );
    expect(stage.told).toContain(
      "[3/4] cut-over: done before, and not so any more: declare, restore-database was done again after it",
    );
  });

  it("is not asked about once a later step has taken away what it claims", async () => {
    await interrupted();
    stage.done = stage.done.filter((id) => id !== "declare");
    const plan = planOf(undefined, { declare: { holdsUntil: "cut-over" } });
    expect((await runRecovery(plan, order(), worldOn("laptop"))).kind).toBe("done");
    expect(stage.done).not.toContain("declare");
  });

  it("stays done, and the run does not, while nobody answers", async () => {
    await interrupted();
    const silence = new AwsFailure("denied", "rds:DescribeDBInstances", "eu-central-1", "AccessDenied");
    const plan = planOf(undefined, {
      "restore-database": { contradiction: () => Promise.reject(silence) },
    });
    const ending = await runRecovery(plan, order(), worldOn("laptop"));
    expect(ending).toMatchObject({ kind: "failed", step: "restore-database" });
    if (ending.kind !== "failed") throw new Error("it ended otherwise");
    expect(ending.failure.what).toContain("whether restore-database holds is not known: ");
    expect(ending.failure.state).toContain("no run is called done before AWS has confirmed");
    expect(ending.run.steps.get("restore-database")?.state).toBe("done");
    expect((await runRecovery(planOf(), order(), worldOn("laptop"))).kind).toBe("done");
  });
});

describe("the end of a run", () => {
  it("asks once more for everything, and does again what is gone", async () => {
    let looks = 0;
    const plan = planOf(undefined, {
      "restore-database": {
        contradiction: async () => ((looks += 1) === 1 ? "it is gone" : undefined),
        isDone: async () => undefined,
      },
    });
    const ending = await runRecovery(plan, order(), worldOn("laptop"));
    expect(ending.kind).toBe("done");
    expect(stage.done.filter((id) => id === "restore-database")).toHaveLength(2);
    expect(stage.told).toContain("restore-database was done, and AWS says otherwise: it is gone");
  });

  it("is no success when what was done again is not so either", async () => {
    const plan = planOf(undefined, {
      "restore-database": { contradiction: async () => "it is gone", isDone: async () => undefined },
    });
    const ending = await runRecovery(plan, order(), worldOn("laptop"));
    expect(ending).toMatchObject({
      kind: "failed",
      step: "restore-database",
      failure: { what: "restore-database was done twice, and AWS still says otherwise: it is gone" },
    });
    const [run] = await runsFrom("laptop");
    expect([run?.outcome, run?.steps.get("restore-database")?.state]).toEqual([undefined, "failed"]);
  });

  it("is no success when nobody answers", async () => {
    const silence = new AwsFailure("unreachable", "rds:DescribeDBInstances", "eu-central-1", "no answer");
    const plan = planOf(undefined, { "cut-over": { contradiction: () => Promise.reject(silence) } });
    const ending = await runRecovery(plan, order(), worldOn("laptop"));
    expect(ending).toMatchObject({ kind: "failed", step: "cut-over" });
    expect((await runsFrom("laptop"))[0]?.outcome).toBeUndefined();
  });
});

describe("a run that is killed at any moment and taken up on another machine", () => {
  it("ends as if nothing had happened: no step twice, no lock left", async () => {
    const whole = new Life(IMMORTAL);
    await runRecovery(planOf(whole), order(), worldOn("laptop", whole));
    expect(whole.moments).toBeGreaterThan(20);
    for (let moment = 1; moment <= whole.moments; moment += 1) {
      stage.objects = new MemoryObjects().put(STANDBY_BUCKET, {});
      stage.done = [];
      const life = new Life(moment);
      const killed = await runRecovery(planOf(life), order(), worldOn(`dies-${moment}`, life)).catch(
        (error: unknown) => error,
      );
      // A failure may be what the dying process believes; nobody reads it.
      expect(killed instanceof Error || "kind" in Object(killed)).toBe(true);
      const before = await runsFrom(`fresh-${moment}`);
      if (before.at(-1)?.outcome !== "done") {
        const world = worldOn(`fresh-${moment}`);
        await runRecovery(planOf(), order({ operator: "sam", takeLock: true }), world);
      }
      expect(stage.done, `killed at moment ${moment}`).toEqual(IDS);
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
    expect(stage.done).toEqual(IDS);
    expect(stage.told).toContain(
      "taking the recovery lock over from process 4711 of this machine, which is gone",
    );
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
    expect(stage.done).toEqual([]);
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
    expect(stage.done).toEqual([]);
  });

  it("gets a stale lock after watching it, and is told whose it was", async () => {
    await takeLock(placeOn("laptop"), region(), holder("sam"));
    const ending = await runRecovery(planOf(), order({ takeLock: true }), worldOn("laptop"));
    expect(ending.kind).toBe("done");
    expect(stage.told).toContain(
      "the lock is sam's on tower, whose last sign of life was at 2026-03-10T11:59:55.000Z; watching it for 38 s for another one",
    );
    expect(stage.told).toContain("sam's process 1 on tower gave no sign of life; taking its lock over");
  });
});
