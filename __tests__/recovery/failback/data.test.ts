import { describe, expect, it } from "vitest";
import { AwsFailure } from "../../../src/aws/failure.ts";
import { identifierOf } from "../../../src/database/source.ts";
import { compareData } from "../../../src/recovery/failback/compare-data.ts";
import { fenceBoth } from "../../../src/recovery/failback/fence-both.ts";
import { releaseDatabase } from "../../../src/recovery/failback/release-database.ts";
import { requireOwnDatabase, returnDatabase } from "../../../src/recovery/failback/return-database.ts";
import { type RecoveryContext, StepFailed } from "../../../src/recovery/steps/step.ts";
import { MemoryService } from "../../support/memory-service.ts";
import { FailbackStage, subjectOf } from "./context.ts";

const DATABASE = "aws_db_instance.database_instance";
const subject = subjectOf();
const standbys = identifierOf(subject.standby.names, subject.standby.recoveryPoint);

describe("the fence of a failback", () => {
  it("holds the standby and the primary, which may still run with stale data", async () => {
    const [home, away] = [
      new MemoryService({ prefix: "shop-prod" }),
      new MemoryService({ prefix: "shop-dr" }),
    ];
    const context = await new FailbackStage().context({
      primary: home.questions(),
      standby: away.questions(),
    });
    const evidence = await fenceBoth(context);
    expect([home.count, away.count]).toEqual([0, 0]);
    expect(evidence).toMatch(/^dr: .*nothing runs; prod: .*nothing runs$/);
  });

  it("has to succeed, unlike in a disaster: nothing is copied of what may still change", async () => {
    const context = await new FailbackStage().context({
      standby: {
        service: async () => {
          throw new AwsFailure("denied", "ecs:DescribeServices", "eu-central-1", "not allowed");
        },
      },
    });
    await expect(fenceBoth(context)).rejects.toThrow(/dr can't be fenced: compute: .*not allowed/);
  });
});

describe("a database that is released", () => {
  const release = async (stage: FailbackStage, next = "shop-prod-database-1a2b3c4d"): Promise<string> => {
    const context = await stage.context();
    return releaseDatabase(context, subject.primary, context.primary, next);
  };
  const managing = (identifier: string, isProtected: boolean): FailbackStage => {
    const stage = new FailbackStage();
    stage.home.put(identifier, { protected: isProtected });
    stage.managed.set(DATABASE, { identifier });
    stage.managed.set("aws_cloudwatch_log_group.database_postgresql_log", {});
    return stage;
  };

  it("is protected from deletion first, and leaves the state with its logs", async () => {
    const stage = managing("shop-prod-database", false);
    expect(await release(stage)).toContain("shop-prod-database is kept outside of Terraform");
    expect(stage.home.changes).toEqual(["protect shop-prod-database"]);
    expect([...stage.managed]).toEqual([]);
  });

  it("is in the journal before no state knows it any more, once, for whoever resumes elsewhere", async () => {
    const stage = managing("shop-prod-database", false);
    const context = await stage.context();
    const giveUp = async (): Promise<never> => {
      throw new Error("killed");
    };
    const killed = { ...context, terraform: { ...context.terraform, release: giveUp } };
    await expect(releaseDatabase(killed, subject.primary, context.primary, "other")).rejects.toThrow(
      "killed",
    );
    await releaseDatabase(context, subject.primary, context.primary, "other");
    expect(context.run().kept).toEqual([{ identifier: "shop-prod-database", region: "eu-west-1" }]);
  });

  it("stays in the state when it can't be protected", async () => {
    const stage = managing("shop-prod-database", false);
    const context = await stage.context({ primary: { protectDatabase: async () => undefined } });
    await expect(releaseDatabase(context, subject.primary, context.primary, "other")).rejects.toThrow(
      /is not protected from deletion/,
    );
    expect(stage.managed.has(DATABASE)).toBe(true);
  });

  it("is never the one that takes its place: a run that is taken up again has restored it already", async () => {
    const stage = managing("shop-prod-database-1a2b3c4d", true);
    expect(await release(stage)).toBe("prod has shop-prod-database-1a2b3c4d already");
    expect(stage.managed.has(DATABASE)).toBe(true);
  });

  it("may be gone from the state already", async () => {
    expect(await release(new FailbackStage())).toBe("prod manages no database now");
  });
});

describe("a return without the standby's data", () => {
  const needed = async (managed: Readonly<Record<string, unknown>> | undefined): Promise<unknown> => {
    const stage = new FailbackStage();
    if (managed !== undefined) stage.managed.set(DATABASE, managed);
    return requireOwnDatabase(await stage.context()).catch((error: unknown) => error);
  };

  it("needs the primary's own database in its state, before anything is fenced", async () => {
    expect(await needed({ identifier: "shop-prod-database" })).toBeUndefined();
    for (const managed of [undefined, { identifier: "shop-prod-database-1a2b3c4d" }])
      expect(await needed(managed)).toMatchObject({
        message: expect.stringMatching(/^prod does not manage shop-prod-database, got /) as unknown,
        state: "nothing was fenced or moved",
      });
  });
});

const RETURNED = "arn:aws:rds:eu-west-1:111122223333:snapshot:shop-dr-failback-1";
const restored = subjectOf({
  "prod.activation": {
    posture: "restored",
    recoveryPoint: {
      kind: "snapshot",
      snapshotArn: RETURNED,
      engine: "postgres",
      engineVersion: "17.4",
      createdAt: "2026-03-10T12:05:00Z",
    },
    declaredAt: "2026-03-10T12:00:00Z",
    operator: "kim",
    reason: "the primary region is back",
  },
});
const back = identifierOf(restored.primary.names, restored.primary.recoveryPoint);

describe("a return that was killed with its Terraform in the middle of the restore", () => {
  const RULE = "aws_vpc_security_group_ingress_rule.ingress_https";
  const SELECTION = "aws_backup_selection.backup_selection";

  /** Another attempt at it, with databases that are there and what the state manages. */
  async function returnAgain(
    instances: readonly string[],
    managed: Readonly<Record<string, readonly string[]>> = {},
    asked: Readonly<Record<string, readonly string[]>> = {},
  ): Promise<{ readonly adopted: readonly unknown[]; readonly managed: readonly string[] }> {
    const stage = new FailbackStage();
    for (const identifier of instances) stage.home.put(identifier);
    const database = (identifier: string) => ({
      identifier,
      master_user_secret: [{ secret_arn: "arn:secret" }],
    });
    for (const address of Object.keys(managed)) stage.managed.set(address, database(back));
    const context = await stage.context({ subject: restored });
    await context.journal.record({
      event: "recovery-point-chosen",
      arn: RETURNED,
      createdAt: "2026-03-10T12:05:00.000Z",
      engineVersion: "17.4",
    });
    const adopted: unknown[] = [];
    const terraform: RecoveryContext["terraform"] = {
      ...context.terraform,
      plan: async (stack, options) => {
        const changes = Object.entries(options?.refresh === true ? asked : managed).flatMap(
          ([address, actions]) =>
            actions.length > 0 && stage.managed.has(address)
              ? [{ address, type: address.split(".")[0] ?? "", actions }]
              : [],
        );
        return { stack, file: "plan", json: {}, changes };
      },
      adopt: async (stack, _, id, argued) => {
        adopted.push([stack, id, argued]);
        stage.managed.set(DATABASE, database(id));
      },
    };
    // The guard refuses what is left to change: this plan shows nothing of what it needs.
    await returnDatabase({ ...context, terraform }, undefined).catch((error: unknown) => {
      if (!(error instanceof StepFailed && error.message.includes("the guard refuses"))) throw error;
    });
    return { adopted, managed: [...stage.managed.keys()] };
  }

  it("takes the database in that no state knows of, and does not make a second one", async () => {
    const { adopted } = await returnAgain([back]);
    expect(adopted).toEqual([["prod", back, { snapshot_identifier: RETURNED }]]);
  });

  it("has nothing to take in where the state knows it, or where there is none", async () => {
    expect((await returnAgain([back], { [DATABASE]: [] })).adopted).toEqual([]);
    expect((await returnAgain(["shop-prod-database"])).adopted).toEqual([]);
  });

  it("forgets what it had removed already, once AWS was asked, and nothing else", async () => {
    const planned = { [RULE]: ["delete"], [SELECTION]: ["delete", "create"] };
    const { managed } = await returnAgain([back], planned, { [SELECTION]: ["create"] });
    expect(managed).toEqual([DATABASE]);
    expect((await returnAgain([back], planned, planned)).managed).toEqual([RULE, SELECTION, DATABASE]);
    // It is as it should be, whatever the state says.
    expect((await returnAgain([back], { [SELECTION]: ["delete", "create"] })).managed).toContain(SELECTION);
  });

  it("never takes a database for gone", async () => {
    const { managed } = await returnAgain([back], { [DATABASE]: ["delete"] });
    expect(managed).toEqual([DATABASE]);
  });
});

describe("the comparison", () => {
  const compare = async (
    changes: Parameters<FailbackStage["home"]["put"]>[1],
    command?: string,
  ): Promise<string> => {
    const stage = new FailbackStage();
    stage.away.put(standbys, { storageGiB: 120 });
    const key = "arn:aws:kms:eu-west-1:111122223333:key/data";
    stage.home.put(back, { storageGiB: 120, keyArn: key, ...changes });
    const context = await stage.context({
      subject: restored,
      primary: { key: async () => ({ arn: key, state: "Enabled", deletedAt: undefined }) },
    });
    return compareData(context, command);
  };

  it("says what it has seen, and what nobody can see from outside", async () => {
    expect(await compare({})).toMatch(/^PostgreSQL 17\.4, 120 GiB, .*what is in the tables was not compared/);
  });

  it.each([
    ["a smaller volume", { storageGiB: 100 }, /has 100 GiB, .* 120 GiB/],
    ["another engine", { engineVersion: "16.9" }, /runs PostgreSQL 16\.9/],
    ["another key", { keyArn: "arn:aws:kms:eu-west-1:111122223333:key/other" }, /is encrypted with .*other/],
    ["a database that is not ready", { status: "creating" }, /is creating/],
  ])("refuses %s", async (_, changes, message) => {
    await expect(compare(changes)).rejects.toThrow(message);
  });

  it("asks a command of the project's own, and stops when that finds a difference", async () => {
    expect(await compare({}, 'echo "$PRIMARY_DATABASE $STANDBY_REGION"')).toContain(`${back} eu-central-1`);
    await expect(compare({}, "echo 3 orders are missing; exit 1")).rejects.toThrow(/3 orders are missing/);
  });
});
