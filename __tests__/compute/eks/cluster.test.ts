import { describe, expect, it } from "vitest";
import { resourcesOf } from "../../../src/guardrails/template.ts";
import { merge, resourceAt, synthesizeOne } from "../../support/environments.ts";
import { ADMIN, EKS } from "./environments.ts";

const CLUSTER = "aws_eks_cluster.compute_control_plane_cluster";
const OWN_GROUP = `\${${CLUSTER}.vpc_config[0].cluster_security_group_id}`;
const NODES_GROUP = "${aws_security_group.compute_nodes_access_firewall.id}";

const prod = synthesizeOne("prod", EKS).template;
const clusterWith = (compute: object) =>
  resourceAt(synthesizeOne("prod", merge(EKS, { prod: { compute } })).template, CLUSTER);
const rules = (type: string, group: string) =>
  resourcesOf(prod, type)
    .filter(({ body }) => body["security_group_id"] === group)
    .map(({ body }) => body);

describe("the control plane", () => {
  const cluster = resourceAt(prod, CLUSTER);

  it("encrypts secrets with the environment's key, and logs all it does to an encrypted group", () => {
    expect(cluster).toMatchObject({
      encryption_config: {
        provider: { key_arn: "${aws_kms_key.keys_data_key.arn}" },
        resources: ["secrets"],
      },
      enabled_cluster_log_types: ["api", "audit", "authenticator", "controllerManager", "scheduler"],
      depends_on: [
        "aws_cloudwatch_log_group.compute_control_plane_log",
        "aws_iam_role_policy.compute_control_plane_policy",
      ],
    });
    expect(resourceAt(prod, "aws_cloudwatch_log_group.compute_control_plane_log")).toMatchObject({
      name: "/aws/eks/shop-prod/cluster",
      kms_key_id: "${aws_kms_key.keys_telemetry_key.arn}",
    });
  });

  it("is private unless ranges are named, and private to its nodes then, too", () => {
    expect(cluster["vpc_config"]).toMatchObject({
      endpoint_private_access: true,
      endpoint_public_access: false,
    });
    const endpoint = { public: true, allowedCidrs: ["198.51.100.0/24"] };
    expect(clusterWith({ endpoint })["vpc_config"]).toMatchObject({
      endpoint_private_access: true,
      endpoint_public_access: true,
      public_access_cidrs: ["198.51.100.0/24"],
    });
  });

  it("is reached by its nodes, and by the private ranges that are named", () => {
    expect(rules("aws_vpc_security_group_ingress_rule", OWN_GROUP)).toMatchObject([
      { referenced_security_group_id: NODES_GROUP, from_port: 443, to_port: 443 },
    ]);
    const vpn = merge(EKS, { prod: { compute: { endpoint: { privateCidrs: ["10.200.0.0/16"] } } } });
    const { template } = synthesizeOne("prod", vpn);
    expect(
      resourceAt(
        template,
        "aws_vpc_security_group_ingress_rule.compute_control_plane_api_from_10_200_0_0_16",
      ),
    ).toMatchObject({ security_group_id: OWN_GROUP, cidr_ipv4: "10.200.0.0/16", from_port: 443 });
  });

  it("knows whoever has an access entry, and not whoever created it (T10)", () => {
    expect(cluster["access_config"]).toEqual({
      authentication_mode: "API",
      bootstrap_cluster_creator_admin_permissions: false,
    });
    expect(resourcesOf(prod, "aws_eks_access_entry").map(({ body }) => body)).toMatchObject([
      { principal_arn: ADMIN, type: "STANDARD" },
    ]);
    expect(resourcesOf(prod, "aws_eks_access_policy_association").map(({ body }) => body)).toMatchObject([
      {
        policy_arn: "arn:aws:eks::aws:cluster-access-policy/AmazonEKSClusterAdminPolicy",
        access_scope: { type: "cluster" },
      },
    ]);
  });

  it("limits a policy to its namespaces", () => {
    const access = [{ principalArn: ADMIN, policy: "edit", namespaces: ["app"] }];
    const { template } = synthesizeOne("prod", merge(EKS, { prod: { compute: { access } } }));
    const [association] = resourcesOf(template, "aws_eks_access_policy_association");
    expect(association?.body).toMatchObject({
      policy_arn: "arn:aws:eks::aws:cluster-access-policy/AmazonEKSEditPolicy",
      access_scope: { type: "namespace", namespaces: ["app"] },
    });
  });

  it("stays on its version when the standard support ends, unless it is told to go on", () => {
    expect(cluster).toMatchObject({ version: "1.35", upgrade_policy: { support_type: "EXTENDED" } });
    expect(clusterWith({ extendedSupport: false })).toMatchObject({
      upgrade_policy: { support_type: "STANDARD" },
    });
  });
});

it("reaches EKS and EC2 without a NAT gateway", () => {
  const network = { nat: "none", interfaceEndpoints: true };
  const { template } = synthesizeOne("prod", merge(EKS, { prod: { network } }));
  const services = resourcesOf(template, "aws_vpc_endpoint").map(({ body }) => body["service_name"]);
  const own = ["ec2", "eks", "eks-auth", "ssm", "ecr.dkr", "sts"];
  expect(services).toEqual(expect.arrayContaining(own.map((name) => `com.amazonaws.eu-west-1.${name}`)));
});
