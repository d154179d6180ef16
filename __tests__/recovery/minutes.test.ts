import { describe, expect, it } from "vitest";
import { lastMinutes, expectedMinutes } from "../../src/recovery/minutes.ts";
import type { Run, StepState } from "../../src/recovery/journal/run.ts";
import type { Verb } from "../../src/recovery/journal/schema.ts";
import { NOW } from "../support/memory-aws.ts";
import { inquire } from "../support/inquiry.ts";

const BY_HAND = { traffic: undefined };

/** A run in which each of these steps took so many minutes. */
function ran(verb: Verb, minutes: Readonly<Record<string, number>>, outcome: Run["outcome"] = "done"): Run {
  const steps = Object.entries(minutes).map(([id, taken]): [string, StepState] => {
    const endedAt = new Date(NOW.getTime() + taken * 60_000);
    return [id, { state: "done", startedAt: NOW, endedAt, evidence: "" }];
  });
  return {
    start: {
      event: "run-started",
      id: "1",
      runId: "r",
      seq: 0,
      at: NOW.toISOString(),
      verb,
      environment: "dr",
      operator: "kim",
      host: "laptop",
      reason: "a rehearsal of it",
      declaredAt: NOW.toISOString(),
    },
    outcome,
    endedAt: NOW,
    recoveryPoint: undefined,
    kept: [],
    given: {},
    steps: new Map(steps),
  };
}

const QUICK = {
  declare: 1,
  "choose-recovery-point": 1,
  "restore-database": 4,
  "scale-compute": 2,
  "await-healthy": 1,
  "open-ingress": 1,
  "cut-over": 1,
  validate: 1,
};

describe("what a failover is expected to take", () => {
  const { subject } = inquire(BY_HAND);
  const { allowances } = subject.pair.standby.config.objectives;
  const before = expectedMinutes(subject, []);
  const after = expectedMinutes(subject, [ran("failover", QUICK)]);

  it("keeps, after a quick one, what no run measures: the decision, DNS by hand, the warm-up", () => {
    const warmUp = (before("restore-database") ?? 0) - allowances.restoreMinutes;
    expect(warmUp).toBeGreaterThan(30);
    expect([after("declare"), after("restore-database"), after("cut-over")]).toEqual([
      allowances.declareMinutes,
      4 + warmUp,
      allowances.manualDnsMinutes,
    ]);
  });

  it("goes by what was measured otherwise", () => {
    const measured = ["choose-recovery-point", "scale-compute", "await-healthy", "open-ingress", "validate"];
    expect(measured.map(after)).toEqual([1, 2, 1, 1, 1]);
  });

  it("takes longer where people took longer", () => {
    const slow = expectedMinutes(subject, [ran("failover", { ...QUICK, declare: 50, "cut-over": 90 })]);
    expect([slow("declare"), slow("cut-over")]).toEqual([50, 90]);
  });

  it("keeps the measure of a step that the last drill did not have, and takes none of a run that failed", () => {
    const runs = [
      ran("failover", QUICK),
      ran("drill", { "scale-compute": 7 }),
      ran("drill", { "scale-compute": 70 }, "failed"),
    ];
    expect(Object.fromEntries(lastMinutes(runs))).toEqual({ ...QUICK, "scale-compute": 7 });
  });
});
