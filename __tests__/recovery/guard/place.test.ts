import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { guardPlan } from "../../../src/recovery/guard/guard.ts";
import {
  ACCOUNT,
  PEACE,
  planBetween,
  providers,
  REGION,
  RESTORE,
  RESTORED,
  withChange,
  withResource,
} from "./plans.ts";

const restore = planBetween(PEACE, RESTORED);

const lines = (...args: Parameters<typeof guardPlan>): readonly string[] =>
  guardPlan(...args).map(({ address, reason }) => `${address} ${reason}`);

const DEEDS = [["create"], ["update"], ["delete"], ["delete", "create"], ["create", "delete"]] as const;

describe("a control plane in one region of the world", () => {
  const types = [
    "aws_iam_role",
    "aws_iam_role_policy",
    "aws_route53_record",
    "aws_route53_health_check",
    "aws_cloudfront_distribution",
    "aws_budgets_budget",
    "aws_ce_cost_allocation_tag",
    "aws_s3_bucket",
    "aws_s3_bucket_policy",
    "aws_s3control_bucket",
    "aws_globalaccelerator_accelerator",
    "aws_route53recoverycontrolconfig_routing_control",
    "aws_organizations_policy",
  ];
  it("is not asked for anything outside of a drill", () => {
    fc.assert(
      fc.property(
        fc.constantFrom(...types),
        fc.constantFrom(...DEEDS),
        fc.constantFrom("restore", "activate", "close", "deactivate", "failback-restore"),
        (type, actions, transition) => {
          const change = { actions: [...actions], before: {}, after: {} };
          const plan = withResource(planBetween(PEACE, PEACE), `${type}.injected`, change);
          expect(guardPlan(plan, { ...RESTORE, transition })).toHaveLength(1);
        },
      ),
    );
  });

  it("is named with its region", () => {
    const plan = withResource(restore, "aws_iam_role.new", { actions: ["create"], before: null, after: {} });
    expect(guardPlan(plan, RESTORE)).toEqual([
      {
        address: "aws_iam_role.new",
        reason: "needs the control plane of IAM in us-east-1, which may be down now",
        remedy: "undo the change of the configuration that causes it, and apply it in peace",
      },
    ]);
  });

  it("does not include what only sounds like it, nor what is only read", () => {
    const harmless = [
      ["aws_s3_object.switch", "create"],
      ["aws_route53_resolver_rule.inside", "create"],
      ["aws_iam_role.known", "no-op"],
      ["aws_s3_bucket.known", "read"],
    ] as const;
    for (const [address, action] of harmless) {
      const plan = withResource(restore, address, { actions: [action], before: null, after: {} });
      expect(lines(plan, RESTORE)).toEqual([]);
    }
  });

  it("is that of DNS too when a load balancer is made", () => {
    const plan = withResource(restore, "aws_lb.new", { actions: ["create"], before: null, after: {} });
    expect(lines(plan, RESTORE)).toEqual([
      "aws_lb.new would be created, which writes into DNS: that may be impossible now",
    ]);
  });
});

describe("another region, another account", () => {
  const elsewhere = fc.constantFrom("eu-west-1", "us-east-1", "eu-central-2");

  it("is refused, wherever a plan names it", () => {
    const changing = restore.resource_changes.filter(
      ({ change, type }) => change.actions[0] !== "no-op" && type.startsWith("aws_"),
    );
    fc.assert(
      fc.property(
        fc.constantFrom(...changing),
        fc.oneof(
          elsewhere.map((region) => ({ arn: `arn:aws:rds:${region}:${ACCOUNT}:x` })),
          elsewhere.map((region) => ({ region })),
          fc.constant({ arn: `arn:aws:rds:${REGION}:999900001111:x` }),
        ),
        fc.constantFrom("before", "after"),
        ({ address, change }, changes, side) => {
          const plan = withChange(restore, address, { [side]: { ...change[side], ...changes } });
          const found = guardPlan(plan, RESTORE);
          expect(found.map((one) => one.address)).toEqual([address]);
          expect(found[0]?.reason).toMatch(/^(lies in|belongs to account) /);
        },
      ),
    );
  });

  it.each([
    [providers("eu-west-1"), 'provider aws works in "eu-west-1", and this step in eu-central-1 only'],
    [
      providers(REGION, "999900001111"),
      `provider aws is not bound to account ${ACCOUNT}, got ["999900001111"]`,
    ],
    [
      { "aws.other": { name: "aws", expressions: {} } },
      "provider aws.other works in what is only known while Terraform runs, and this step in eu-central-1 only",
    ],
  ])("is refused in a provider (%#)", (provider_config, expected) => {
    expect(lines({ ...restore, configuration: { provider_config } }, RESTORE)).toContain(expected);
  });
});
