import { describe, expect, it } from "vitest";
import { identifierOf } from "../../../src/database/source.ts";
import { expectationOf } from "../../../src/recovery/guard/expectation.ts";
import { takeUpApply } from "../../../src/recovery/steps/take-up-apply.ts";
import { type StateObject } from "../../../src/recovery/terraform/adoption.ts";
import { activation } from "../../support/environments.ts";
import { planJson } from "../../support/plan-json.ts";
import { FailbackStage, subjectOf } from "../failback/context.ts";

const subject = subjectOf(activation("restored"));
const { standby } = subject;
const RESTORED = identifierOf(standby.names, standby.recoveryPoint);
const EMPTY = identifierOf(standby.names, undefined);

const object = (identifier: string, more: Partial<StateObject> = {}): StateObject => ({
  attributes: { identifier, master_user_secret: [{ secret_arn: "arn:secret" }] },
  isTainted: false,
  isDeposed: false,
  ...more,
});
const tainted = object(RESTORED, { isTainted: true });
const deposed = (identifier: string): StateObject => object(identifier, { isDeposed: true });

/**
 * What a restore meets that was begun before: objects of the state, databases of RDS, and what is done.
 *
 * Nothing of it deletes anything.
 */
const MET: readonly (readonly [string, readonly StateObject[], readonly string[], readonly string[]])[] = [
  ["nothing", [object(EMPTY)], [EMPTY], []],
  ["what was restored", [object(RESTORED)], [RESTORED], []],
  ["one that no state has", [object(EMPTY)], [EMPTY, RESTORED], [`adopted ${RESTORED}`]],
  ["one whose modification failed", [tainted, deposed(EMPTY)], [EMPTY, RESTORED], [`adopted ${RESTORED}`]],
  ["one that was deposed", [deposed(RESTORED)], [RESTORED], [`adopted ${RESTORED}`]],
  [
    "one beside its own deposed object",
    [object(RESTORED), deposed(RESTORED)],
    [RESTORED],
    [`dropped ${RESTORED} (deposed)`],
  ],
  ["a tainted one that a person has deleted", [tainted, deposed(EMPTY)], [EMPTY], [`dropped ${RESTORED}`]],
  ["one that a person has deleted", [object(RESTORED), deposed(EMPTY)], [EMPTY], [`dropped ${RESTORED}`]],
];

describe("a restore that was begun before", () => {
  it.each(MET)("meets %s", async (_, objects, databases, done) => {
    const stage = new FailbackStage();
    for (const identifier of databases) stage.away.put(identifier, { protected: false });
    const context = await stage.context({ subject });
    const seen: string[] = [];
    const isTakenUp = await takeUpApply(
      {
        ...context,
        terraform: {
          ...context.terraform,
          plan: async (stack) => ({ stack, file: "plan", json: planJson([]), changes: [] }),
          objects: async () => objects,
          attributes: async () => objects.find(({ isDeposed }) => !isDeposed)?.attributes,
          adopt: async (_stack, _address, id) => void seen.push(`adopted ${id}`),
          drop: async (_stack, _address, isDropped) => {
            for (const one of objects.filter(isDropped))
              seen.push(
                `dropped ${String(one.attributes["identifier"])}${one.isDeposed ? " (deposed)" : ""}`,
              );
          },
        },
      },
      standby,
      context.standby,
      expectationOf(standby, "restore", {}),
    );
    expect(seen).toEqual(done);
    expect(isTakenUp).toBe(databases.includes(RESTORED));
  });

  it.each(["failed", "incompatible-parameters", "incompatible-restore", "insufficient-capacity", "stopped"])(
    "says at once that a database is %s, and how it goes on",
    async (status) => {
      const stage = new FailbackStage();
      stage.away.put(RESTORED, { protected: false, status });
      const context = await stage.context({ subject });
      const plan = async (stack: string) => ({ stack, file: "plan", json: planJson([]), changes: [] });
      const terraform = { ...context.terraform, plan };
      const before = stage.clock;
      const taken = takeUpApply(
        { ...context, terraform },
        standby,
        context.standby,
        expectationOf(standby, "restore", {}),
      );
      await expect(taken).rejects.toMatchObject({
        message: `${RESTORED} is ${status}, which does not pass by itself`,
        next: expect.arrayContaining([
          expect.stringMatching(`^aws rds delete-db-instance .*${RESTORED}`),
        ]) as unknown,
      });
      expect(stage.clock).toBe(before);
    },
  );
});
