import { describe, expect, it } from "vitest";
import { cli } from "../support/recovery-cli.ts";
import { Stage } from "../support/recovery-stage.ts";
import { refuses } from "../support/stage-answers.ts";

describe("journal", () => {
  it("prints the last run for the post-mortem: who, why, each step with its time and evidence", async () => {
    const stage = new Stage();
    await stage.dr(["failover", "--execute", "--confirm", "dr", "--reason", "the primary region is lost"]);
    const { exitCode, output } = await stage.dr(["journal"]);
    expect(exitCode).toBe(0);
    const [head = "", declared = "", ...lines] = output.split("\n");
    expect(head).toMatch(/^failover of dr, run \S+: done$/);
    expect(declared).toMatch(/^ {2}declared 2026-03-10T\S+Z by \S+ on laptop: the primary region is lost$/);
    const steps = lines.flatMap((line) => /^ {2}\S+Z ([a-z-]+): done in \d+ s: \S/.exec(line)?.[1] ?? []);
    expect(steps.slice(0, 3)).toEqual(["declare", "choose-recovery-point", "restore-database"]);
    expect(steps).toContain("validate");
  });

  it("names what a run that failed said, in JSON too", async () => {
    const stage = new Stage({ answers: { standby: { key: refuses("denied", "kms:DescribeKey", "no") } } });
    const args = ["failover", "--execute", "--confirm", "dr", "--reason", "the primary region is lost"];
    await stage.dr([...args, "--despite", "the key is known to be there"]);
    const { output } = await stage.dr(["journal", "--json"]);
    expect(JSON.parse(output)).toMatchObject({
      run: {
        verb: "failover",
        outcome: null,
        steps: expect.arrayContaining([
          expect.objectContaining({
            id: "choose-recovery-point",
            state: "failed",
            message: expect.stringContaining("kms:DescribeKey") as unknown,
          }),
        ]) as unknown,
      },
      problems: [],
    });
  });

  it("refuses a run that it does not know, and names those that it does", async () => {
    const { exitCode, errors } = await cli(["journal", "--run", "r9"]);
    expect([exitCode, errors]).toEqual([2, "--run: names no run, got r9; the last ones are r1"]);
  });

  it("is not complete when a copy could not be read", async () => {
    const { exitCode, output, errors } = await cli(["journal"], {
      answers: { standby: { list: refuses("denied", "s3:ListBucket", "no") } },
    });
    expect([exitCode, output]).toEqual([1, "no run of dr is known"]);
    expect(errors).toContain("not read: s3:ListBucket");
  });
});

describe("--actions", () => {
  it("shows what each step calls, which a plan leaves out otherwise", async () => {
    const stage = new Stage();
    expect((await stage.dr(["failover"])).output).not.toContain("rds:RestoreDBInstanceFromDBSnapshot");
    expect((await stage.dr(["failover", "--actions"])).output).toContain(
      "rds:RestoreDBInstanceFromDBSnapshot",
    );
  });
});
