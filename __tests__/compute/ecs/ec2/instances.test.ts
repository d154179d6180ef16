import { describe, expect, it } from "vitest";
import { z } from "zod";
import { resourcesOf } from "../../../../src/guardrails/template.ts";
import { accessIn } from "../../../support/access.ts";
import { activation, merge, resourceAt, synthesizeOne } from "../../../support/environments.ts";
import { AMI_NAME, EC2 } from "./environments.ts";

const TEMPLATE = "aws_launch_template.compute_cluster_instances_template";
const GROUP = "aws_autoscaling_group.compute_cluster_instances_group";
const PROVIDER = "aws_ecs_capacity_provider.compute_cluster_instances_provider";
const FIREWALL = "${aws_security_group.compute_cluster_instances_firewall.id}";

const TAGS: unknown = expect.objectContaining({ Environment: "prod", Project: "shop" });

const inPosture = (posture: "standby" | "restored" | "active", changes: object = EC2) =>
  synthesizeOne("dr", posture === "standby" ? merge(changes, {}) : merge(changes, activation(posture)));
const groupIn = (posture: "standby" | "restored" | "active") =>
  resourceAt(inPosture(posture).template, GROUP);

describe("the number of instances", () => {
  it("is 0 in a pilot light, in each of its three sizes (T9)", () => {
    expect(groupIn("standby")).toMatchObject({ min_size: 0, max_size: 0, desired_capacity: 0 });
  });

  it.each(["restored", "active"] as const)("is the primary's in a standby that is %s (T9)", (posture) => {
    expect(groupIn(posture)).toMatchObject({ min_size: 3, max_size: 9, desired_capacity: 3 });
  });

  it("is ECS's between the bounds, and no apply takes it back", () => {
    expect(groupIn("active")).toMatchObject({ lifecycle: { ignore_changes: ["desired_capacity"] } });
    expect(resourceAt(synthesizeOne("prod", EC2).template, PROVIDER)).toMatchObject({
      auto_scaling_group_provider: {
        auto_scaling_group_arn: `\${${GROUP}.arn}`,
        managed_draining: "ENABLED",
        managed_scaling: { status: "ENABLED" },
        managed_termination_protection: "ENABLED",
      },
    });
    // ECS refuses to protect instances of a group that does not protect them at their start.
    expect(groupIn("active")).toMatchObject({ protect_from_scale_in: true });
  });

  it("holds up nothing else of a recovery", () => {
    expect(groupIn("restored")).toMatchObject({ wait_for_capacity_timeout: "0" });
  });
});

it.each(["restored", "active"] as const)(
  "a standby that goes %s needs no other role, key, template or firewall (T36)",
  (posture) => {
    const types = [
      "aws_iam_role",
      "aws_iam_role_policy",
      "aws_iam_instance_profile",
      "aws_kms_key",
      "aws_launch_template",
      "aws_security_group",
      "aws_ecs_capacity_provider",
      "aws_ecs_cluster_capacity_providers",
    ];
    const of = (resources: Readonly<Record<string, unknown>>) => types.map((type) => resources[type]);
    const peace = of(inPosture("standby").template.resource);
    expect(peace.every((resources) => resources !== undefined)).toBe(true);
    expect(of(inPosture(posture).template.resource)).toEqual(peace);
  },
);

describe("an instance", () => {
  const { template } = synthesizeOne("prod", EC2);
  const body = resourceAt(template, TEMPLATE);

  it("hands out credentials for IMDSv2 only, and to nothing behind a bridge", () => {
    expect(body).toMatchObject({
      metadata_options: { http_tokens: "required", http_put_response_hop_limit: 1 },
    });
  });

  it("keeps its volume encrypted with the environment's key", () => {
    expect(body["block_device_mappings"]).toMatchObject([
      { ebs: { encrypted: "true", kms_key_id: "${aws_kms_key.keys_data_key.arn}", volume_type: "gp3" } },
    ]);
  });

  it("is reached by nobody, and has no SSH key", () => {
    expect(body["key_name"]).toBeUndefined();
    expect(body["vpc_security_group_ids"]).toEqual([FIREWALL]);
    const rules = (type: string) =>
      resourcesOf(template, type).filter(({ body }) => body["security_group_id"] === FIREWALL);
    expect(rules("aws_vpc_security_group_ingress_rule")).toEqual([]);
    expect(rules("aws_vpc_security_group_egress_rule")).toMatchObject([
      { body: { from_port: 443, to_port: 443 } },
    ]);
  });

  it("joins its own cluster, and keeps its rights from tasks", () => {
    expect(body["user_data"]).toContain("ECS_CLUSTER=shop-prod\\n");
    expect(body["user_data"]).toContain("ECS_AWSVPC_BLOCK_IMDS=true\\n");
    expect(resourceAt(template, "aws_ecs_cluster.compute_cluster_fargate")).toMatchObject({
      name: "shop-prod",
    });
  });

  it("is replaced when its template changes, though ECS protects it", () => {
    expect(resourceAt(template, GROUP)).toMatchObject({
      launch_template: { version: `\${${TEMPLATE}.latest_version}` },
      instance_refresh: {
        preferences: { scale_in_protected_instances: "Refresh", min_healthy_percentage: 100 },
      },
    });
  });

  it("carries the tags that costs are counted by, and so does its volume", () => {
    const group = z.object({ tag: z.array(z.object({ key: z.string(), value: z.string() })) });
    const tags = group.parse(resourceAt(template, GROUP)).tag.map(({ key, value }) => [key, value]);
    expect(Object.fromEntries(tags)).toMatchObject({
      Environment: "prod",
      Project: "shop",
      AmazonECSManaged: "true",
    });
    expect(body["tag_specifications"]).toContainEqual(
      expect.objectContaining({ resource_type: "volume", tags: TAGS }),
    );
  });
});

describe("the AMI", () => {
  const imageIn = (changes: object, environment = "prod") =>
    resourceAt(synthesizeOne(environment, merge(changes, {})).template, TEMPLATE)["image_id"];
  const base = "resolve:ssm:/aws/service/ecs/optimized-ami/amazon-linux-2023";

  it("is a release that every region publishes", () => {
    expect(imageIn(EC2)).toBe(`${base}/arm64/${AMI_NAME}/image_id`);
    expect(imageIn(EC2, "dr")).toBe(imageIn(EC2));
    const name = AMI_NAME.replace("arm64", "x86_64");
    const x86 = { architecture: "x86_64", capacity: { instanceType: "m7i.large", ami: { name } } };
    expect(imageIn(merge(EC2, { prod: { compute: x86 } }))).toBe(`${base}/${name}/image_id`);
  });

  it("is the standby's own where it has an id", () => {
    const abroad = "ami-08f7e6d5c4b3a2918";
    const changes = merge(EC2, {
      prod: { compute: { capacity: { ami: { name: undefined, id: "ami-0a1b2c3d4e5f60718" } } } },
      dr: { compute: { amiId: abroad } },
    });
    expect(resourceAt(inPosture("standby", changes).template, TEMPLATE)["image_id"]).toBe(abroad);
    expect(resourceAt(inPosture("active", changes).template, TEMPLATE)["image_id"]).toBe(abroad);
  });
});

describe("the service", () => {
  const service = resourceAt(synthesizeOne("prod", EC2).template, "aws_ecs_service.compute_service");

  it("runs on the instances, over all zones first", () => {
    expect(service).toMatchObject({
      capacity_provider_strategy: [{ capacity_provider: `\${${PROVIDER}.name}`, weight: 1 }],
      ordered_placement_strategy: [{ type: "spread", field: "attribute:ecs.availability-zone" }, {}],
      // AWS refuses to rebalance a service that spreads over anything else first.
      availability_zone_rebalancing: "ENABLED",
    });
    const task = resourceAt(synthesizeOne("prod", EC2).template, "aws_ecs_task_definition.compute_task");
    expect(task).toMatchObject({ requires_compatibilities: ["EC2"], network_mode: "awsvpc" });
  });

  it("is told nothing about placement on Fargate, which would refuse it", () => {
    const fargate = resourceAt(synthesizeOne("prod").template, "aws_ecs_service.compute_service");
    expect(fargate["ordered_placement_strategy"]).toBeUndefined();
  });

  it("raises an alarm when tasks wait for instances, but not in a pilot light", () => {
    const waiting = (name: "prod" | "dr") =>
      resourcesOf(synthesizeOne(name, EC2).template, "aws_cloudwatch_metric_alarm").filter(
        ({ body }) => body["metric_name"] === "CapacityProviderReservation",
      );
    expect(waiting("prod")).toMatchObject([
      {
        body: {
          comparison_operator: "GreaterThanThreshold",
          threshold: 100,
          namespace: "AWS/ECS/ManagedScaling",
        },
      },
    ]);
    expect(waiting("dr")).toEqual([]);
  });
});

it("reaches ECS and Session Manager without a NAT gateway", () => {
  const network = { nat: "none", interfaceEndpoints: true };
  const services = (compute: object) =>
    resourcesOf(
      synthesizeOne("prod", merge(compute, { prod: { network } })).template,
      "aws_vpc_endpoint",
    ).map(({ body }) => body["service_name"]);
  const own = ["ecs", "ecs-agent", "ecs-telemetry", "ssm"].map((name) => `com.amazonaws.eu-west-1.${name}`);
  expect(services(EC2)).toEqual(expect.arrayContaining(own));
  expect(services({})).toEqual(expect.not.arrayContaining(own));
});

describe("the key of the volumes", () => {
  // The role that Auto Scaling starts instances with; it has no rights to customer keys of its own.
  const scaling =
    "arn:aws:iam::111122223333:role/aws-service-role/autoscaling.amazonaws.com/AWSServiceRoleForAutoScaling";
  const through = { "kms:ViaService": "ec2.eu-west-1.amazonaws.com" };
  const grant = { ...through, "kms:GrantIsForAWSResource": "true" };
  const prod = accessIn(synthesizeOne("prod", EC2));
  const key = prod.arnOf("aws_kms_key.keys_data_key");

  it("is open to Auto Scaling, which starts the instances, through EC2", async () => {
    expect(await prod.principalMay(scaling, "kms:GenerateDataKeyWithoutPlaintext", key, through)).toBe(true);
    expect(await prod.principalMay(scaling, "kms:CreateGrant", key, grant)).toBe(true);
    expect(
      await prod.principalMay(scaling, "kms:CreateGrant", key, {
        ...grant,
        "kms:GrantIsForAWSResource": "false",
      }),
    ).toBe(false);
    expect(await prod.principalMay(scaling, "kms:Decrypt", key)).toBe(false);
  });

  it("is closed to other accounts, and to EC2 where no instances are", async () => {
    const stranger = scaling.replace("111122223333", "444455556666");
    expect(await prod.principalMay(stranger, "kms:CreateGrant", key, grant)).toBe(false);
    const fargate = accessIn(synthesizeOne("prod"));
    expect(await fargate.principalMay(scaling, "kms:CreateGrant", key, grant)).toBe(false);
  });
});
