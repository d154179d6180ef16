import { describe, expect, it } from "vitest";
import { alarmsInProduction } from "../../src/guardrails/alarms-in-production.ts";
import { breaches } from "../support/breaches.ts";
import { activation, complaints, synthesizeOne } from "../support/environments.ts";
import { mutate, remove } from "../support/mutate.ts";

const ALARM = "aws_cloudwatch_metric_alarm.observability_database_cpu";
const SUBSCRIPTION = "aws_sns_topic_subscription.observability_alerts_email";
const prod = synthesizeOne("prod");

describe("alarms-in-production", () => {
  it("asks for alarms", () => {
    expect(complaints({ prod: { observability: { alarms: "none" } } })).toEqual([
      expect.stringContaining(
        'environments/prod.ts: observability.alarms: nothing is watched in production, got no alarm; set it to "all"',
      ),
    ]);
  });

  it("asks for someone who hears them", () => {
    const [breach, ...others] = breaches(alarmsInProduction, remove(prod, SUBSCRIPTION));
    expect(breach).toMatch(
      /^observability\.alarmEmails: alarms reach nobody in production, got no subscriber for .*; name at least one address$/,
    );
    expect(breach).toContain(ALARM);
    expect(others).toEqual([]);
  });

  it("finds the one alarm that goes nowhere, or to a topic that nobody reads", () => {
    const expected = [
      `observability.alarmEmails: alarms reach nobody in production, got no subscriber for ${ALARM}; name at least one address`,
    ];
    for (const alarm_actions of [undefined, [], ["${aws_sns_topic.other.arn}"]]) {
      expect(breaches(alarmsInProduction, mutate(prod, ALARM, { alarm_actions }))).toEqual(expected);
    }
  });

  it("holds in production, and in a standby that has become production", () => {
    expect(breaches(alarmsInProduction, prod)).toEqual([]);
    const active = synthesizeOne("dr", activation("active"));
    expect(breaches(alarmsInProduction, active)).toEqual([]);
    expect(breaches(alarmsInProduction, remove(active, SUBSCRIPTION))).toHaveLength(1);
  });

  it("asks nothing of development", () => {
    expect(breaches(alarmsInProduction, synthesizeOne("dev"))).toEqual([]);
  });
});
