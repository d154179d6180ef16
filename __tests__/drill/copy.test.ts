import { describe, expect, it } from "vitest";
import { copySpec, requestedCopy } from "../../src/config/drill.ts";
import { UserError } from "../../src/config/problem.ts";
import type { ServiceSpec } from "../../src/config/spec.ts";
import { checkGuardrails } from "../../src/guardrails/check.ts";
import { GUARDRAILS } from "../../src/guardrails/all.ts";
import type { Template } from "../../src/guardrails/template.ts";
import { synthesize } from "../../src/stacks/synthesize.ts";
import { type Changes, configure, merge, resourceAt, synthesizeOne } from "../support/environments.ts";
import { EXAMPLES, exampleConfigurator } from "../support/examples.ts";
import { PROTECTED } from "../support/protected-pair.ts";

const RECOVERY_POINT = {
  kind: "snapshot",
  snapshotArn: "arn:aws:rds:eu-central-1:111122223333:snapshot:awsbackup:copyjob-0001",
  engine: "postgres",
  engineVersion: "17.4",
  createdAt: "2026-01-31T03:00:00Z",
} as const;

function copy(changes: Changes = {}): { readonly spec: ServiceSpec; readonly template: Template } {
  const configuration = configure(merge(PROTECTED, changes));
  const [pair] = configuration.pairs;
  if (pair === undefined) throw new Error("no pair");
  const spec = copySpec(configuration, pair, { recoveryPoint: RECOVERY_POINT });
  const { templates } = synthesize({ bootstrap: undefined, services: [], traffic: undefined, copy: spec });
  const template = templates.get(spec.name);
  if (template === undefined) throw new Error("no copy");
  return { spec, template };
}

const problemOf = (act: () => unknown): string => {
  try {
    act();
  } catch (error) {
    if (error instanceof UserError) return error.message;
    throw error;
  }
  return "";
};

describe("a drill's copy of a standby", () => {
  const { spec, template } = copy();

  it("has a state and names of its own, within the limit, that begin as the standby's", () => {
    expect([spec.name, spec.names.prefix]).toEqual(["dr-drill", "shop-dr-drill"]);
    expect(template.terraform.backend["s3"]).toMatchObject({ key: "shop/dr-drill/terraform.tfstate" });
    const others = JSON.stringify(synthesizeOne("dr", PROTECTED).template);
    for (const type of ["aws_lb", "aws_security_group", "aws_iam_role", "aws_db_subnet_group"])
      for (const { name } of Object.values(template.resource[type] ?? {})) {
        expect(name).toMatch(/^shop-dr-drill-/);
        expect(others).not.toContain(`"${String(name)}"`);
      }
    for (const type of ["aws_lb", "aws_lb_target_group"])
      for (const { name } of Object.values(template.resource[type] ?? {}))
        expect(String(name).length).toBeLessThanOrEqual(32);
  });

  it("restores the recovery point at the primary's size", () => {
    expect(resourceAt(template, "aws_db_instance.database_instance")).toMatchObject({
      snapshot_identifier: RECOVERY_POINT.snapshotArn,
      instance_class: configure().services.find(({ name }) => name === "prod")?.config.database.instanceClass,
    });
  });

  it("has nothing that outlives it, or that its removal has to wait for", () => {
    expect(resourceAt(template, "aws_db_instance.database_instance")).toMatchObject({
      skip_final_snapshot: true,
      delete_automated_backups: true,
      backup_retention_period: 0,
      deletion_protection: false,
      lifecycle: { prevent_destroy: false },
    });
    expect(resourceAt(template, "aws_ecs_task_definition.compute_task")).toMatchObject({
      skip_destroy: false,
    });
    expect(resourceAt(template, "aws_lb.ingress_load_balancer")).toMatchObject({
      enable_deletion_protection: false,
    });
    const types = Object.keys(template.resource);
    for (const kind of [
      "aws_kms_",
      "aws_s3_",
      "aws_ecr_",
      "aws_backup_",
      "aws_budgets_",
      "aws_sns_topic_subscription",
    ])
      expect(types.filter((type) => type.startsWith(kind))).toEqual([]);
  });

  it("is reached by nobody, and no record leads to it", () => {
    const rules = Object.values(template.resource["aws_vpc_security_group_ingress_rule"] ?? {});
    expect(rules.length).toBeGreaterThan(0);
    for (const rule of rules) expect(rule).not.toHaveProperty("cidr_ipv4");
    expect(Object.keys(template.resource).filter((type) => type.startsWith("aws_route53"))).toEqual([]);
  });

  it("borrows keys and images, and bears a tag that says whose it is", () => {
    expect(template.data["aws_kms_alias"]).toMatchObject({
      keys_data_alias: { name: "alias/shop-dr-data" },
      keys_telemetry_alias: { name: "alias/shop-dr-telemetry" },
    });
    expect(template.data["aws_ecr_repository"]).toMatchObject({ registry_repository: { name: "shop-prod" } });
    const [provider] = template.provider["aws"] ?? [];
    expect(provider).toMatchObject({
      default_tags: [{ tags: { Environment: "dr", Drill: "dr-drill", Project: "shop" } }],
    });
  });

  it("asks its targets for the path that needs the database, where there is one", () => {
    const changes = { prod: { ingress: { healthCheck: { deepPath: "/health/database" } } } };
    const { template: deep } = copy(changes);
    expect(resourceAt(deep, "aws_lb_target_group.ingress_targets")).toMatchObject({
      health_check: { path: "/health/database" },
    });
    expect(resourceAt(template, "aws_lb_target_group.ingress_targets")).toMatchObject({
      health_check: { path: "/health" },
    });
  });

  it("holds every guardrail that is not about production", () => {
    expect([...checkGuardrails(GUARDRAILS, { spec, template })].map(({ message }) => message)).toEqual([]);
  });

  it("is refused when its names would be too long", () => {
    const named = (name: string) => problemOf(() => copy({ project: { name } }));
    expect(named("abcdefghij-klmnopqr")).toBe("");
    expect(named("abcdefghij-klmnopqrs")).toContain(
      "is too long for a copy, got abcdefghij-klmnopqrs-dr-drill with 29 characters; shorten its name or the project's, to 28 in all",
    );
  });
});

describe.each(EXAMPLES)("a copy of the example %s", (example) => {
  it("has nothing that stays when it is removed", async () => {
    const configuration = (await exampleConfigurator(example))();
    const [pair] = configuration.pairs;
    if (pair === undefined) throw new Error("no pair");
    const copied = copySpec(configuration, pair, { recoveryPoint: RECOVERY_POINT });
    const { templates } = synthesize({
      bootstrap: undefined,
      services: [],
      traffic: undefined,
      copy: copied,
    });
    const { resource = {} } = templates.get(copied.name) ?? {};
    const staying = Object.keys(resource).filter((type) =>
      /^aws_(kms_key|backup_|ecr_|budgets_|secretsmanager_)/.test(type),
    );
    expect(staying).toEqual([]);
    for (const bucket of Object.values(resource["aws_s3_bucket"] ?? {}))
      expect(bucket).toMatchObject({ force_destroy: true });
    for (const body of Object.values(resource).flatMap((byName) => Object.values(byName)))
      expect(JSON.stringify(body["lifecycle"] ?? {})).not.toContain('"prevent_destroy":true');
  });
});

describe("a synthesis", () => {
  it("makes no copy unless a drill asks for it", () => {
    expect(requestedCopy(configure(PROTECTED), undefined)).toBeUndefined();
    expect(requestedCopy(configure(PROTECTED), "")).toBeUndefined();
    const request = JSON.stringify({ of: "dr", recoveryPoint: RECOVERY_POINT });
    expect(requestedCopy(configure(PROTECTED), request)?.name).toBe("dr-drill");
    expect(problemOf(() => requestedCopy(configure(PROTECTED), '{"of":"other"}'))).toContain(
      "asks for no copy of a standby",
    );
  });
});
