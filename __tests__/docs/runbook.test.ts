import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { SERVED_AFTER, STEP_IDS } from "../../src/objectives/steps.ts";
import { drill } from "../../src/recovery/drill.ts";
import { failback } from "../../src/recovery/failback.ts";
import { FAILBACK_STEP_IDS, STAY_STEP_IDS } from "../../src/recovery/failback/step-ids.ts";
import { fencePrimary } from "../../src/recovery/fence-primary.ts";
import { rollback } from "../../src/recovery/rollback.ts";
import { chooseSubject } from "../../src/recovery/subject.ts";
import { exampleConfigurator } from "../support/examples.ts";

const runbook = readFileSync("docs/runbook.md", "utf8");
const subject = chooseSubject((await exampleConfigurator("traffic-operator"))(), "examples/traffic-operator");

/** Steps that have a section, in their order, without those that an earlier one has described. */
const headings = [...runbook.matchAll(/^### `([a-z-]+)`$/gm)].map(([, id]) => id);
const ids = new Set([
  ...STEP_IDS,
  ...fencePrimary(subject).steps.map(({ id }) => id),
  // The one that waits for DNS has every step.
  ...rollback({ ...subject, traffic: undefined }, { deleteDatabase: "any" }, [], []).steps.map(
    ({ id }) => id,
  ),
  ...FAILBACK_STEP_IDS,
  ...STAY_STEP_IDS,
  ...drill(subject, {}, [], []).steps.map(({ id }) => id),
]);

/** Minutes by step of the first table after a heading. */
function budgetAfter(heading: string): Readonly<Record<string, number>> {
  const section = runbook.slice(runbook.indexOf(`## ${heading}\n`));
  const [table = ""] = /^\| step +\| minutes \|\n(\|.*\|\n)+/m.exec(section) ?? [];
  return Object.fromEntries(
    [...table.matchAll(/^\| `?([a-z-]+)`? +\| (\d+) +\|$/gm)].map(([, step = "", minutes]) => [
      step,
      Number(minutes),
    ]),
  );
}

describe("the runbook", () => {
  it("has a section for every step of the command line, in order, and for no other", () => {
    expect(headings).toEqual([...ids]);
  });

  it("promises what the objectives of its example compute", () => {
    const { worstCase } = subject.objectives.rto;
    if (!worstCase.bounded) throw new Error("the example has no bound");
    const minutesOf = (step: string): number =>
      worstCase.terms.filter((term) => term.step === step).reduce((sum, { minutes }) => sum + minutes, 0);
    const beforeServed = STEP_IDS.slice(0, STEP_IDS.indexOf(SERVED_AFTER) + 1);
    expect(budgetAfter("Time budget")).toEqual({
      ...Object.fromEntries(beforeServed.map((id) => [id, minutesOf(id)])),
      together: worstCase.minutes,
    });
  });

  it("says of a return what its plan says", () => {
    const { steps } = failback(subject, { kind: "with-data", compareCommand: undefined }, [], []);
    expect(budgetAfter("Failback")).toEqual(
      Object.fromEntries(steps.flatMap(({ id, minutes }) => (minutes === undefined ? [] : [[id, minutes]]))),
    );
  });

  it("tells how each step of a failover is done by hand", () => {
    for (const id of STEP_IDS) {
      const [section = ""] = runbook.slice(runbook.indexOf(`### \`${id}\``)).split(/\n#/);
      expect([id, section]).toEqual([id, expect.stringContaining("By hand")]);
    }
  });
});
