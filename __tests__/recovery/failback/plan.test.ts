import { describe, expect, it } from "vitest";
import { formatMinutes } from "../../../src/objectives/duration.ts";
import { failback } from "../../../src/recovery/failback.ts";
import { FAILBACK_STEP_IDS, STAY_STEP_IDS } from "../../../src/recovery/failback/step-ids.ts";
import { writesOf } from "../../../src/recovery/failback/writes.ts";
import type { Run, StepState } from "../../../src/recovery/journal/run.ts";
import { subjectOf } from "./context.ts";

const subject = subjectOf();
const at = (time: string): Date => new Date(`2026-03-10T${time}:00Z`);

const run = (verb: "failover" | "failback", steps: Readonly<Record<string, string>>): Run => ({
  start: {
    event: "run-started",
    id: verb,
    runId: verb,
    seq: 0,
    at: at("00:00").toISOString(),
    verb,
    environment: "dr",
    operator: "kim",
    host: "laptop",
    reason: "a test of failbacks",
    declaredAt: at("00:00").toISOString(),
  },
  outcome: undefined,
  endedAt: undefined,
  recoveryPoint: undefined,
  kept: [],
  given: {},
  steps: new Map(
    Object.entries(steps).map(([id, time]): [string, StepState] => [
      id,
      { state: "done", startedAt: at("00:00"), endedAt: at(time), evidence: "" },
    ]),
  ),
});

describe("the plan of a failback", () => {
  it("takes the data along, step by step, and says where each of them calls", () => {
    const plan = failback(subject, { kind: "with-data", compareCommand: undefined }, [], []);
    expect(plan.steps.map(({ id }) => id)).toEqual(FAILBACK_STEP_IDS);
    for (const { id, calls, undo } of plan.steps) {
      expect([id, undo]).not.toEqual([id, ""]);
      for (const { region } of calls) expect(["eu-west-1", "eu-central-1"]).toContain(region);
    }
    expect(plan.confirmation).toBeUndefined();
  });

  it("says how long users wait, and which part of that nobody has measured", () => {
    const withData = failback(subject, { kind: "with-data", compareCommand: undefined }, [], ["first"]);
    const waiting = withData.steps.slice(0, FAILBACK_STEP_IDS.indexOf("cut-back") + 1);
    const minutes = waiting.reduce((sum, step) => sum + (step.minutes ?? 0), 0);
    expect(withData.warnings).toEqual([
      "first",
      `users wait about ${formatMinutes(minutes)}, from fence-both to cut-back, and what nobody has measured: take-recovery-point, release-database, compare-data`,
    ]);
    const without = failback(subject, { kind: "discard-writes", hours: 37 }, [], []);
    expect(without.warnings).toEqual([expect.stringMatching(/^users wait about .* to cut-back$/)]);
    expect(failback(subject, { kind: "stay" }, [], []).warnings).toEqual([]);
  });

  it("leaves out what moves data when that is given up, which takes more than a name", () => {
    const plan = failback(subject, { kind: "discard-writes", hours: 37 }, [], []);
    expect(plan.steps.map(({ id }) => id)).toEqual(
      FAILBACK_STEP_IDS.filter((id) => !/recovery-point|database|compare/.test(id)),
    );
    expect(plan.confirmation).toBe("discard 37 hours");
    expect(plan.title).toContain("without 37 h of writes");
  });

  it("lets the standby go on when the return is given up", () => {
    const plan = failback(subject, { kind: "stay" }, [], []);
    expect(plan.steps.map(({ id }) => id)).toEqual(STAY_STEP_IDS);
  });
});

describe("the writes of a standby", () => {
  it("count from the moment that it was opened, by begun hours", () => {
    const runs = [run("failover", { "open-ingress": "03:30" })];
    expect(writesOf(subject, runs, undefined, at("05:31"))).toMatchObject({ since: at("03:30"), hours: 3 });
    expect(writesOf(subject, runs, undefined, at("03:31")).hours).toBe(1);
  });

  it("end with the fence, however long the return takes", () => {
    const runs = [run("failover", { "open-ingress": "03:30" })];
    const resumed = run("failback", { "fence-both": "04:00" });
    expect(writesOf(subject, runs, resumed, at("23:00"))).toMatchObject({ until: at("04:00"), hours: 1 });
  });

  it("count from the declaration where no journal is left", () => {
    const { hours, since } = writesOf(subject, [], undefined, new Date("2026-02-01T04:00:00Z"));
    expect([hours, since]).toEqual([24, new Date("2026-01-31T04:00:00Z")]);
  });
});
