import { describe, expect, it } from "vitest";
import type { RecoveryPlan } from "../../src/recovery/steps/step.ts";
import { chosen, Claims } from "./claims.ts";

/** What the standby was restored from. */
export const POINT = chosen("eu-central-1", "copyjob-1");
/** Where the record in force lies. */
export const RECORD = "shop/dr/recovery/activation.json";

/** A moment of a run: the steps that are done then, and a world in which all that they claim is so. */
export interface Moment {
  readonly plan: (claims: Claims) => RecoveryPlan;
  readonly world: () => Claims;
  /** All of them, when absent. */
  readonly done?: readonly string[];
  /** Each makes one thing false, for the steps that claim it. */
  readonly rows: readonly Row[];
}

export type Row = readonly [what: string, steps: readonly string[], make: (claims: Claims) => unknown];

export const restoredName = (claims: Claims): string => claims.identifier("standby", POINT);

/** What can be wrong with a database that a step claims. */
export const databaseRows = (
  side: "standby" | "primary",
  identifierIn: (claims: Claims) => string,
  steps: readonly string[],
): readonly Row[] => [
  [
    `the database of the ${side} is gone`,
    steps,
    (claims) => claims[side].databases.instances.delete(identifierIn(claims)),
  ],
  ...[
    { status: "failed" },
    { status: "deleting" },
    { status: "incompatible-parameters" },
    { status: "creating" },
    { engineVersion: "16.8" },
    { keyArn: "arn:aws:kms:eu-central-1:111122223333:key/another" },
    { keyArn: undefined },
  ].map((wrong): Row => [
    `the database of the ${side} has ${JSON.stringify(wrong)}`,
    steps,
    (claims) => {
      const identifier = identifierIn(claims);
      const found = claims[side].databases.instances.get(identifier);
      if (found !== undefined) claims[side].databases.instances.set(identifier, { ...found, ...wrong });
    },
  ]),
];

export const serving = (): Claims => {
  const claims = new Claims();
  claims.point = POINT;
  claims.record("active", POINT);
  claims.standby.hold(restoredName(claims), true);
  claims.turn();
  claims.primary.service.count = 0;
  claims.primary.close();
  return claims;
};

export const markOf = ({ place }: Claims): Readonly<Record<string, string>> => ({ [place.fenceKey]: "{}" });

const idsOf = ({ steps }: RecoveryPlan, { done }: Moment): readonly string[] =>
  done ?? steps.map(({ id }) => id);

/** Each step's claims hold in the world of its moment, and each row contradicts the steps that it names. */
export function testClaims(moments: Readonly<Record<string, Moment>>): void {
  describe.each(Object.entries(moments))("what %s claims", (_, moment) => {
    it("is so where everything is as it should be", async () => {
      const claims = moment.world();
      const plan = moment.plan(claims);
      expect(Object.fromEntries(await claims.against(plan.steps, idsOf(plan, moment)))).toEqual({});
    });

    it.each(moment.rows)("is contradicted when %s", async (what, steps, make) => {
      const claims = moment.world();
      const plan = moment.plan(claims);
      await make(claims);
      const against = await claims.against(plan.steps, idsOf(plan, moment));
      expect([what, [...against.keys()]]).toEqual([what, expect.arrayContaining([...steps])]);
    });

    it("has a row for each step", () => {
      const claims = moment.world();
      const rows = new Set(moment.rows.flatMap(([, steps]) => steps));
      expect([...rows].toSorted()).toEqual([...idsOf(moment.plan(claims), moment)].toSorted());
    });
  });
}
