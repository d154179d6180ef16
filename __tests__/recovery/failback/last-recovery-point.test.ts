import { describe, expect, it } from "vitest";
import { AwsFailure } from "../../../src/aws/failure.ts";
import { identifierOf } from "../../../src/database/source.ts";
import { copyRecoveryPoint, takeRecoveryPoint } from "../../../src/recovery/failback/last-recovery-point.ts";
import { StepFailed } from "../../../src/recovery/steps/step.ts";
import { FailbackStage, subjectOf } from "./context.ts";

const SNAPSHOT = /^arn:aws:rds:eu-west-1:111122223333:snapshot:shop-dr-failback-20260310t120000z-1a2b$/;
const { standby } = subjectOf();
const standbys = identifierOf(standby.names, standby.recoveryPoint);

describe("the last recovery point", () => {
  it("is taken and copied once, however often the run is taken up", async () => {
    const stage = new FailbackStage();
    stage.away.put(standbys, { storageGiB: 120 });
    const context = await stage.context();
    for (const _ of [1, 2]) await takeRecoveryPoint(context, undefined);
    stage.clock += 600_000;
    for (const _ of [1, 2]) await copyRecoveryPoint(context, undefined);
    expect(stage.away.changes).toEqual([expect.stringMatching(new RegExp(` of ${standbys}$`))]);
    expect(stage.home.changes).toEqual([expect.stringMatching(/ under alias\/shop-prod-data$/)]);
    // What is restored is the copy, with the time of the data.
    const { recoveryPoint } = context.run();
    expect(recoveryPoint?.arn).toMatch(SNAPSHOT);
    expect(recoveryPoint?.createdAt.getTime()).toBe(stage.clock - 600_000);
  });

  it("waits until nothing else is being done to the database, whatever RDS answers meanwhile", async () => {
    const stage = new FailbackStage();
    const states = ["backing-up", "modifying", "available", "available", "storage-optimization"];
    const questions = stage.away.questions();
    let refusals = 0;
    const context = await stage.context({
      standby: {
        database: async (identifier) => {
          stage.away.put(identifier, { status: states[0] ?? "available" });
          if (states.length > 1) states.shift();
          return stage.away.instances.get(identifier);
        },
        takeSnapshot: async (identifier, name) => {
          const status = stage.away.instances.get(identifier)?.status ?? "";
          if (!["available", "storage-optimization"].includes(status))
            throw new Error(`asked while ${status}`);
          refusals += 1;
          if (refusals === 1)
            throw new AwsFailure("busy", "rds:CreateDBSnapshot", "eu-central-1", "InvalidDBInstanceState");
          await questions.takeSnapshot(identifier, name);
        },
      },
    });
    await takeRecoveryPoint(context, undefined);
    expect(stage.away.changes).toEqual([expect.stringMatching(new RegExp(` of ${standbys}$`))]);
    expect(stage.told.join("\n")).toMatch(/it is backing-up[^]*it is modifying[^]*InvalidDBInstanceState/);
  });

  it.each(["storage-full", "stopped", "failed"])(
    "is not waited for while the database is %s, which it stays",
    async (status) => {
      const stage = new FailbackStage();
      stage.away.put(standbys, { status });
      const before = stage.clock;
      await expect(takeRecoveryPoint(await stage.context(), undefined)).rejects.toThrow(
        `${standbys} is ${status}: RDS takes no snapshot of it`,
      );
      expect(stage.clock).toBe(before);
    },
  );

  it("that fails says how it is made again", async () => {
    const stage = new FailbackStage();
    stage.away.put(standbys);
    const { snapshot } = stage.away.questions();
    const context = await stage.context({
      standby: {
        snapshot: async (arn) => {
          const found = await snapshot(arn);
          return found && { ...found, status: "failed" };
        },
      },
    });
    const failure: unknown = await takeRecoveryPoint(context, undefined).catch((error: unknown) => error);
    expect(failure).toBeInstanceOf(StepFailed);
    expect(failure instanceof StepFailed && failure.next.join("\n")).toContain("delete-db-snapshot");
  });
});
