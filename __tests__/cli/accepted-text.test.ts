import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { activationSchema } from "../../src/activation/schema.ts";
import { recoveryOptions } from "../../src/cli/recovery-options.ts";
import { validate } from "../../src/config/validate.ts";
import { lineOf, parseLines } from "../../src/recovery/journal/lines.ts";
import { lockSchema } from "../../src/recovery/journal/schema.ts";
import { recordOf } from "../../src/recovery/record.ts";
import { type Run, runsOf } from "../../src/recovery/journal/run.ts";
import { point, snapshot } from "../support/memory-aws.ts";
import { Stage } from "../support/recovery-stage.ts";

const EXECUTE = ["failover", "--execute", "--confirm", "dr", "--reason"];
const AT = "2026-03-10T12:00:00.000Z";

const SPECIAL = [
  "<",
  ">",
  "$",
  "{",
  "}",
  "%",
  '"',
  "'",
  "`",
  "\\",
  " ",
  "\n",
  "\t",
  "\u001b",
  "\u0085",
  "\u2028",
  "\u202e",
];

const text = fc.oneof(
  fc.string({ unit: "grapheme", maxLength: 60 }),
  fc.string({ unit: "binary", maxLength: 60 }),
  fc.string({ unit: fc.constantFrom(...SPECIAL), maxLength: 40 }),
  fc.constantFrom("<primary region lost>", "<kim>", "someone deployed the change-me password", "REPLACE_ME"),
);

const version = fc
  .tuple(
    fc.integer({ min: 0, max: 40 }),
    fc.constantFrom("", "-rds.20260224", "-RDS.20260224", "-rds.20260224.R2", ".R2", "-R1"),
  )
  .map(([minor, suffix]) => `17.${minor}${suffix}`);

/** The journal of a run as the next command reads it. */
function journalOf(operator: string, reason: string, engineVersion: string): Run {
  const common = { runId: "r2", at: AT };
  const lines = [
    lineOf({
      event: "run-started",
      id: "1",
      seq: 0,
      ...common,
      verb: "failover",
      environment: "dr",
      operator,
      host: "laptop",
      reason,
      declaredAt: AT,
    }),
    lineOf({
      event: "recovery-point-chosen",
      id: "2",
      seq: 1,
      ...common,
      arn: point.arn,
      createdAt: AT,
      engineVersion,
    }),
  ];
  const [run] = runsOf(parseLines(lines.join(""), "r2").entries);
  if (run === undefined) throw new Error("the journal holds no run");
  return run;
}

describe("whatever a person may say", () => {
  it("is the same in journal, lock and record, and each of them can be read again", () => {
    fc.assert(
      fc.property(text, text, version, (said, because, engineVersion) => {
        const operator = recoveryOptions.operator.safeParse(said);
        const reason = recoveryOptions.reason.safeParse(because);
        fc.pre(operator.success && reason.success);
        const run = journalOf(operator.data ?? "kim", reason.data ?? "no reason", engineVersion);
        const written = recordOf(run, "active");
        const { value, problems } = validate(
          activationSchema,
          { name: "dr", file: "dr.activation.json", value: JSON.parse(JSON.stringify(written)) },
          { isFilledIn: true },
        );
        expect(problems).toEqual([]);
        expect(value).toMatchObject({
          operator: operator.data,
          reason: reason.data,
          recoveryPoint: { engineVersion },
        });
        const holder = {
          runId: "r2",
          verb: "failover",
          operator: operator.data,
          host: "laptop",
          session: "s",
          machine: "m",
          pid: 1,
          takenAt: AT,
          aliveAt: AT,
        };
        expect(lockSchema.parse(JSON.parse(JSON.stringify(holder))).operator).toBe(operator.data);
      }),
      { numRuns: 500, ignoreEqualValues: true },
    );
  });

  it.each(["kim\n", "ki\u001bm", "ki\u0085m", "ki\u2028m", "ki\u202em", "ki\ud800m"])(
    "holds nothing that a terminal would obey, such as %j",
    (said) => {
      expect(recoveryOptions.operator.safeParse(`${said}x`).success).toBe(false);
    },
  );
});

describe("a failover", () => {
  it.each([
    { reason: "<primary region lost>", operator: "<kim>", engineVersion: "17.4-rds.20260224" },
    {
      reason: "someone deployed the change-me password",
      operator: "REPLACE_ME",
      engineVersion: "17.4-RDS.20260224.R2",
    },
    { reason: 'a "quoted" ${reason} with \\ and ☕', operator: "Ὀδυσσεύς %{x}", engineVersion: "17.4" },
  ])("because of $reason ends, and every command reads what it has written", async (said) => {
    const { reason, operator, engineVersion } = said;
    const stage = new Stage({
      answers: { standby: { snapshot: async () => ({ ...snapshot, engineVersion }) } },
    });
    const done = await stage.dr([...EXECUTE, reason, "--operator", operator]);
    expect(done).toMatchObject({ exitCode: 0, errors: "" });
    expect(stage.record()).toMatchObject({ reason, operator, recoveryPoint: { engineVersion } });
    for (const verb of [
      "status",
      "readiness",
      "objectives",
      "failover",
      "rollback",
      "failback",
      "fence",
      "drill",
    ]) {
      const { exitCode, errors } = await stage.dr([verb]);
      expect([verb, exitCode, errors]).toEqual([verb, expect.any(Number), ""]);
      expect([verb, exitCode]).not.toEqual([verb, 2]);
    }
    expect((await stage.dr(["status"])).output).toContain(`by ${operator}: ${reason}`);
  });

  it.each([
    ["--reason", "the region\nis gone for good", "holds a line break or a control character"],
    ["--operator", "kim\u001b[31m", "holds a line break or a control character"],
    ["--operator", "kim\u202E", "holds a line break or a control character"],
    ["--reason", "x".repeat(2001), "is too long"],
    ["--operator", " ", "names nobody"],
    ["--recovery-point", "arn:aws:rds:eu-central-1:111122223333:snapshot:${file(1)}", "is no ARN of RDS"],
  ])("refuses %s %j before anything is done", async (flag, value, because) => {
    const stage = new Stage();
    const { exitCode, errors } = await stage.dr([...EXECUTE, "the primary is gone", flag, value]);
    expect([exitCode, stage.applied]).toEqual([2, []]);
    expect(errors).toContain(`${flag}: ${because}`);
    expect(errors).not.toContain("\u001b");
  });

  it.each([
    {
      what: "of another account",
      arn: "arn:aws:rds:eu-central-1:444455556666:snapshot:shared",
      version: "17.4",
    },
    { what: "with a version that is none", arn: point.arn, version: "17.4 beta" },
  ])(
    "refuses a recovery point $what, and the next command still reads everything",
    async ({ arn, version }) => {
      const stage = new Stage({
        answers: { standby: { snapshot: async () => ({ ...snapshot, arn, engineVersion: version }) } },
      });
      const failed = await stage.dr([...EXECUTE, "the primary is gone", "--recovery-point", arn]);
      expect(failed.exitCode).toBe(1);
      expect(failed.output).toContain(`${arn} of PostgreSQL ${version} can't stand in dr.activation.json: `);
      expect([stage.record(), stage.applied]).toEqual([undefined, []]);
      expect((await stage.dr(["status"])).errors).toBe("");
    },
  );
});
