import type { Changes } from "../../support/environments.ts";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { PlanExpectation } from "../../../src/recovery/guard/expectation.ts";
import { guardPlan } from "../../../src/recovery/guard/guard.ts";
import { STATEFUL_TYPES } from "../../../src/recovery/guard/types.ts";
import {
  ACTIVE,
  DATABASE,
  EMPTY,
  PEACE,
  planBetween,
  RESTORE,
  RESTORED,
  SNAPSHOT,
  to,
  withChange,
  withResource,
} from "./plans.ts";

const restore = planBetween(PEACE, RESTORED);

/** The identifier of the restored database. */
const RESTORED_ID = String(
  restore.resource_changes.find(({ address }) => address === DATABASE)?.change.after?.["identifier"],
);

const lines = (...args: Parameters<typeof guardPlan>): readonly string[] =>
  guardPlan(...args).map(({ address, reason }) => `${address} ${reason}`);

/** An order that says what is lost. */
const LOSSES = [["delete"], ["delete", "create"], ["create", "delete"]] as const;

describe("a plan that does what its transition is for", () => {
  const cases: readonly (readonly [Changes, Changes, PlanExpectation])[] = [
    [PEACE, RESTORED, RESTORE],
    [RESTORED, ACTIVE, to("activate")],
    [ACTIVE, RESTORED, to("close")],
    [RESTORED, RESTORED, to("restore")],
    [PEACE, PEACE, to("activate")],
  ];
  it.each(cases)("is allowed (%#)", (before, after, expectation) => {
    expect(lines(planBetween(before, after), expectation)).toEqual([]);
  });

  it("is allowed to put an empty database in the place of the one that is named", () => {
    const plan = withChange(planBetween(RESTORED, PEACE), DATABASE, { actions: ["create", "delete"] });
    expect(lines(plan, to("deactivate", { databasesMayGo: [RESTORED_ID] }))).toEqual([]);
    expect(lines(plan, to("deactivate", { databasesMayGo: [EMPTY] }))).toContain(
      `${DATABASE} holds a database's data (${RESTORED_ID}), and would be replaced while the standby goes back to pilot light`,
    );
  });

  it("is allowed for no other transition, unless it changes nothing", () => {
    expect(lines(restore, to("activate"))).toContain(
      `${DATABASE} holds a database's data (${EMPTY}), and would be replaced while the standby is opened`,
    );
    const opening = lines(planBetween(RESTORED, ACTIVE), RESTORE);
    expect(opening).toHaveLength(3);
    expect(opening.join("\n")).toMatch(/registry_replication_rules is the whole registry's/);
    for (const door of ["http", "https"])
      expect(opening.join("\n")).toMatch(new RegExp(`ingress_${door}_from_\\S+ would let addresses outside`));
  });
});

describe("what holds data", () => {
  it("is never lost, wherever the loss stands in a plan", () => {
    const kept = restore.resource_changes.filter(({ address }) => address !== DATABASE);
    fc.assert(
      fc.property(
        fc.constantFrom(...STATEFUL_TYPES),
        fc.constantFrom(...LOSSES),
        fc.nat(kept.length),
        fc.constantFrom("restore", "activate", "close", "deactivate", "failback-restore"),
        (type, actions, index, transition) => {
          const before = { identifier: "shop-dr-database-0a1b2c3d", name: "whatever" };
          const injected = {
            address: `${type}.injected`,
            mode: "managed",
            type,
            change: { actions: [...actions], before, after: null },
          } as const;
          const resource_changes = [...kept.slice(0, index), injected, ...kept.slice(index)];
          const refusals = guardPlan({ ...restore, resource_changes }, { ...RESTORE, transition });
          expect(refusals.some(({ address }) => address === injected.address)).toBe(true);
        },
      ),
    );
  });

  it("is never lost for being what an earlier apply has left behind", () => {
    const plan = withChange(restore, DATABASE, { actions: ["delete"] }, { deposed: "a1b2c3d4" });
    expect(lines(plan, { ...RESTORE, databasesMayGo: [] })).toEqual([
      ...["postgresql", "upgrade"].map(
        (log) =>
          `aws_cloudwatch_log_group.database_${log}_log holds logs, and would be replaced while the database is restored`,
      ),
      `${DATABASE} (deposed a1b2c3d4) holds a database's data (${EMPTY}), and would be destroyed while the database is restored`,
    ]);
  });

  it("is never destroyed under the name of a database that stays, whoever allows it (T51)", () => {
    const name = RESTORED_ID;
    const gone = { actions: ["delete"], before: { identifier: name }, after: null };
    const staying = fc.constantFrom(
      ["no-op"],
      ["update"],
      ["create"],
      ["create", "delete"],
      ["delete", "create"],
    );
    fc.assert(
      fc.property(
        staying,
        fc.boolean(),
        fc.constantFrom("restore", "activate", "close", "deactivate", "failback-restore", "drill"),
        (actions, isTwin, transition) => {
          const before = { identifier: name, tags_all: { Drill: "dr" } };
          const after = { identifier: name, snapshot_identifier: SNAPSHOT };
          const present = { address: DATABASE, mode: "managed", type: "aws_db_instance" };
          const resource_changes = [
            {
              ...present,
              change: {
                actions: [...actions],
                before: actions[0] === "create" && actions.length === 1 ? null : before,
                after,
              },
            },
            ...(isTwin ? [{ ...present, deposed: "a1b2c3d4", change: gone }] : []),
          ];
          const expectation = { ...RESTORE, transition, databasesMayGo: [name, EMPTY] };
          const refused = lines({ ...restore, resource_changes }, expectation).filter((line) =>
            line.includes(`would be destroyed by its name ${name}`),
          );
          const lost = (actions.length === 2 ? 1 : 0) + (isTwin ? 1 : 0);
          expect(refused).toHaveLength(lost);
        },
      ),
    );
  });

  it("is not lost with a record that is deleted while its database serves", () => {
    // Terraform would rename it in place, and take its protection away.
    const refusals = guardPlan(
      planBetween(ACTIVE, PEACE),
      to("deactivate", { databasesMayGo: [RESTORED_ID] }),
    );
    expect(refusals).toEqual([
      {
        address: DATABASE,
        reason: `would be renamed from ${RESTORED_ID} to ${EMPTY} while the standby goes back to pilot light, with all of its data`,
        remedy:
          "check the activation record: it names the recovery point that the running database was restored from",
      },
    ]);
  });

  it("keeps its protection while it serves", () => {
    const change = {
      actions: ["update"],
      before: { deletion_protection: true },
      after: { deletion_protection: false },
    };
    const plan = withChange(planBetween(ACTIVE, ACTIVE), DATABASE, change);
    expect(lines(plan, to("activate"))).toEqual([
      `${DATABASE} would lose its protection (deletion_protection) while the standby is opened`,
    ]);
    expect(lines(plan, to("close"))).toEqual([]);
  });

  it("is one database, and never an empty one in place of a recovery point", () => {
    const from = (after: Readonly<Record<string, unknown>>) => withChange(restore, DATABASE, { after });
    expect(lines(from({ identifier: "shop-dr-database-1" }), RESTORE)).toEqual([
      `${DATABASE} would be created empty, and not from ${SNAPSHOT}`,
    ]);
    expect(lines(from({ snapshot_identifier: "arn:aws:rds:x:y:snapshot:z" }), RESTORE)).toEqual([
      `${DATABASE} would be created from arn:aws:rds:x:y:snapshot:z, and not from ${SNAPSHOT}`,
    ]);
    const moment = { restore_to_point_in_time: [{ source_db_instance_automated_backups_arn: SNAPSHOT }] };
    expect(lines(from(moment), RESTORE)).toEqual([]);
    const second = { actions: ["create"], before: null, after: { snapshot_identifier: SNAPSHOT } };
    expect(
      lines(withResource(planBetween(ACTIVE, ACTIVE), "aws_db_instance.second", second), to("activate")),
    ).toEqual([
      "aws_db_instance.second would be created while the standby is opened: a second database, or one in another's place",
    ]);
  });
});

describe("what the guard does not understand", () => {
  it.each([
    ["nothing", undefined],
    ["no plan", { format_version: "1.2" }],
    ["another form", { ...restore, format_version: "2.0" }],
    ["a state", { format_version: "1.0", values: {} }],
  ])("is refused: %s", (_, json) => {
    expect(lines(json, RESTORE)).toEqual(["plan is in a form that the guard does not know"]);
  });

  it.each([
    [{ errored: true }, "plan ended with an error, so that it shows only a part"],
    [{ complete: false }, "plan is incomplete: something would still have to be done after it"],
    [{ deferred_changes: [{}] }, "plan puts changes off"],
    [{ action_invocations: [{}] }, "plan invokes actions, which change things without being resources"],
  ])("is refused: %j", (more, expected) => {
    expect(lines({ ...restore, ...more }, RESTORE)).toEqual([expected]);
  });

  it("is refused for each resource: words that Terraform never used, resources that are forgotten or adopted", () => {
    const act = (actions: readonly string[], more = {}) =>
      lines(withChange(restore, "aws_vpc.network_vpc", { actions, ...more }), RESTORE);
    expect(act(["explode"])[0]).toContain("does not know, got explode");
    expect(act(["update", "delete"])[0]).toContain("does not know, got update and delete");
    expect(act(["forget"])[0]).toContain("would be forgotten");
    expect(act(["create", "forget"])[0]).toContain("would be forgotten");
    expect(act(["no-op"], { importing: { id: "vpc-1" } })[0]).toContain("would be imported");
    expect(act(["update"])).toEqual([]);
    expect(act(["delete"])).toEqual([
      "aws_vpc.network_vpc would be destroyed while the database is restored",
    ]);
  });
});

describe("a drill's copy", () => {
  const copy = planBetween(undefined, RESTORED);
  const DRILL = to("drill", { restoredFrom: SNAPSHOT });
  const restored = planBetween(RESTORED, RESTORED);

  it("may need every control plane, since nobody drills in an incident, and still restores the recovery point", () => {
    expect(lines(copy, DRILL)).toEqual([]);
    expect(lines(copy, RESTORE).length).toBeGreaterThan(5);
    expect(lines(planBetween(undefined, PEACE), DRILL)).toEqual([
      `${DATABASE} would be created empty, and not from ${SNAPSHOT}`,
    ]);
  });

  it("is removed whole, and nothing that does not carry its tag", () => {
    const removal = (tags: Readonly<Record<string, string>>) => ({
      ...restored,
      resource_changes: restored.resource_changes.map((one) => ({
        ...one,
        change: {
          actions: ["delete"],
          before: {
            ...one.change.before,
            ...(one.change.before?.["tags_all"] !== undefined && { tags_all: tags }),
          },
          after: null,
        },
      })),
    });
    const DESTROY = to("drill-destroy", { environment: "dr-drill" });
    const own = guardPlan(removal({ Environment: "dr", Drill: "dr-drill" }), DESTROY);
    // What keeps data and bears no tag: a drill makes none of them.
    expect(own.filter(({ address }) => !address.startsWith("aws_sns_topic_subscription."))).toEqual([]);
    expect(lines(removal({ Environment: "dr" }), DESTROY)).toContain(
      `${DATABASE} belongs to no drill, and not to dr-drill`,
    );
    expect(lines(removal({ Environment: "dr", Drill: "dr2-drill" }), DESTROY)).toContain(
      `${DATABASE} belongs to dr2-drill, and not to dr-drill`,
    );
  });

  it("never opens", () => {
    expect(lines(planBetween(undefined, ACTIVE), DRILL).join("\n")).toMatch(
      /would let addresses outside the VPC in/,
    );
  });
});
