import { describe, expect, it } from "vitest";
import { AwsFailure } from "../../src/aws/failure.ts";
import { readLock } from "../../src/recovery/journal/lock.ts";
import { runRecovery } from "../../src/recovery/runner.ts";
import { Interrupted, type RecoveryPlan, StepFailed } from "../../src/recovery/steps/step.ts";
import {
  IDS,
  MINUTE_MS,
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

const fails = (error: Error) => async (): Promise<never> => {
  throw error;
};

describe("a step that fails", () => {
  const failing = (error: Error): ReturnType<typeof planOf> =>
    planOf(undefined, { "restore-database": { run: fails(error) } });

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
    expect(stage.done).toEqual(["declare"]);
    expect(await readLock(placeOn("laptop"), region())).toBeUndefined();
    const [run] = await runsFrom("laptop");
    expect(run?.steps.get("restore-database")).toMatchObject({
      state: "failed",
      message: "the key is disabled",
    });
    // And goes on there once it is corrected.
    await runRecovery(planOf(), order(), worldOn("another-machine"));
    expect(stage.done).toEqual(IDS);
  });

  it("is tried again while AWS throttles, and says so", async () => {
    let attempts = 0;
    const run = async (): Promise<string> => {
      if ((attempts += 1) < 3)
        throw new AwsFailure("throttled", "ecs:UpdateService", "eu-central-1", "ThrottlingException");
      stage.done.push("restore-database");
      return "restored";
    };
    const ending = await runRecovery(
      planOf(undefined, { "restore-database": { run } }),
      order(),
      worldOn("laptop"),
    );
    expect(ending.kind).toBe("done");
    expect(stage.told.filter((line) => line.includes("once more in"))).toEqual([
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
        if (stops && stage.done.length === 2) throw new Interrupted("Ctrl-C");
      },
    };
    const ending = await runRecovery(planOf(), order(), world);
    expect(ending.kind).toBe("interrupted");
    expect(stage.done).toEqual(["declare", "restore-database"]);
    expect(await readLock(placeOn("laptop"), region())).toBeUndefined();
    stops = false;
    expect((await runRecovery(planOf(), order(), world)).kind).toBe("done");
    expect(stage.done).toEqual(IDS);
  });
});

describe("which run", () => {
  it("is another one once the last has ended", async () => {
    await runRecovery(planOf(), order(), worldOn("laptop"));
    stage.done = [];
    stage.clock += 24 * 60 * MINUTE_MS;
    await runRecovery(planOf(), order(), worldOn("laptop"));
    expect(stage.done).toEqual(IDS);
    expect(await runsFrom("laptop")).toHaveLength(2);
  });

  it("abandons an unfinished one that moves the pair elsewhere, which then can't be resumed", async () => {
    const error = new StepFailed("no", "nothing", []);
    const first = await runRecovery(
      planOf(undefined, { "cut-over": { run: fails(error) } }),
      order(),
      worldOn("laptop"),
    );
    stage.clock += MINUTE_MS;
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
