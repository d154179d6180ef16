import { describe, expect, it } from "vitest";
import { z } from "zod";
import { resourcesOf, type Template } from "../../../src/guardrails/template.ts";
import { activation, resourceAt, type Synthesized, synthesizeOne } from "../../support/environments.ts";

const SERVICE = "aws_ecs_service.compute_service";
const TASK = "aws_ecs_task_definition.compute_task";
const TARGET = "aws_appautoscaling_target.compute_scaling_target";

const serviceOf = ({ template }: Synthesized) => resourceAt(template, SERVICE);
const hasTarget = ({ template }: Synthesized): boolean =>
  resourcesOf(template, "aws_appautoscaling_target").length > 0;

const pairs = z.array(z.object({ name: z.string(), value: z.string() }));
const containerSchema = z.looseObject({
  image: z.string(),
  user: z.string(),
  readonlyRootFilesystem: z.boolean(),
  environment: pairs,
  mountPoints: z.array(
    z.object({ sourceVolume: z.string(), containerPath: z.string(), readOnly: z.boolean() }),
  ),
  linuxParameters: z.looseObject({
    tmpfs: z.array(
      z.object({ containerPath: z.string(), size: z.number(), mountOptions: z.array(z.string()) }),
    ),
  }),
  logConfiguration: z.looseObject({ options: z.record(z.string(), z.string()) }),
  healthCheck: z.looseObject({ command: z.array(z.string()) }).optional(),
});

function containerOf({ template }: Synthesized) {
  const definitions = String(resourceAt(template, TASK)["container_definitions"]);
  const [container] = z.tuple([containerSchema]).parse(JSON.parse(definitions));
  return container;
}

const environmentOf = (subject: Synthesized): Record<string, string> =>
  Object.fromEntries(containerOf(subject).environment.map(({ name, value }) => [name, value]));

describe("the number of tasks", () => {
  it("is Terraform's where nothing else sets it (T8)", () => {
    const dev = synthesizeOne("dev");
    expect(serviceOf(dev)).toMatchObject({ desired_count: 1 });
    expect(serviceOf(dev)["lifecycle"]).toBeUndefined();
    expect(hasTarget(dev)).toBe(false);
  });

  it("is the minimum's where autoscaling is on, and no apply takes it back (T8)", () => {
    const prod = synthesizeOne("prod");
    expect(serviceOf(prod)).toMatchObject({ lifecycle: { ignore_changes: ["desired_count"] } });
    expect(resourceAt(prod.template, TARGET)).toMatchObject({ min_capacity: 3, max_capacity: 12 });
  });

  it("is 0 in a pilot light, where nothing could scale it out", () => {
    const dr = synthesizeOne("dr");
    expect(serviceOf(dr)).toMatchObject({ desired_count: 0 });
    expect(serviceOf(dr)["lifecycle"]).toBeUndefined();
    expect(hasTarget(dr)).toBe(false);
  });

  it.each(["restored", "active"] as const)("is raised by the registration of a %s standby", (posture) => {
    const { template } = synthesizeOne("dr", activation(posture));
    const target = resourceAt(template, TARGET);
    expect(target).toMatchObject({ min_capacity: 3 });
    // Registered after the service has its new tasks to run, or the old ones would start.
    expect(String(target["resource_id"])).toContain(`\${${SERVICE}.name}`);
  });

  it("follows the primary's count in an activated standby without autoscaling", () => {
    const fixed = { prod: { compute: { autoscaling: undefined, desiredCount: 4 } } };
    const dr = synthesizeOne("dr", { ...fixed, ...activation("restored") });
    expect(serviceOf(dr)).toMatchObject({ desired_count: 4 });
    expect(serviceOf(dr)["lifecycle"]).toBeUndefined();
  });
});

describe("capacity", () => {
  it("is on demand by default, and named, so that it can change in place", () => {
    expect(serviceOf(synthesizeOne("prod"))).toMatchObject({
      capacity_provider_strategy: [{ capacity_provider: "FARGATE", weight: 1 }],
      force_new_deployment: true,
    });
  });

  it("keeps a base on demand below Spot", () => {
    const capacity = { mode: "fargate-spot", onDemandBase: 2 };
    const dev = synthesizeOne("dev", { dev: { compute: { capacity } } });
    expect(serviceOf(dev)["capacity_provider_strategy"]).toEqual([
      { base: 2, capacity_provider: "FARGATE", weight: 0 },
      { capacity_provider: "FARGATE_SPOT", weight: 1 },
    ]);
  });

  it("waits for the cluster to have the capacity, and for the listener (T1)", () => {
    expect(serviceOf(synthesizeOne("dr"))["depends_on"]).toEqual(
      expect.arrayContaining([
        "aws_lb_listener.ingress_https",
        "aws_ecs_cluster_capacity_providers.compute_cluster_capacity_providers",
        "aws_iam_role_policy.compute_roles_start_policy",
      ]),
    );
  });
});

describe("the container", () => {
  it("runs an image of the environment's own repository", () => {
    const repository = "${aws_ecr_repository.registry_repository.repository_url}";
    expect(containerOf(synthesizeOne("prod")).image).toBe(`${repository}:1.0.0`);
    const digest = `sha256:${"0123456789abcdef".repeat(4)}`;
    const image = { tag: undefined, digest };
    const pinned = synthesizeOne("prod", { prod: { compute: { container: { image } } } });
    expect(containerOf(pinned).image).toBe(`${repository}@${digest}`);
  });

  it("learns where its database is, and never its password (T6)", () => {
    expect(environmentOf(synthesizeOne("prod"))).toEqual({
      AWS_REGION: "eu-west-1",
      DATABASE_HOST: "${aws_db_instance.database_instance.address}",
      DATABASE_NAME: "app",
      DATABASE_PORT: "5432",
      DATABASE_SECRET_ARN: "${aws_db_instance.database_instance.master_user_secret[0].secret_arn}",
      DATABASE_SSLMODE: "verify-full",
    });
    expect(containerOf(synthesizeOne("prod"))["secrets"]).toBeUndefined();
  });

  it("is told the standby's region and its own variables there", () => {
    const changes = {
      prod: { compute: { container: { environment: { MODE: "live", LEVEL: "info" } } } },
      dr: { compute: { container: { environment: { MODE: "standby" } } } },
    };
    expect(environmentOf(synthesizeOne("dr", changes))).toMatchObject({
      AWS_REGION: "eu-central-1",
      LEVEL: "info",
      MODE: "standby",
    });
  });

  it("writes nowhere but to its writable paths, which belong to its user", () => {
    const container = { user: "1000:2000", writablePaths: ["/tmp", "/cache"], writableMiB: 32 };
    const { readonlyRootFilesystem, mountPoints, linuxParameters } = containerOf(
      synthesizeOne("prod", { prod: { compute: { container } } }),
    );
    expect(readonlyRootFilesystem).toBe(true);
    expect(mountPoints).toEqual([]);
    expect(linuxParameters.tmpfs).toEqual(
      ["/tmp", "/cache"].map((containerPath) => ({
        containerPath,
        size: 32,
        mountOptions: ["rw", "nosuid", "nodev", "uid=1000", "gid=2000"],
      })),
    );
  });

  it("stays read-only with ECS Exec, whose agent gets volumes that the task has", () => {
    const dev = synthesizeOne("dev");
    const { readonlyRootFilesystem, mountPoints } = containerOf(dev);
    const volumes = z.array(z.object({ name: z.string() })).parse(resourceAt(dev.template, TASK)["volume"]);
    expect(readonlyRootFilesystem).toBe(true);
    expect(mountPoints.map(({ containerPath }) => containerPath)).toContain("/var/lib/amazon/ssm");
    expect(mountPoints.map(({ sourceVolume }) => sourceVolume)).toEqual(volumes.map(({ name }) => name));
  });

  it("is checked by its own command where there is one", () => {
    expect(containerOf(synthesizeOne("prod")).healthCheck).toBeUndefined();
    const healthCommand = ["/bin/app", "health"];
    const checked = synthesizeOne("prod", { prod: { compute: { container: { healthCommand } } } });
    expect(containerOf(checked).healthCheck?.command).toEqual(["CMD", "/bin/app", "health"]);
  });

  it("runs on the architecture of its image", () => {
    const arm = synthesizeOne("prod", { prod: { compute: { architecture: "arm64" } } });
    expect(resourceAt(arm.template, TASK)).toMatchObject({
      runtime_platform: { cpu_architecture: "ARM64", operating_system_family: "LINUX" },
    });
  });
});

describe("the security group", () => {
  const group = "${aws_security_group.compute_access.id}";
  const rulesOf = (template: Template, type: string) =>
    resourcesOf(template, type)
      .map(({ body }) => body)
      .filter((rule) => rule["security_group_id"] === group)
      .map(({ referenced_security_group_id: from, cidr_ipv4: cidr, from_port: port, to_port: last }) => ({
        peer: from ?? cidr,
        ports: [port, last],
      }));

  it("admits the load balancer on the service's port, and nobody else", () => {
    const { template } = synthesizeOne("prod");
    expect(rulesOf(template, "aws_vpc_security_group_ingress_rule")).toEqual([
      { peer: "${aws_security_group.ingress_access.id}", ports: [8080, 8080] },
    ]);
  });

  it("reaches the database, and HTTPS", () => {
    const { template } = synthesizeOne("prod");
    const rules = rulesOf(template, "aws_vpc_security_group_egress_rule");
    expect(rules).toHaveLength(2);
    expect(rules).toEqual(
      expect.arrayContaining([
        { peer: "${aws_security_group.database_access.id}", ports: [5432, 5432] },
        { peer: "0.0.0.0/0", ports: [443, 443] },
      ]),
    );
  });

  it("is admitted by the database and forwarded to by the load balancer", () => {
    const { template } = synthesizeOne("prod");
    const peers = ["aws_vpc_security_group_ingress_rule", "aws_vpc_security_group_egress_rule"].map((type) =>
      resourcesOf(template, type)
        .filter(({ body }) => body["referenced_security_group_id"] === group)
        .map(({ body }) => [body["security_group_id"], body["from_port"]]),
    );
    expect(peers).toEqual([
      [["${aws_security_group.database_access.id}", 5432]],
      [["${aws_security_group.ingress_access.id}", 8080]],
    ]);
  });
});

it("keeps every log group of its own encrypted", () => {
  const changes = { dev: { compute: { containerInsights: true } } };
  const groups = resourcesOf(synthesizeOne("dev", changes).template, "aws_cloudwatch_log_group").filter(
    ({ address }) => address.includes(".compute_"),
  );
  const names = ["/aws/ecs/containerinsights/shop-dev/performance", "/shop/dev/app", "/shop/dev/exec"];
  const key = "${aws_kms_key.keys_telemetry_key.arn}";
  expect(new Map(groups.map(({ body }) => [body["name"], body["kms_key_id"]]))).toEqual(
    new Map(names.map((name) => [name, key])),
  );
});
