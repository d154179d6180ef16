import { describe, expect, it } from "vitest";
import dev from "../../environments/dev.ts";
import dr from "../../environments/dr.ts";
import prod from "../../environments/prod.ts";
import { specsOf } from "../../src/config/spec.ts";
import type { Template } from "../../src/guardrails/template.ts";
import { LONGEST_PREFIX } from "../../src/naming/names.ts";
import { projectSchema } from "../../src/project/schema.ts";
import { configure } from "../support/environments.ts";
import { templatesOf } from "../support/synthesis.ts";

/** Most characters that AWS takes, and where they stand. Source: the API reference of each service. */
const LIMITS: Readonly<Record<string, number>> = {
  "aws_appautoscaling_policy.name": 256,
  "aws_backup_plan.name": 50,
  "aws_backup_selection.name": 50,
  "aws_backup_vault.name": 50,
  "aws_budgets_budget.name": 100,
  "aws_cloudwatch_dashboard.dashboard_name": 255,
  "aws_cloudwatch_event_rule.name": 64,
  "aws_cloudwatch_log_group.name": 512,
  "aws_cloudwatch_metric_alarm.alarm_name": 255,
  "aws_db_instance.identifier": 63,
  "aws_db_parameter_group.name": 255,
  "aws_db_subnet_group.name": 255,
  "aws_ecr_repository.name": 256,
  "aws_ecs_cluster.name": 255,
  "aws_ecs_service.name": 255,
  "aws_ecs_task_definition.family": 255,
  "aws_iam_role.name": 64,
  "aws_iam_role_policy.name": 128,
  "aws_kms_alias.name": 256,
  "aws_lb.name": 32,
  "aws_lb_target_group.name": 32,
  "aws_s3_bucket.bucket": 63,
  "aws_security_group.name": 255,
  "aws_sns_topic.name": 256,
};

const NAMING = new Set(["name", "bucket", "identifier", "alarm_name", "family", "dashboard_name"]);
/** Their name is a name of AWS, or that of a resource beside them. */
const NOT_NAMED_HERE = new Set(["aws_db_parameter_group.family"]);

/** The physical names of a stack: what stands where. References to other resources have no length yet. */
function namesIn(template: Template): { place: string; name: string }[] {
  return Object.entries(template.resource).flatMap(([type, resources]) =>
    Object.values(resources).flatMap((body) =>
      Object.entries(body)
        .filter(([key, value]) => NAMING.has(key) && typeof value === "string" && !value.includes("${"))
        .map(([key, value]) => ({ place: `${type}.${key}`, name: String(value) }))
        .filter(({ place }) => !NOT_NAMED_HERE.has(place)),
    ),
  );
}

describe("the longest names that a person may choose", () => {
  const project = "a".repeat(20);
  const environments = {
    ["e".repeat(7)]: dev,
    ["p".repeat(7)]: prod,
    ["s".repeat(7)]: { ...dr, recovers: "p".repeat(7) },
  };
  const configuration = configure({
    project: { name: project, regions: { standby: "ap-southeast-1" } },
    dev: undefined,
    prod: undefined,
    dr: undefined,
    ...environments,
    ["s".repeat(7)]: {
      ...environments["s".repeat(7)],
      ingress: {
        certificateArn:
          "arn:aws:acm:ap-southeast-1:111122223333:certificate/9c1de2a7-04b6-4a0b-8f9e-6a1b7c2d3e4f",
      },
    },
  });
  const templates = templatesOf(specsOf(configuration));

  it("are as long as they may be", () => {
    expect(projectSchema.shape.name.safeParse(project).success).toBe(true);
    expect(projectSchema.shape.name.safeParse(`${project}a`).success).toBe(false);
    expect(`${project}-${"p".repeat(7)}`).toHaveLength(LONGEST_PREFIX);
  });

  it.each([...templates.keys()])("fit everywhere in %s", (stack) => {
    const template = templates.get(stack);
    const names = template === undefined ? [] : namesIn(template);
    expect(names.length).toBeGreaterThan(0);
    for (const { place, name } of names) {
      expect(LIMITS, `the limit of ${place}; look it up and add it`).toHaveProperty([place]);
      expect(name.length, `${place} ${name}`).toBeLessThanOrEqual(LIMITS[place] ?? 0);
    }
  });

  it("do not meet in one account", () => {
    const all = [...templates.values()]
      .flatMap(namesIn)
      .filter(({ place }) => place === "aws_s3_bucket.bucket" || place === "aws_iam_role.name");
    expect(new Set(all.map(({ place, name }) => place + name)).size).toBe(all.length);
  });
});
