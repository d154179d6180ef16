import { describe, expect, it } from "vitest";
import { specsOf } from "../../src/config/spec.ts";
import { deployStatements } from "../../src/continuous-integration/deploy-statements.ts";
import { STACK_SERVICES } from "../../src/continuous-integration/services.ts";
import { resourcesOf, type Template } from "../../src/guardrails/template.ts";
import { synthesize } from "../../src/stacks/synthesize.ts";
import { EXAMPLES, exampleConfigurator } from "../support/examples.ts";

/** Which service a resource belongs to, by what its type starts with; the first that fits. */
const SERVICES: readonly (readonly [start: string, service: string])[] = [
  ["appautoscaling", "application-autoscaling"],
  ["autoscaling", "autoscaling"],
  ["backup", "backup"],
  ["budgets", "budgets"],
  ["cloudwatch_event", "events"],
  ["cloudwatch_log", "logs"],
  ["cloudwatch", "cloudwatch"],
  ["db", "rds"],
  ["ecr", "ecr"],
  ["ecs", "ecs"],
  ["eks", "eks"],
  ["iam", "iam"],
  ["kms", "kms"],
  ["lb", "elasticloadbalancing"],
  ["route53", "route53"],
  ["s3", "s3"],
  ["secretsmanager", "secretsmanager"],
  ["sns", "sns"],
  ["ssm", "ssm"],
  ["wafv2", "wafv2"],
  ...["default_", "eip", "flow_log", "internet_gateway", "launch_template", "nat_gateway", "network_acl"].map(
    (start) => [start, "ec2"] as const,
  ),
  ...["route", "security_group", "subnet", "vpc"].map((start) => [start, "ec2"] as const),
];

const serviceOf = (type: string): string =>
  SERVICES.find(([start]) => type.startsWith(`aws_${start}`))?.[1] ?? `unknown: ${type}`;

describe.each(EXAMPLES)("examples/%s", async (example) => {
  const configure = await exampleConfigurator(example);
  const stacks = [...synthesize(specsOf(configure())).templates].filter(([name]) => name !== "bootstrap");

  it("is made of services that workflows may deploy", () => {
    const types = stacks.flatMap(([, { resource }]) => Object.keys(resource));
    const aws = types.filter((type) => type.startsWith("aws_"));
    const deployed: readonly string[] = STACK_SERVICES;
    expect([...new Set(aws.map(serviceOf))].filter((service) => !deployed.includes(service))).toEqual([]);
  });

  it("hands roles to services that workflows may hand them to", () => {
    const environment = { name: "dev", partners: [], inFrontOf: [] };
    const place = { project: "shop", accountId: "111122223333", environment, others: [], home: "bootstrap" };
    const passing = deployStatements([], place).find(({ Sid }) => Sid === "PassOwnRoles");
    const passed = JSON.stringify(passing?.Condition);
    expect(passed).toContain("iam:PassedToService");
    const trusted = stacks.flatMap(([, template]) => servicesTrustedIn(template));
    expect(trusted.filter((service) => !passed.includes(`"${service}"`))).toEqual([]);
  });
});

const servicesTrustedIn = (template: Template): string[] =>
  resourcesOf(template, "aws_iam_role").flatMap(({ body }) =>
    [...String(body["assume_role_policy"]).matchAll(/"([a-z0-9.-]+\.amazonaws\.com)"/g)].map(
      ([, service = ""]) => service,
    ),
  );
