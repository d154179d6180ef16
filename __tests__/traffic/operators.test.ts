import { describe, expect, it } from "vitest";
import { isOneOf, turnersOf } from "../../src/traffic/operators.ts";
import { merge, TRAFFIC } from "../support/environments.ts";
import { find, line } from "../support/inquiry.ts";
import { ACCOUNT, NOW } from "../support/memory-aws.ts";

const operators = [`arn:aws:iam::${ACCOUNT}:role/people/on-call`];
const project = { accountId: ACCOUNT, breakGlassRole: "emergency/break-glass" };
const turners = turnersOf({ mode: { by: "operator" }, operators }, project) ?? [];

describe("who may turn the switch", () => {
  it.each<[string, boolean]>([
    [`arn:aws:sts::${ACCOUNT}:assumed-role/on-call/kim@example.com`, true],
    [`arn:aws:sts::${ACCOUNT}:assumed-role/break-glass/kim`, true],
    [`arn:aws:iam::${ACCOUNT}:role/people/on-call`, true],
    [`arn:aws:sts::${ACCOUNT}:assumed-role/on-call-2/on-call`, false],
    [`arn:aws:sts::${ACCOUNT}:assumed-role/plan/on-call`, false],
    [`arn:aws:iam::${ACCOUNT}:user/on-call`, false],
    [`arn:aws:iam::${ACCOUNT}:root`, false],
  ])("%s: %s", (caller, expected) => {
    expect(isOneOf(turners, caller)).toBe(expected);
  });

  it("is left to IAM while nobody is named", () => {
    expect(turnersOf({ mode: { by: "operator" }, operators: [] }, project)).toBeUndefined();
  });
});

describe("readiness", () => {
  const seen = async (name: string, changes: object): Promise<string> =>
    line(
      await find(
        "caller",
        {
          standby: {
            caller: async () => ({
              accountId: ACCOUNT,
              arn: `arn:aws:sts::${ACCOUNT}:assumed-role/${name}/me`,
              awsTime: NOW,
              localTime: NOW,
              expiresAt: undefined,
            }),
          },
        },
        { traffic: merge(TRAFFIC, changes) },
      ),
    );

  it("says it before the day on which the caller can't move the traffic", async () => {
    const limit = ", which traffic.operators does not name: it can't turn the switch";
    expect(await seen("plan", { operators })).toBe(
      `pass: arn:aws:sts::${ACCOUNT}:assumed-role/plan/me${limit}`,
    );
    expect(await seen("on-call", { operators })).not.toContain(limit);
    expect(await seen("plan", {})).not.toContain(limit);
  });
});
