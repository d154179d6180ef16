import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { objectivesOf } from "../../src/objectives/objectives.ts";
import { criticalPath } from "../../src/objectives/rto.ts";
import { recoverySteps, type Step, STEP_IDS } from "../../src/objectives/steps.ts";
import { configure } from "../support/environments.ts";

const sumOf = (steps: readonly Step[]): number =>
  steps.flatMap(({ terms }) => terms).reduce((sum, { minutes }) => sum + minutes, 0);

/** Steps in a row, each waiting for some of those before it. */
const plans = fc
  .array(fc.tuple(fc.nat({ max: 60 }), fc.uniqueArray(fc.nat({ max: 7 }))), { minLength: 1, maxLength: 8 })
  .map((drafts) =>
    drafts.map(([minutes, after], index): Step => ({
      id: STEP_IDS[index] ?? "validate",
      after: after.filter((before) => before < index).map((before) => STEP_IDS[before] ?? "declare"),
      terms: [{ label: "", minutes, setBy: "" }],
    })),
  );

describe("the longest path through the steps", () => {
  it("takes as long as doing everything as early as possible", () => {
    fc.assert(
      fc.property(plans, (steps) => {
        const done = new Map<string, number>();
        for (const step of steps) {
          const start = Math.max(0, ...step.after.map((id) => done.get(id) ?? Infinity));
          done.set(step.id, start + sumOf([step]));
        }
        expect(sumOf(criticalPath(steps))).toBe(Math.max(...done.values()));
      }),
    );
  });

  it("consists of steps that wait for each other", () => {
    fc.assert(
      fc.property(plans, (steps) => {
        const path = criticalPath(steps);
        for (const [index, step] of path.slice(1).entries()) expect(step.after).toContain(path[index]?.id);
      }),
    );
  });

  it("refuses steps that stand before what they wait for", () => {
    const steps: Step[] = [
      { id: "declare", after: ["validate"], terms: [] },
      { id: "validate", after: [], terms: [] },
    ];
    expect(() => criticalPath(steps)).toThrow("declare stands before validate");
  });
});

describe("the steps of a recovery", () => {
  it("open the door only after the service is healthy, prove it, and harden last", () => {
    const { pairs, project } = configure();
    const ids = pairs.flatMap(({ primary, standby }) =>
      criticalPath(
        recoverySteps({ primary, standby, accountId: project.accountId, healthCheck: undefined }),
      ).map(({ id }) => id),
    );
    expect(ids).toEqual([...STEP_IDS]);
  });

  it("count until users are served: what is hardened afterwards is no part of the RTO", () => {
    const terms = objectivesOf(
      configure({
        dr: { database: { recovery: { strategy: "backup-copy" } } },
        prod: { database: { backup: { enabled: true } } },
      }),
    ).flatMap(({ rto }) => (rto.worstCase.bounded ? rto.worstCase.terms : []));
    expect(new Set(terms.map(({ step }) => step))).toEqual(new Set(STEP_IDS.filter((id) => id !== "harden")));
  });
});
