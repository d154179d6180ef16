import { describe, expect, it } from "vitest";
import { formatProblem } from "../../src/config/problem.ts";
import { specsOf } from "../../src/config/spec.ts";
import { checkStacks, guardrailWarnings } from "../../src/guardrails/check.ts";
import { objectivesOf } from "../../src/objectives/objectives.ts";
import { activation, type Changes } from "../support/environments.ts";
import { EXAMPLES, exampleConfigurator } from "../support/examples.ts";
import { templatesOf } from "../support/synthesis.ts";

describe.each(EXAMPLES)("examples/%s", async (example) => {
  const configure = await exampleConfigurator(example);

  it("synthesizes a stack for every file, and follows every guardrail", () => {
    const specs = specsOf(configure());
    const templates = templatesOf(specs);
    const names = [specs.bootstrap, ...specs.services, specs.traffic].flatMap((spec) => spec?.name ?? []);
    expect([...templates.keys()].toSorted()).toEqual(names.toSorted());
    expect(checkStacks(specs, templates).map(formatProblem)).toEqual([]);
  });

  it("keeps what it promises", () => {
    for (const { strategy, rpo, rto } of objectivesOf(configure())) {
      expect({ strategy, rpo: rpo.met, rto: rto.met }).toEqual({ strategy, rpo: true, rto: true });
      expect(strategy).toBeDefined();
    }
  });

  it.each(configure().pairs.map(({ standby }) => standby.name))(
    "leaves nothing to be desired of %s once it serves, but what its own file is thrifty with, and its primary's",
    (name) => {
      const record: Changes = { [`${name}.activation`]: activation("hardened")["dr.activation"] };
      const specs = specsOf(configure(record));
      const warnings = guardrailWarnings(specs, templatesOf(specs));
      const rules = warnings.map((line) => /guardrail ([a-z-]+)\)$/.exec(line)?.[1]);
      const excepted = specs.services.flatMap(({ role, exceptions }) =>
        role.kind === "primary" ? exceptions.map(({ guardrail }) => guardrail) : [],
      );
      expect([...new Set(rules)]).toEqual(["nat-per-zone", ...excepted]);
    },
  );
});
