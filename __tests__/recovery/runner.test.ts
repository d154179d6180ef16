import { describe, expect, it } from "vitest";
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
