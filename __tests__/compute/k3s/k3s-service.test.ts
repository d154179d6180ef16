import { describe, expect, it } from "vitest";
import { z } from "zod";
import { resourcesOf } from "../../../src/guardrails/template.ts";
import { activation, merge, resourceAt, synthesizeOne } from "../../support/environments.ts";
import { AMI_ABROAD, K3S, REPLICATED } from "./environments.ts";

const SERVERS = "aws_autoscaling_group.compute_servers_group";
const WORKERS = "aws_autoscaling_group.compute_workers_group";
const TEMPLATES = ["servers", "workers"].map((kind) => `aws_launch_template.compute_${kind}_template`);

type Posture = "standby" | "restored" | "active";
const inPosture = (posture: Posture) =>
  synthesizeOne("dr", posture === "standby" ? REPLICATED : merge(REPLICATED, activation(posture))).template;
const sizes = (min: number, max = min) => ({ min_size: min, max_size: max, desired_capacity: min });

describe("the number of nodes", () => {
  it("is 0 in a pilot light, of servers too (T11)", () => {
    expect(resourceAt(inPosture("standby"), SERVERS)).toMatchObject(sizes(0));
    expect(resourceAt(inPosture("standby"), WORKERS)).toMatchObject(sizes(0));
    expect(inPosture("standby").resource["aws_autoscaling_policy"]).toBeUndefined();
  });

  it.each(["restored", "active"] as const)("is the primary's in a standby that is %s (T9)", (posture) => {
    expect(resourceAt(inPosture(posture), SERVERS)).toMatchObject(sizes(3));
    expect(resourceAt(inPosture(posture), WORKERS)).toMatchObject(sizes(3, 9));
  });

  it("of workers follows their load between the bounds, and no apply takes it back", () => {
    const { template } = synthesizeOne("prod", K3S);
    expect(resourceAt(template, WORKERS)).toMatchObject({
      lifecycle: { ignore_changes: ["desired_capacity"] },
    });
    expect(resourceAt(template, SERVERS)["lifecycle"]).toBeUndefined();
    expect(resourceAt(template, "aws_autoscaling_policy.compute_scaling")).toMatchObject({
      autoscaling_group_name: `\${${WORKERS}.name}`,
      target_tracking_configuration: { target_value: 60 },
    });
  });
});

it.each(["restored", "active"] as const)(
  "a standby that goes %s needs no other role, key, bucket, script or firewall (T33, T36)",
  (posture) => {
    const types = [
      "aws_iam_role",
      "aws_iam_role_policy",
      "aws_iam_instance_profile",
      "aws_kms_key",
      "aws_launch_template",
      "aws_security_group",
      "aws_s3_bucket",
      "aws_s3_bucket_policy",
      "aws_s3_bucket_lifecycle_configuration",
      "aws_s3_bucket_replication_configuration",
    ];
    const peace = inPosture("standby").resource;
    for (const type of types) {
      expect(peace[type], type).toBeDefined();
      expect(inPosture(posture).resource[type], type).toEqual(peace[type]);
    }
  },
);

describe("nodes", () => {
  const { template } = synthesizeOne("prod", K3S);

  it.each(TEMPLATES)(
    "%s: IMDSv2 that pods can't reach, encrypted volumes, no SSH, a pinned AMI",
    (address) => {
      const body = resourceAt(template, address);
      expect(body).toMatchObject({
        image_id: "ami-0a1b2c3d4e5f60718",
        metadata_options: { http_tokens: "required", http_put_response_hop_limit: 1 },
        block_device_mappings: [
          { ebs: { encrypted: "true", kms_key_id: "${aws_kms_key.keys_data_key.arn}" } },
        ],
        // A node that gives up is replaced.
        instance_initiated_shutdown_behavior: "terminate",
      });
      expect(body["key_name"]).toBeUndefined();
      expect(resourceAt(inPosture("active"), address)["image_id"]).toBe(AMI_ABROAD);
    },
  );

  it("are replaced one by one, servers only after the new one has joined", () => {
    for (const group of [SERVERS, WORKERS]) {
      expect(resourceAt(template, group)).toMatchObject({
        instance_refresh: { preferences: { min_healthy_percentage: 100 } },
        launch_template: { version: expect.stringContaining("latest_version") as unknown },
      });
    }
    expect(resourceAt(template, SERVERS)).toMatchObject({
      initial_lifecycle_hook: [
        {
          name: "joined",
          lifecycle_transition: "autoscaling:EC2_INSTANCE_LAUNCHING",
          default_result: "ABANDON",
        },
      ],
    });
    expect(resourceAt(template, TEMPLATES[0] ?? "")["user_data"]).toContain("--lifecycle-hook-name joined");
  });

  it("carry no secret in their user data or in what Terraform keeps", () => {
    const text = JSON.stringify(template.resource);
    expect(text).not.toMatch(/random_password|secret_string|aws_secretsmanager_secret_version/);
    expect(resourceAt(template, TEMPLATES[1] ?? "")["user_data"]).not.toContain("tokens/server");
  });
});

describe("who reaches what", () => {
  const { template } = synthesizeOne("prod", K3S);
  const [servers, workers] = ["control_plane", "access"].map(
    (part) => `\${aws_security_group.compute_${part}_firewall.id}`,
  );
  const rule = z.object({
    security_group_id: z.string(),
    ip_protocol: z.string(),
    from_port: z.number().optional(),
    referenced_security_group_id: z.string().optional(),
  });
  const into = (group: string | undefined) =>
    resourcesOf(template, "aws_vpc_security_group_ingress_rule")
      .map(({ body }) => rule.parse(body))
      .filter(({ security_group_id }) => security_group_id === group)
      .map(({ ip_protocol, from_port, referenced_security_group_id: from }) => [
        ip_protocol,
        from_port,
        from,
      ]);

  it("servers: themselves and workers, and etcd is theirs alone", () => {
    const admitted = into(servers);
    expect(admitted.filter(([, port]) => port === 2379)).toEqual([["tcp", 2379, servers]]);
    expect(admitted.filter(([, port]) => port === 6443)).toHaveLength(2);
    expect(new Set(admitted.map(([, , from]) => from))).toEqual(new Set([servers, workers]));
    expect(admitted.map(([, port]) => port)).not.toContain(22);
  });

  it("workers: the load balancer by the node port, servers by what they manage", () => {
    const alb = "${aws_security_group.ingress_access.id}";
    expect(into(workers).filter(([, , from]) => from === alb)).toEqual([["tcp", 30_080, alb]]);
    expect(into(workers).filter(([, , from]) => from === servers)).toEqual([
      ["tcp", 10_250, servers],
      ["udp", 8472, servers],
    ]);
  });

  it("workers are targets of the load balancer, and servers are not", () => {
    expect(resourcesOf(template, "aws_autoscaling_attachment").map(({ body }) => body)).toMatchObject([
      { autoscaling_group_name: `\${${WORKERS}.name}` },
    ]);
    expect(resourcesOf(template, "aws_lb_target_group").map(({ body }) => body)).toMatchObject([
      { port: 30_080, target_type: "instance" },
    ]);
  });

  it("nothing is reached without a NAT gateway but through endpoints", () => {
    const changes = merge(K3S, { prod: { network: { nat: "none", interfaceEndpoints: true } } });
    const services = resourcesOf(synthesizeOne("prod", changes).template, "aws_vpc_endpoint").map(
      ({ body }) => body["service_name"],
    );
    expect(services).toEqual(
      expect.arrayContaining(
        ["autoscaling", "ec2", "monitoring", "ssm"].map((name) => `com.amazonaws.eu-west-1.${name}`),
      ),
    );
  });
});

describe("the service", () => {
  const manifestIn = (environment: string, changes: object = K3S) => {
    const body = resourceAt(
      synthesizeOne(environment, merge(changes, {})).template,
      "aws_s3_object.compute_service",
    );
    const [comment = "", json = ""] = String(body["content"]).split("\n");
    return { body, comment, json };
  };

  it("lies where servers apply it, and names the secret that they hand to its pods", () => {
    const { body, comment, json } = manifestIn("prod");
    expect(body).toMatchObject({ key: "region/service.yaml" });
    expect(comment).toBe(
      "# database-secret: ${aws_db_instance.database_instance.master_user_secret[0].secret_arn}",
    );
    expect(JSON.parse(json)).toMatchObject({ kind: "List" });
    expect(json).toContain('"nodePort":30080');
    expect(json).toContain('"DATABASE_CREDENTIALS_FILE"');
    expect(json).toContain('"secret":{"secretName":"database"}');
    expect(json).not.toContain("DATABASE_SECRET_ARN");
  });

  it("is that of its own region, whatever a restored cluster remembers", () => {
    const { json } = manifestIn("dr", merge(K3S, activation("active")));
    expect(json).toContain("${aws_ecr_repository.registry_repository.repository_url}:1.0.0");
    expect(json).toContain('"AWS_REGION","value":"eu-central-1"');
    expect(json).not.toContain("eu-west-1");
  });
});

describe("alarms", () => {
  const alarms = (name: "prod" | "dr") =>
    resourcesOf(synthesizeOne(name, K3S).template, "aws_cloudwatch_metric_alarm")
      .map(({ body }) => body)
      .filter((body) => body["namespace"] === "PilotLight/k3s");

  it("go off when servers, workers or snapshots are missing, or nobody reports", () => {
    expect(alarms("prod")).toMatchObject([
      { metric_name: "ReadyServers", threshold: 3, comparison_operator: "LessThanThreshold" },
      { metric_name: "SnapshotAge", threshold: 4500, comparison_operator: "GreaterThanThreshold" },
      { metric_name: "ReadyWorkers", threshold: 3, comparison_operator: "LessThanThreshold" },
    ]);
    expect(alarms("prod").every((alarm) => alarm["treat_missing_data"] === "breaching")).toBe(true);
  });

  it("are silent in a pilot light", () => {
    expect(alarms("dr")).toEqual([]);
  });
});
