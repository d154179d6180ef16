import { describe, expect, it } from "vitest";
import { formatProblem } from "../../src/config/problem.ts";
import { specsOf } from "../../src/config/spec.ts";
import { GUARDRAILS } from "../../src/guardrails/all.ts";
import { checkGuardrails, checkStacks, guardrailWarnings } from "../../src/guardrails/check.ts";
import type { Guardrail } from "../../src/guardrails/guardrail.ts";
import { complaints, configure, type Synthesized, synthesizeOne } from "../support/environments.ts";
import { templatesOf } from "../support/synthesis.ts";

const held: Guardrail = { name: "held", summary: "holds everywhere", violations: () => [] };
const breached: Guardrail = {
  name: "breached",
  summary: "holds nowhere",
  violations: () => [{ key: "network.nat", message: "is wrong, got x; do y" }],
};

const base = synthesizeOne("prod");
const reason = "agreed with the security team";

function linesWith(...names: readonly string[]): readonly string[] {
  const exceptions = names.map((guardrail) => ({ guardrail, reason }));
  const subject: Synthesized = { ...base, spec: { ...base.spec, exceptions } };
  return [...checkGuardrails([held, breached], subject)].map(formatProblem);
}

describe("a breach", () => {
  it("names the key, the remedy and the way to an exception", () => {
    expect(linesWith()).toEqual([
      "environments/prod.ts: network.nat: is wrong, got x; do y, or add an exception with a reason (guardrail breached)",
    ]);
  });

  it("is accepted with an exception of its own", () => {
    expect(linesWith("breached")).toEqual([]);
  });
});

describe("an exception", () => {
  it.each([
    [
      "without effect",
      ["breached", "held"],
      'exceptions[1].guardrail: has no effect, since "held" holds here; remove the exception',
    ],
    [
      "for no guardrail",
      ["breached", "braeched"],
      'exceptions[1].guardrail: no such guardrail, got "braeched"; did you mean "breached"',
    ],
    [
      "for something else",
      ["breached", "no-mondays"],
      'exceptions[1].guardrail: no such guardrail, got "no-mondays"; choose among held, breached',
    ],
    [
      "that repeats another",
      ["breached", "breached"],
      'exceptions[1].guardrail: named before, got "breached" again; keep one exception',
    ],
  ])("%s is a mistake", (_, names, line) => {
    expect(linesWith(...names)).toEqual([`environments/prod.ts: ${line}`]);
  });
});

describe("the default environments", () => {
  it("keep every guardrail without an exception", () => {
    expect(complaints({})).toEqual([]);
  });
});

describe("an activated standby", () => {
  const posture = "active";
  const record = {
    posture,
    recoveryPoint: {
      kind: "snapshot",
      snapshotArn: "arn:aws:rds:eu-central-1:111122223333:snapshot:awsbackup:copyjob-1",
      engine: "postgres",
      engineVersion: "17.4",
      createdAt: "2026-01-31T03:04:05Z",
    },
    declaredAt: "2026-01-31T04:00:00Z",
    operator: "on-call engineer",
    reason: "the primary region is gone",
  };

  it("is warned of what it lacks and never refused, since an incident does not wait (T45)", () => {
    const specs = specsOf(
      configure({ dr: { network: { flowLogs: { enabled: false } } }, "dr.activation": record }),
    );
    const templates = templatesOf(specs);
    expect(checkStacks(specs, templates)).toEqual([]);
    expect(guardrailWarnings(specs, templates)).toContainEqual(
      expect.stringMatching(/^environments\/dr\.ts: network\.flowLogs\.enabled: .*\(guardrail flow-logs\)$/),
    );
  });
});

describe("the list of guardrails", () => {
  it("has a name and a sentence for each, once", () => {
    expect(new Set(GUARDRAILS.map(({ name }) => name)).size).toBe(GUARDRAILS.length);
    for (const { name, summary } of GUARDRAILS) {
      expect(name).toMatch(/^[a-z]+(-[a-z]+)*$/);
      expect(summary).toMatch(/^[a-z].{20,}[^.]$/i);
    }
  });
});
