import { describe, expect, it } from "vitest";
import { accessIn } from "../../support/access.ts";
import { merge, synthesizeOne } from "../../support/environments.ts";
import { EKS } from "./environments.ts";

const ACCOUNT = "111122223333";
const REGION = "eu-west-1";
const NODE = "aws_iam_role.compute_nodes_role_role";
const PODS = "aws_iam_role.compute_pods_role";
const CLUSTER = "aws_iam_role.compute_control_plane_role";

const prod = accessIn(synthesizeOne("prod", EKS));
const ec2 = (resource: string): string => `arn:aws:ec2:${REGION}:${ACCOUNT}:${resource}`;
const eks = (name: string): string => `arn:aws:eks:${REGION}:${ACCOUNT}:cluster/${name}`;
const vpc = (id: string) => ({ "ec2:Vpc": ec2(`vpc/${id}`) });
const OWN_VPC = vpc(prod.resolve("${aws_vpc.network_vpc.id}"));
const INTERFACE = ec2("network-interface/eni-0a1b2c3d4e5f60718");

describe("a node", () => {
  it("is EC2's to start, and nobody else's", async () => {
    expect(await prod.serviceMayAssume("ec2.amazonaws.com", NODE)).toBe(true);
    expect(await prod.serviceMayAssume("eks.amazonaws.com", NODE)).toBe(false);
  });

  it("joins its own cluster, and gets credentials for its own pods", async () => {
    for (const action of ["eks:DescribeCluster", "eks-auth:AssumeRoleForPodIdentity"]) {
      expect(await prod.roleMay(NODE, action, eks("shop-prod"))).toBe(true);
      expect(await prod.roleMay(NODE, action, eks("shop-dev"))).toBe(false);
    }
  });

  it.each([
    "AssignPrivateIpAddresses",
    "UnassignPrivateIpAddresses",
    "DeleteNetworkInterface",
    "ModifyNetworkInterfaceAttribute",
  ])("may %s in its own network only", async (action) => {
    expect(await prod.roleMay(NODE, `ec2:${action}`, INTERFACE, OWN_VPC)).toBe(true);
    expect(await prod.roleMay(NODE, `ec2:${action}`, INTERFACE, vpc("vpc-of-another"))).toBe(false);
  });

  it("attaches interfaces to nodes of its own cluster only", async () => {
    const to = (cluster: string) =>
      prod.roleMay(NODE, "ec2:AttachNetworkInterface", ec2("instance/i-0a1b2c3d4e5f60718"), {
        [`aws:ResourceTag/kubernetes.io/cluster/${cluster}`]: "owned",
      });
    expect(await to("shop-prod")).toBe(true);
    expect(await to("shop-dev")).toBe(false);
  });

  it("makes interfaces in its own network only", async () => {
    const subnet = ec2("subnet/subnet-0a1b2c3d4e5f60718");
    expect(await prod.roleMay(NODE, "ec2:CreateNetworkInterface", subnet, OWN_VPC)).toBe(true);
    expect(await prod.roleMay(NODE, "ec2:CreateNetworkInterface", subnet, vpc("vpc-of-another"))).toBe(false);
  });

  it("pulls the service's images and AWS's add-ons, and no other of the account's", async () => {
    const pull = (arn: string, account: string) =>
      prod.roleMay(NODE, "ecr:BatchGetImage", arn, { "aws:ResourceAccount": account });
    const own = prod.arnOf("aws_ecr_repository.registry_repository");
    const addon = `arn:aws:ecr:${REGION}:602401143452:repository/eks/coredns`;
    expect(await pull(own, ACCOUNT)).toBe(true);
    expect(await pull(own.replace("shop-prod", "payroll"), ACCOUNT)).toBe(false);
    // The repository's own policy, which is AWS's, says the other half.
    const half = await prod.identityMay(
      `arn:aws:iam::${ACCOUNT}:role/shop-prod-node`,
      [],
      "ecr:BatchGetImage",
      addon,
    );
    expect(half).toBe(false);
  });

  it.each([
    ["secretsmanager:GetSecretValue", `arn:aws:secretsmanager:${REGION}:${ACCOUNT}:secret:rds!db-1-a1B2c3`],
    ["ssm:GetParameter", `arn:aws:ssm:${REGION}:${ACCOUNT}:parameter/shop/prod/database`],
    ["ec2:RunInstances", ec2("instance/*")],
    ["ec2:TerminateInstances", ec2("instance/i-0a1b2c3d4e5f60718")],
    ["eks:CreateAccessEntry", eks("shop-prod")],
    ["elasticloadbalancing:DeregisterTargets", "*"],
  ])("may not %s, which is a matter of its pods or of nobody", async (action, resource) => {
    expect(await prod.roleMay(NODE, action, resource)).toBe(false);
  });

  it("is reached through Session Manager only where that is asked for", async () => {
    const open = (access: typeof prod) => access.roleMay(NODE, "ssmmessages:OpenDataChannel", "*");
    const sessions = merge(EKS, { prod: { compute: { nodeSessions: true } } });
    expect(await open(prod)).toBe(false);
    expect(await open(accessIn(synthesizeOne("prod", sessions)))).toBe(true);
  });
});

describe("the service's pods", () => {
  const request = (changes: Readonly<Record<string, string>> = {}) => ({
    "aws:RequestTag/eks-cluster-arn": eks("shop-prod"),
    "aws:RequestTag/kubernetes-namespace": "app",
    "aws:RequestTag/kubernetes-service-account": "app",
    ...changes,
  });
  const may = (context: Readonly<Record<string, string>>) =>
    prod.serviceMayAssume("pods.eks.amazonaws.com", PODS, context);

  it("get their role on their own cluster, in their namespace, by their service account", async () => {
    expect(await may(request())).toBe(true);
    for (const other of [
      { "aws:RequestTag/eks-cluster-arn": eks("shop-dev") },
      { "aws:RequestTag/kubernetes-namespace": "default" },
      { "aws:RequestTag/kubernetes-service-account": "default" },
    ]) {
      expect(await may(request(other))).toBe(false);
    }
    expect(await prod.serviceMayAssume("ec2.amazonaws.com", PODS, request())).toBe(false);
  });

  it("read where their database is, and its password, and nothing else", async () => {
    const parameter = (name: string) => `arn:aws:ssm:${REGION}:${ACCOUNT}:parameter${name}`;
    expect(await prod.roleMay(PODS, "ssm:GetParameter", parameter("/shop/prod/database"))).toBe(true);
    expect(await prod.roleMay(PODS, "ssm:GetParameter", parameter("/shop/dev/database"))).toBe(false);
    const secret = `arn:aws:secretsmanager:${REGION}:${ACCOUNT}:secret:rds!db-1-a1B2c3`;
    const owned = (instance: string) => ({
      "aws:ResourceTag/aws:rds:primaryDBInstanceArn": `arn:aws:rds:${REGION}:${ACCOUNT}:db:${instance}`,
    });
    const read = (instance: string) =>
      prod.roleMay(PODS, "secretsmanager:GetSecretValue", secret, owned(instance));
    expect(await read("shop-prod-database")).toBe(true);
    expect(await read("shop-dev-database")).toBe(false);
    expect(await prod.roleMay(PODS, "ssm:PutParameter", parameter("/shop/prod/database"))).toBe(false);
  });
});

describe("the control plane", () => {
  it("is EKS's to run, for this account", async () => {
    const of = (account: string) =>
      prod.serviceMayAssume("eks.amazonaws.com", CLUSTER, { "aws:SourceAccount": account });
    expect(await of(ACCOUNT)).toBe(true);
    expect(await of("444455556666")).toBe(false);
  });

  it("makes no load balancer: that is Terraform's", async () => {
    for (const action of ["CreateLoadBalancer", "CreateTargetGroup", "DeleteLoadBalancer"]) {
      expect(await prod.roleMay(CLUSTER, `elasticloadbalancing:${action}`, "*")).toBe(false);
    }
    expect(await prod.roleMay(CLUSTER, "ec2:DescribeInstances", "*")).toBe(true);
  });
});
