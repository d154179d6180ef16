import { describe, expect, it } from "vitest";
import { z } from "zod";
import { resourcesOf } from "../../src/guardrails/template.ts";
import { type Changes, resourceAt, type Synthesized, synthesizeOne } from "../support/environments.ts";

const prodWith = (changes: Changes): Synthesized =>
  synthesizeOne("prod", { prod: { observability: changes } });

const alarmsOf = ({ template }: Synthesized) => resourcesOf(template, "aws_cloudwatch_metric_alarm");
const namespacesOf = (subject: Synthesized): Set<unknown> =>
  new Set(alarmsOf(subject).map(({ body }) => body["namespace"]));

describe("alarms", () => {
  const all = prodWith({ alarms: "all" });
  const data = prodWith({ alarms: "data" });

  it("watch everything, the data only, or nothing", () => {
    expect(namespacesOf(all)).toContain("AWS/ApplicationELB");
    expect(namespacesOf(all)).toContain("AWS/RDS");
    expect([...namespacesOf(data)]).toEqual(["AWS/RDS"]);
    expect(alarmsOf(prodWith({ alarms: "none" }))).toEqual([]);
  });

  it("of the data are the same in both scopes", () => {
    const ofDatabase = alarmsOf(all).filter(({ body }) => body["namespace"] === "AWS/RDS");
    expect(alarmsOf(data)).toEqual(ofDatabase);
    expect(new Set(ofDatabase.map(({ body }) => body["metric_name"]))).toEqual(
      new Set(["CPUUtilization", "DatabaseConnections", "FreeStorageSpace"]),
    );
  });

  it("tell the topic when they go off and when all is well again", () => {
    const topic = "${aws_sns_topic.observability_alerts_topic.arn}";
    for (const { body } of alarmsOf(all)) {
      expect(body["alarm_actions"]).toEqual([topic]);
      expect(body["ok_actions"]).toEqual([topic]);
    }
  });

  it("compare a percentile in the field that CloudWatch has for it", () => {
    const latency = alarmsOf(all).find(({ body }) => body["metric_name"] === "TargetResponseTime");
    expect(latency?.body["extended_statistic"]).toBe("p95");
    expect(latency?.body["statistic"]).toBeUndefined();
  });

  it("take a database that reports nothing for one that is down", () => {
    expect(resourceAt(all.template, "aws_cloudwatch_metric_alarm.observability_database_cpu")).toMatchObject({
      treat_missing_data: "breaching",
      dimensions: { DBInstanceIdentifier: "${aws_db_instance.database_instance.identifier}" },
    });
  });

  it("go off below the free storage, above everything else", () => {
    const storage = "aws_cloudwatch_metric_alarm.observability_database_free_storage";
    for (const { address, body } of alarmsOf(data)) {
      expect(body["comparison_operator"]).toBe(
        address === storage ? "LessThanThreshold" : "GreaterThanThreshold",
      );
    }
  });
});

const dashboardSchema = z.object({
  widgets: z.array(
    z.object({
      x: z.int(),
      y: z.int(),
      width: z.int(),
      height: z.int(),
      properties: z.object({
        region: z.string(),
        metrics: z.array(z.array(z.string())),
        annotations: z.object({ horizontal: z.array(z.object({ value: z.number() })) }),
      }),
    }),
  ),
});

describe("the dashboard", () => {
  const subject = prodWith({ dashboard: true });
  const body = String(
    resourceAt(subject.template, "aws_cloudwatch_dashboard.observability_dashboard")["dashboard_body"],
  );
  const { widgets } = dashboardSchema.parse(JSON.parse(body));

  it("draws each alarm's metric with its limit", () => {
    const drawn = widgets.map(({ properties }) => ({
      metric: properties.metrics[0]?.slice(0, 2),
      limits: properties.annotations.horizontal.map(({ value }) => value),
    }));
    for (const alarm of alarmsOf(subject)) {
      expect(drawn).toContainEqual({
        metric: [alarm.body["namespace"], alarm.body["metric_name"]],
        limits: [alarm.body["threshold"]],
      });
    }
    expect(drawn).toHaveLength(alarmsOf(subject).length);
  });

  it("reads the environment's own region, wherever it is opened", () => {
    expect(new Set(widgets.map(({ properties }) => properties.region))).toEqual(new Set(["eu-west-1"]));
  });

  it("fits its grid without an overlap", () => {
    const cells = widgets.map(({ x, y }) => `${x},${y}`);
    expect(new Set(cells).size).toBe(widgets.length);
    for (const { x, width } of widgets) expect(x + width).toBeLessThanOrEqual(24);
  });

  it("is there when it is asked for", () => {
    const off = prodWith({ dashboard: false });
    expect(resourcesOf(off.template, "aws_cloudwatch_dashboard")).toEqual([]);
  });
});
