import { describe, expect, it } from "vitest";
import { resourcesOf } from "../../../src/guardrails/template.ts";
import { accessIn } from "../../support/access.ts";
import { activation, merge, resourceAt, synthesizeOne } from "../../support/environments.ts";
import { AMI_RELEASE, EKS } from "./environments.ts";

const GROUP = "aws_eks_node_group.compute_nodes_group";
const TEMPLATE = "aws_launch_template.compute_nodes_template";
const FIREWALL = "${aws_security_group.compute_nodes_access_firewall.id}";
const BALANCER = "${aws_security_group.ingress_access.id}";
const SCALING_GROUP = `\${${GROUP}.resources[0].autoscaling_groups[0].name}`;

type Posture = "standby" | "restored" | "active";
const inPosture = (posture: Posture, changes: object = EKS) =>
  synthesizeOne("dr", merge(changes, posture === "standby" ? {} : activation(posture))).template;
const scalingIn = (posture: Posture, changes: object = EKS) =>
  resourceAt(inPosture(posture, changes), GROUP)["scaling_config"];
const addonsIn = (posture: Posture) =>
  resourcesOf(inPosture(posture), "aws_eks_addon").map(({ body }) => body["addon_name"]);

const prod = synthesizeOne("prod", EKS).template;

describe("the number of nodes", () => {
  it("is 0 in a pilot light, whose maximum is the smallest that EKS takes (T9)", () => {
    expect(scalingIn("standby")).toEqual({ min_size: 0, max_size: 1, desired_size: 0 });
  });

  it.each(["restored", "active"] as const)("is the primary's in a standby that is %s (T9)", (posture) => {
    expect(scalingIn(posture)).toEqual({ min_size: 3, max_size: 9, desired_size: 3 });
    const larger = merge(EKS, { prod: { compute: { nodes: { desiredCount: 5 } } } });
    expect(scalingIn(posture, larger)).toEqual({ min_size: 3, max_size: 9, desired_size: 5 });
  });

  it("is left to what scales it in a primary, and set in a standby, where EKS would refuse 0 below the minimum (T8)", () => {
    const autoscaled = merge(EKS, { prod: { compute: { nodes: { autoscaled: true } } } });
    expect(resourceAt(synthesizeOne("prod", autoscaled).template, GROUP)["lifecycle"]).toEqual({
      ignore_changes: ["scaling_config[0].desired_size"],
    });
    expect(resourceAt(inPosture("active", autoscaled), GROUP)["lifecycle"]).toBeUndefined();
    expect(resourceAt(prod, GROUP)["lifecycle"]).toBeUndefined();
  });
});

describe("add-ons", () => {
  const everywhere = ["vpc-cni", "kube-proxy", "eks-pod-identity-agent"];

  it("do not wait for nodes in a pilot light, and CoreDNS comes with them (T10)", () => {
    expect(new Set(addonsIn("standby"))).toEqual(new Set(everywhere));
    expect(new Set(addonsIn("active"))).toEqual(new Set([...everywhere, "coredns"]));
    expect(resourceAt(prod, "aws_eks_addon.compute_addons_coredns")).toMatchObject({
      depends_on: [GROUP],
      // What is left behind answers as soon as nodes are there again.
      preserve: true,
    });
  });

  it("take over what a new cluster brings", () => {
    for (const { body } of resourcesOf(prod, "aws_eks_addon")) {
      expect(body).toMatchObject({ resolve_conflicts_on_create: "OVERWRITE" });
    }
  });
});

it.each(["restored", "active"] as const)(
  "a standby that goes %s needs no other role, key, template, firewall or cluster (T36)",
  (posture) => {
    const types = [
      "aws_iam_role",
      "aws_iam_role_policy",
      "aws_kms_key",
      "aws_launch_template",
      "aws_security_group",
      "aws_eks_cluster",
      "aws_eks_access_entry",
      "aws_eks_pod_identity_association",
      "aws_autoscaling_attachment",
    ];
    const of = ({ resource }: ReturnType<typeof inPosture>) => types.map((type) => resource[type]);
    const peace = of(inPosture("standby"));
    expect(peace.every((resources) => resources !== undefined)).toBe(true);
    expect(of(inPosture(posture))).toEqual(peace);
  },
);

describe("a node", () => {
  const template = resourceAt(prod, TEMPLATE);

  it("hands out credentials for IMDSv2 only, and none to pods", () => {
    expect(template["metadata_options"]).toMatchObject({
      http_tokens: "required",
      http_put_response_hop_limit: 1,
    });
  });

  it("keeps its volume encrypted with the environment's key, and tags what costs", () => {
    expect(template["block_device_mappings"]).toMatchObject([
      { ebs: { encrypted: "true", kms_key_id: "${aws_kms_key.keys_data_key.arn}" } },
    ]);
    const specifications: unknown = expect.arrayContaining(
      ["instance", "volume"].map((resource_type) => ({
        resource_type,
        tags: expect.objectContaining({ Environment: "prod" }) as unknown,
      })),
    );
    expect(template["tag_specifications"]).toEqual(specifications);
  });

  it("runs a pinned release of Amazon Linux 2023 for the image's architecture (T11)", () => {
    expect(resourceAt(prod, GROUP)).toMatchObject({
      ami_type: "AL2023_ARM_64_STANDARD",
      release_version: AMI_RELEASE,
      launch_template: { version: `\${${TEMPLATE}.latest_version}` },
    });
    const x86 = { architecture: "x86_64", nodes: { instanceType: "m7i.large" } };
    const { template } = synthesizeOne("prod", merge(EKS, { prod: { compute: x86 } }));
    expect(resourceAt(template, GROUP)).toMatchObject({ ami_type: "AL2023_x86_64_STANDARD" });
    // EKS refuses a disk size beside a launch template (T10).
    expect(resourceAt(template, GROUP)["disk_size"]).toBeUndefined();
  });

  it("has no SSH key, and no security group but its own", () => {
    expect(template["key_name"]).toBeUndefined();
    expect(resourceAt(prod, GROUP)["remote_access"]).toBeUndefined();
    expect(template["vpc_security_group_ids"]).toEqual([FIREWALL]);
  });

  it("is reached by the load balancer on the node port, by other nodes and the control plane, and by nobody else", () => {
    const sources = resourcesOf(prod, "aws_vpc_security_group_ingress_rule")
      .filter(({ body }) => body["security_group_id"] === FIREWALL)
      .map(({ body }) => [body["referenced_security_group_id"], body["from_port"], body["to_port"]]);
    expect(sources).toHaveLength(3);
    expect(sources).toEqual(
      expect.arrayContaining([
        [BALANCER, 30_080, 30_080],
        [FIREWALL, undefined, undefined],
        [
          "${aws_eks_cluster.compute_control_plane_cluster.vpc_config[0].cluster_security_group_id}",
          1025,
          65_535,
        ],
      ]),
    );
  });

  it("reaches its database, other nodes, and HTTPS", () => {
    const ways = resourcesOf(prod, "aws_vpc_security_group_egress_rule")
      .filter(({ body }) => body["security_group_id"] === FIREWALL)
      .map(({ body }) => [body["referenced_security_group_id"] ?? body["cidr_ipv4"], body["from_port"]]);
    expect(ways).toHaveLength(3);
    expect(ways).toEqual(
      expect.arrayContaining([
        ["${aws_security_group.database_access.id}", 5432],
        [FIREWALL, undefined],
        ["0.0.0.0/0", 443],
      ]),
    );
  });
});

describe("the load balancer", () => {
  it("sends to every node that the group ever has, on the node port", () => {
    const changes = merge(EKS, { prod: { compute: { nodePort: 31_000 } } });
    const { template } = synthesizeOne("prod", changes);
    expect(resourcesOf(template, "aws_autoscaling_attachment").map(({ body }) => body)).toMatchObject([
      {
        autoscaling_group_name: SCALING_GROUP,
        lb_target_group_arn: "${aws_lb_target_group.ingress_targets.arn}",
        // The health of a group without a load balancer is never checked (T1).
        depends_on: ["aws_lb_listener.ingress_https"],
      },
    ]);
    expect(resourceAt(template, "aws_lb_target_group.ingress_targets")).toMatchObject({
      target_type: "instance",
      port: 31_000,
    });
    expect(resourceAt(template, "aws_vpc_security_group_egress_rule.ingress_forward")).toMatchObject({
      referenced_security_group_id: FIREWALL,
      from_port: 31_000,
      to_port: 31_000,
    });
  });
});

describe("alarms", () => {
  const of = (posture: Posture) =>
    resourcesOf(inPosture(posture), "aws_cloudwatch_metric_alarm").map(({ body }) => body["metric_name"]);

  it("watch nodes and pods once there are some", () => {
    const watched = ["HealthyHostCount", "CPUUtilization", "scheduler_pending_pods_UNSCHEDULABLE"];
    expect(of("active")).toEqual(expect.arrayContaining(watched));
    for (const metric of ["HealthyHostCount", "scheduler_pending_pods_UNSCHEDULABLE"]) {
      expect(of("standby")).not.toContain(metric);
    }
  });

  it("go off when fewer nodes answer than the file wants", () => {
    const nodes = resourcesOf(prod, "aws_cloudwatch_metric_alarm").find(
      ({ body }) => body["metric_name"] === "HealthyHostCount",
    );
    expect(nodes?.body).toMatchObject({
      comparison_operator: "LessThanThreshold",
      threshold: 3,
      treat_missing_data: "breaching",
    });
  });

  it("are drawn", () => {
    const { dashboard_body: body } = resourceAt(prod, "aws_cloudwatch_dashboard.observability_dashboard");
    expect(body).toContain("service-pending-pods");
  });
});

it("opens the key of the volumes to Auto Scaling, through EC2", async () => {
  const scaling =
    "arn:aws:iam::111122223333:role/aws-service-role/autoscaling.amazonaws.com/AWSServiceRoleForAutoScaling";
  const access = accessIn(synthesizeOne("prod", EKS));
  const key = access.arnOf("aws_kms_key.keys_data_key");
  const through = { "kms:ViaService": "ec2.eu-west-1.amazonaws.com" };
  expect(await access.principalMay(scaling, "kms:GenerateDataKeyWithoutPlaintext", key, through)).toBe(true);
  expect(await access.principalMay(scaling, "kms:Decrypt", key)).toBe(false);
});
