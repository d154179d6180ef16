import { describe, expect, it } from "vitest";
import { z } from "zod";
import { DrillStage } from "../support/drill-stage.ts";
import { activation } from "../support/environments.ts";
import { point, STANDBY_BUCKET } from "../support/memory-aws.ts";
import { AwsFailure } from "../../src/aws/failure.ts";
import { Interrupted, StepFailed } from "../../src/recovery/steps/step.ts";

const EXECUTE = ["drill", "--execute", "--confirm", "dr"];

const planSchema = z.looseObject({
  steps: z.array(z.looseObject({ id: z.string() })),
  warnings: z.array(z.string()),
});
const statusSchema = z.looseObject({
  runs: z.array(
    z.looseObject({
      verb: z.string(),
      outcome: z.string().nullable(),
      rtoMinutes: z.number().nullable(),
      rpoMinutes: z.number().nullable(),
    }),
  ),
});

const lastRun = async (stage: DrillStage) =>
  statusSchema.parse(JSON.parse((await stage.dr(["status", "--json"])).output)).runs.at(-1);

describe("drill", () => {
  it("shows its plan and makes nothing", async () => {
    const stage = new DrillStage();
    const { exitCode, output } = await stage.dr(["drill", "--json"]);
    const { steps, warnings } = planSchema.parse(JSON.parse(output));
    expect([exitCode, stage.done]).toEqual([0, []]);
    expect(steps.map(({ id }) => id)).toEqual([
      "remove-leftovers",
      "choose-recovery-point",
      "restore-database",
      "scale-compute",
      "await-healthy",
      "validate",
      "remove-copy",
      "prove-nothing-left",
      "judge",
    ]);
    expect(warnings[0]).toBe(`restores ${point.arn} of 2026-03-10 07:00Z, 5 h old`);
  });

  it("restores the newest recovery point in a copy, measures it and removes it", async () => {
    const stage = new DrillStage();
    const { exitCode, output } = await stage.dr(EXECUTE);
    expect(`${exitCode}\n${exitCode === 0 ? "" : output}`).toBe("0\n");
    expect(stage.done).toEqual([`made the copy ${point.arn}`, "removed the copy"]);
    expect(output).toContain("nothing is left whose name begins with shop-dr-drill");
    expect(output).toContain("whether it reaches its database is not proven");
    // The removal does not count.
    expect(await lastRun(stage)).toMatchObject({
      verb: "drill",
      outcome: "done",
      rtoMinutes: 20,
      rpoMinutes: 300,
    });
    const { output: ready } = await stage.dr(["readiness", "--only", "last-drill", "--json"]);
    expect(ready).toContain("RTO 20 min");
  });

  it("begins by removing what an earlier one has left", async () => {
    const stage = new DrillStage();
    stage.exists = true;
    expect((await stage.dr(EXECUTE)).exitCode).toBe(0);
    expect(stage.done).toEqual(["removed the copy", `made the copy ${point.arn}`, "removed the copy"]);
  });

  it("goes on with what a restore that was killed has made, and its state does not list", async () => {
    const stage = new DrillStage();
    const killed = async () => {
      [stage.exists, stage.isManaged] = [true, false];
      throw new Interrupted("this process ends here");
    };
    expect((await stage.dr(EXECUTE, { beforeApply: killed })).exitCode).toBe(1);
    const { exitCode } = await stage.dr(EXECUTE);
    expect(exitCode).toBe(0);
    expect(stage.done).toEqual([
      expect.stringMatching(/^took shop-dr-drill-database-[0-9a-f]+$/),
      "removed the copy",
    ]);
  });

  it.each([
    ["removes what a drill that was killed has left, and its state does not list", false],
    ["removes the database of a restore that failed, and its state does not list", true],
  ])("%s", async (_, isOwn) => {
    const stage = new DrillStage();
    const lose = () => {
      [stage.exists, stage.isManaged] = [true, false];
    };
    if (!isOwn) lose();
    const beforeApply = async () => {
      lose();
      throw new StepFailed("terraform apply of dr-drill failed: no capacity", "half of it is there", []);
    };
    const { exitCode } = await stage.dr(EXECUTE, isOwn ? { beforeApply } : {});
    const removal = ["took shop-dr-drill-database-1", "removed the copy"];
    expect([exitCode, stage.exists]).toEqual([isOwn ? 1 : 0, false]);
    expect(stage.done).toEqual(
      isOwn ? removal : [...removal, `made the copy ${point.arn}`, "removed the copy"],
    );
  });

  it("removes the copy of a service that does not get healthy, and has failed for good then", async () => {
    const stage = new DrillStage();
    const { exitCode, output } = await stage.dr(EXECUTE, { health: "unhealthy" });
    expect([exitCode, stage.exists]).toEqual([1, false]);
    expect(output).toContain(
      "the drill failed: await-healthy: gave up waiting for healthy targets of dr-drill",
    );
    expect(await lastRun(stage)).toMatchObject({ outcome: "failed", rtoMinutes: null });
    const { exitCode: ready } = await stage.dr(["readiness", "--only", "last-drill"]);
    expect(ready).toBe(1);
    // A new one, not the rest of that one.
    expect((await stage.dr(EXECUTE)).exitCode).toBe(0);
    expect(stage.done.filter((what) => what === `made the copy ${point.arn}`)).toHaveLength(2);
  });

  it("removes what a restore has left that failed in the middle", async () => {
    const stage = new DrillStage();
    const { exitCode, output } = await stage.dr(EXECUTE, {
      beforeApply: async () => {
        stage.exists = true;
        throw new StepFailed("terraform apply of dr-drill failed: no capacity", "half of it is there", []);
      },
    });
    expect([exitCode, stage.exists]).toEqual([1, false]);
    expect(output).toContain(
      "the drill failed: restore-database: terraform apply of dr-drill failed: no capacity",
    );
  });

  it("removes the copy when AWS refuses something, or the drill itself is wrong", async () => {
    for (const error of [
      new AwsFailure("denied", "elasticloadbalancing:DescribeTargetHealth", "eu-central-1", "AccessDenied"),
      new Error("a defect"),
    ]) {
      const stage = new DrillStage();
      const { exitCode, output } = await stage.dr(EXECUTE, {
        standby: { targets: () => Promise.reject(error) },
      });
      expect([exitCode, stage.exists]).toEqual([1, false]);
      expect(output).toContain(`the drill failed: await-healthy: ${error.message}`);
    }
  });

  it("goes on after AWS did not answer, and ends with the removal", async () => {
    const stage = new DrillStage();
    const silence = new AwsFailure("unreachable", "elasticloadbalancing:X", "eu-central-1", "no answer");
    const { exitCode } = await stage.dr(EXECUTE, { standby: { targets: () => Promise.reject(silence) } });
    expect([exitCode, stage.exists]).toEqual([1, true]);
    expect((await stage.dr(EXECUTE)).exitCode).toBe(0);
    expect(stage.done).toEqual([`made the copy ${point.arn}`, "removed the copy"]);
  });

  it("deletes log groups that come back, and names whatever else is left", async () => {
    const late = { kind: "log group", name: "/aws/rds/instance/shop-dr-drill-database-1/postgresql" };
    const stage = new DrillStage({
      lists: () => (stage.done.includes(`removed ${late.name}`) || stage.done.length === 0 ? [] : [late]),
    });
    expect((await stage.dr(EXECUTE)).exitCode).toBe(0);
    expect(stage.done.at(-1)).toBe(`removed ${late.name}`);

    const address = { kind: "part of the network", name: "elastic-ip eipalloc-1" };
    const other = new DrillStage({ lists: () => (other.done.length === 0 ? [] : [address]) });
    const { exitCode, output } = await other.dr(EXECUTE);
    expect(exitCode).toBe(1);
    expect(output).toContain("1 left: part of the network elastic-ip eipalloc-1");
  });

  it("is not made of a standby that serves", async () => {
    const changes = activation("active");
    const stage = new DrillStage({ changes });
    stage.objects.put(STANDBY_BUCKET, { "shop/dr/recovery/activation.json": changes["dr.activation"] });
    const { exitCode, output } = await stage.dr(EXECUTE);
    expect([exitCode, output]).toEqual([1, "dr is active: a drill copies a standby in peace"]);
  });

  it("says before anything is made that the names are too long", async () => {
    const stage = new DrillStage({ changes: { project: { name: "abcdefghij-klmnopqrs" } } });
    const { exitCode, errors } = await stage.dr(["drill"]);
    expect([exitCode, stage.done]).toEqual([2, []]);
    expect(errors).toContain("is too long for a copy");
  });

  it("makes no copy of which it is known that it can't come up", async () => {
    const stage = new DrillStage();
    const { exitCode, output } = await stage.dr(EXECUTE, { standby: { image: async () => undefined } });
    expect([exitCode, stage.done]).toEqual([1, []]);
    expect(output).toContain("\n  BLOCKED by image: ");
  });
});
