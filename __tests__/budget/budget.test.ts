import { describe, expect, it } from "vitest";
import { z } from "zod";
import { resourcesOf } from "../../src/guardrails/template.ts";
import { specsOf } from "../../src/config/spec.ts";
import {
  activation,
  type Changes,
  configure,
  resourceAt,
  type Synthesized,
  synthesizeOne,
} from "../support/environments.ts";
import { templatesOf } from "../support/synthesis.ts";

const BUDGET = "aws_budgets_budget.budget_monthly";

const budget = z.object({
  limit_amount: z.string(),
  cost_filter: z.array(z.object({ name: z.string(), values: z.array(z.string()) })),
  notification: z.array(
    z.object({
      notification_type: z.enum(["ACTUAL", "FORECASTED"]),
      comparison_operator: z.string(),
      threshold_type: z.string(),
      threshold: z.number(),
      subscriber_sns_topic_arns: z.array(z.string()),
      subscriber_email_addresses: z.array(z.string()),
    }),
  ),
});

const budgetOf = ({ template }: Synthesized) => budget.parse(resourceAt(template, BUDGET));

describe("a budget", () => {
  it.each(["dev", "prod", "dr"])("counts what carries the tag of %s, as billing spells it (T31)", (name) => {
    const subject = synthesizeOne(name);
    const [filter] = budgetOf(subject).cost_filter;
    const [, key, value] = /^user:(.+)\$(.+)$/.exec(filter?.values[0] ?? "") ?? [];
    const tags = z
      .object({ default_tags: z.array(z.object({ tags: z.record(z.string(), z.string()) })) })
      .parse(subject.template.provider["aws"]?.[0]).default_tags[0]?.tags;
    expect(filter?.name).toBe("TagKeyValue");
    expect(tags?.[key ?? ""]).toBe(value);
    expect(value).toBe(name);
  });

  it("warns of what was spent, and of what will be", () => {
    const { notification, limit_amount } = budgetOf(
      synthesizeOne("dev", { dev: { budget: { monthlyLimitUsd: 99.5, warningPercent: 60 } } }),
    );
    expect(limit_amount).toBe("99.5");
    expect(notification.map((one) => [one.notification_type, one.threshold])).toEqual([
      ["ACTUAL", 60],
      ["FORECASTED", 100],
    ]);
    for (const one of notification) {
      expect([one.comparison_operator, one.threshold_type]).toEqual(["GREATER_THAN", "PERCENTAGE"]);
      expect(one.subscriber_sns_topic_arns).toEqual(["${aws_sns_topic.observability_alerts_topic.arn}"]);
      expect(one.subscriber_email_addresses).toEqual(["platform@example.com"]);
    }
  });

  it("is there only when it is configured, and the gate with it", () => {
    const { template } = synthesizeOne("dev", { dev: { budget: undefined } });
    expect(resourcesOf(template, "aws_budgets_budget")).toEqual([]);
    expect(template["variable"]).toBeUndefined();
  });
});

const gateSchema = z.object({
  estimated_monthly_cost_usd: z.object({
    type: z.literal("number"),
    default: z.null(),
    validation: z.array(z.object({ condition: z.string(), error_message: z.string() })).default([]),
  }),
});

const gateOf = (name: string, changes: Changes = {}) =>
  gateSchema.parse(synthesizeOne(name, changes).template["variable"]).estimated_monthly_cost_usd;

describe("the cost gate", () => {
  it.each(["dev", "prod", "dr"])(
    "lets %s be planned without an estimate, and not above the limit",
    (name) => {
      const { validation } = gateOf(name);
      expect(validation).toHaveLength(1);
      expect(validation[0]?.condition).toContain("== null ? true :");
      expect(validation[0]?.error_message).toContain(`environments/${name}.ts: budget.monthlyLimitUsd: `);
    },
  );

  it("compares with the environment's own limit", () => {
    const [rule] = gateOf("dev", { dev: { budget: { monthlyLimitUsd: 77 } } }).validation;
    expect(rule?.condition).toMatch(/<= 77\}$/);
  });

  it.each(["restored", "active"] as const)("never blocks a standby that is %s (T45)", (posture) => {
    expect(gateOf("dr", activation(posture)).validation).toEqual([]);
  });
});

const activated = (changes: Changes): unknown[] => {
  const specs = specsOf(configure({ bootstrap: changes }));
  const template = templatesOf(specs).get("bootstrap");
  return template === undefined
    ? []
    : resourcesOf(template, "aws_ce_cost_allocation_tag").map(({ body }) => body["tag_key"]);
};

describe("cost allocation tags", () => {
  it("are left alone until someone asks, since only the account that pays may set them", () => {
    expect(activated({})).toEqual([]);
    expect(activated({ costAllocationTags: ["Environment", "CostCenter"] })).toEqual([
      "CostCenter",
      "Environment",
    ]);
  });
});
