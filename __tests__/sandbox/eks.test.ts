import * as ec2 from "@aws-sdk/client-ec2";
import * as eks from "@aws-sdk/client-eks";
import { afterAll, beforeAll, describe, expect, it, vi } from "vitest";
import project from "../../examples/eks/project.ts";
import { SANDBOX_CREDENTIALS } from "../../sandbox/gateway/moto-port.ts";
import { connect } from "../../src/aws/connect.ts";
import type { Aws } from "../../src/aws/port.ts";
import { activation } from "../support/environments.ts";
import { PlatformStack } from "./support/platform-stack.ts";
import { probe } from "./support.ts";

const REGION = project.regions.standby;
const CLUSTER = "shop-dr";
const GROUP = "shop-dr-nodes";

/** The platform without the load balancer and the database before it, which other tests deploy and which take minutes. */
const TARGETS = [
  "aws_eks_addon.compute_addons_coredns",
  "aws_eks_addon.compute_addons_eks_pod_identity_agent",
  "aws_eks_addon.compute_addons_kube_proxy",
  "aws_eks_addon.compute_addons_vpc_cni",
  "aws_eks_access_policy_association.compute_control_plane_access_role_deploy_policy",
  "aws_eks_access_policy_association.compute_control_plane_access_role_platform_admin_policy",
  "aws_eks_node_group.compute_nodes_group",
  "aws_eks_pod_identity_association.compute_pods_association",
  "aws_iam_role_policy.compute_pods_database_policy",
  "aws_vpc_security_group_ingress_rule.compute_control_plane_nodes",
  "aws_vpc_security_group_ingress_rule.compute_nodes_from_control_plane",
];

const capabilities = await probe();

describe.skipIf(!capabilities.isReady)("an EKS standby with real Terraform", () => {
  let stack: PlatformStack;
  let aws: Aws;
  const stop = new AbortController();

  beforeAll(async () => {
    stack = await PlatformStack.start(capabilities, "eks", project.accountId, TARGETS);
    for (const [name, value] of Object.entries(stack.sandbox.variables)) vi.stubEnv(name, value);
    aws = await connect({ signal: stop.signal });
  });
  afterAll(async () => {
    stop.abort();
    vi.unstubAllEnvs();
    await stack?.remove();
  });

  const nodes = async () => {
    const region = aws.in(REGION);
    const group = await region.nodeGroup(CLUSTER, GROUP);
    const [name = ""] = group?.groups ?? [];
    return { ...group, running: (await region.instanceGroup(name))?.inServiceCount };
  };
  const client = () =>
    new eks.EKSClient({
      region: REGION,
      endpoint: stack.sandbox.url,
      credentials: SANDBOX_CREDENTIALS,
      maxAttempts: 1,
    });

  it("deploys a control plane without nodes, waits for no add-on, and finds nothing left to do (T10)", async () => {
    await stack.apply();
    await stack.expectEmptyPlan();
    expect(await nodes()).toMatchObject({
      clusterStatus: "ACTIVE",
      status: "ACTIVE",
      desiredCount: 0,
      running: 0,
      problems: [],
    });
    const machines = new ec2.EC2Client({
      region: REGION,
      endpoint: stack.sandbox.url,
      credentials: SANDBOX_CREDENTIALS,
    });
    const { Reservations } = await machines.send(new ec2.DescribeInstancesCommand({}));
    expect(Reservations).toEqual([]);
    const { LaunchTemplateVersions: [version] = [] } = await machines.send(
      new ec2.DescribeLaunchTemplateVersionsCommand({ LaunchTemplateName: GROUP }),
    );
    const tagged = version?.LaunchTemplateData?.TagSpecifications?.map(({ ResourceType }) => ResourceType);
    expect(tagged).toEqual(["volume", "network-interface", "instance"]);
  });

  it("gets the primary's nodes and CoreDNS with one apply that changes nothing else, and loses them with another", async () => {
    await stack.write({ "dr.activation": activation("active")["dr.activation"] });
    expect(await stack.change()).toEqual({
      "aws_eks_node_group.compute_nodes_group": ["update"],
      "aws_eks_addon.compute_addons_coredns": ["create"],
    });
    await stack.expectEmptyPlan();
    expect(await nodes()).toMatchObject({ desiredCount: 3, running: 3, problems: [] });

    await stack.write();
    expect(await stack.change()).toEqual({
      "aws_eks_node_group.compute_nodes_group": ["update"],
      "aws_eks_addon.compute_addons_coredns": ["delete"],
    });
    expect(await nodes()).toMatchObject({ desiredCount: 0, running: 0 });
  });

  it("is emulated with what EKS refuses", async () => {
    const resize = (minSize: number, maxSize: number, desiredSize: number) =>
      client().send(
        new eks.UpdateNodegroupConfigCommand({
          clusterName: CLUSTER,
          nodegroupName: GROUP,
          scalingConfig: { minSize, maxSize, desiredSize },
        }),
      );
    await expect(resize(0, 0, 0)).rejects.toThrow("maxSize must be greater than or equal to 1");
    await expect(resize(3, 9, 0)).rejects.toThrow("Minimum capacity 3 can't be greater than desired size 0");
    const clusterName = CLUSTER;
    await client().send(new eks.CreateAddonCommand({ clusterName, addonName: "coredns" }));
    const { addon } = await client().send(
      new eks.DescribeAddonCommand({ clusterName, addonName: "coredns" }),
    );
    expect(addon?.status).toBe("DEGRADED");
    await client().send(new eks.DeleteAddonCommand({ clusterName, addonName: "coredns" }));
    const masters = new eks.CreateAccessEntryCommand({
      clusterName,
      principalArn: "arn:aws:iam::111122223333:role/root",
      kubernetesGroups: ["system:masters"],
    });
    await expect(client().send(masters)).rejects.toThrow("cannot start with system:");
    const large = new eks.CreateNodegroupCommand({
      clusterName,
      nodegroupName: "large",
      nodeRole: "arn:aws:iam::111122223333:role/node",
      subnets: [],
      launchTemplate: { id: "lt-1" },
      scalingConfig: { minSize: 0, maxSize: 1, desiredSize: 0 },
      diskSize: 100,
    });
    await expect(client().send(large)).rejects.toThrow("Disk size must be specified within");
    await expect(
      client().send(new eks.DescribeNodegroupCommand({ clusterName, nodegroupName: "another" })),
    ).rejects.toMatchObject({ name: "ResourceNotFoundException" });
  });

  it("answers what Terraform asks in the words of the SDK", async () => {
    const clusterName = CLUSTER;
    const { cluster } = await client().send(new eks.DescribeClusterCommand({ name: CLUSTER }));
    expect(cluster).toMatchObject({ status: "ACTIVE", accessConfig: { authenticationMode: "API" } });
    await expect(
      client().send(
        new eks.CreateClusterCommand({ name: CLUSTER, roleArn: "r", resourcesVpcConfig: { subnetIds: [] } }),
      ),
    ).rejects.toMatchObject({ name: "ResourceInUseException" });
    await expect(client().send(new eks.DeleteClusterCommand({ name: CLUSTER }))).rejects.toThrow(
      "Cluster has nodegroups attached",
    );
    const { update } = await client().send(
      new eks.UpdateNodegroupConfigCommand({ clusterName, nodegroupName: GROUP }),
    );
    const known = await client().send(
      new eks.DescribeUpdateCommand({ name: CLUSTER, nodegroupName: GROUP, updateId: update?.id }),
    );
    expect(known.update?.status).toBe("Successful");

    const principalArn = "arn:aws:iam::111122223333:role/auditor";
    const policyArn = "arn:aws:eks::aws:cluster-access-policy/AmazonEKSViewPolicy";
    const who = { clusterName, principalArn };
    await client().send(new eks.CreateAccessEntryCommand(who));
    expect((await client().send(new eks.DescribeAccessEntryCommand(who))).accessEntry?.type).toBe("STANDARD");
    await client().send(
      new eks.AssociateAccessPolicyCommand({ ...who, policyArn, accessScope: { type: "cluster" } }),
    );
    const policies = async () =>
      (await client().send(new eks.ListAssociatedAccessPoliciesCommand(who))).associatedAccessPolicies?.map(
        (one) => one.policyArn,
      );
    expect(await policies()).toEqual([policyArn]);
    await client().send(new eks.DisassociateAccessPolicyCommand({ ...who, policyArn }));
    expect(await policies()).toEqual([]);
    await client().send(new eks.DeleteAccessEntryCommand(who));
    await expect(client().send(new eks.DescribeAccessEntryCommand(who))).rejects.toMatchObject({
      name: "ResourceNotFoundException",
    });

    const roleArn = "arn:aws:iam::111122223333:role/shop-dr-pods";
    const pod = { clusterName, namespace: "app", serviceAccount: "app", roleArn };
    await expect(client().send(new eks.CreatePodIdentityAssociationCommand(pod))).rejects.toThrow(
      "Association already exists",
    );
    const other = await client().send(
      new eks.CreatePodIdentityAssociationCommand({ ...pod, serviceAccount: "jobs" }),
    );
    const associationId = other.association?.associationId;
    const association = { clusterName, associationId };
    const described = await client().send(new eks.DescribePodIdentityAssociationCommand(association));
    expect(described.association).toMatchObject({ serviceAccount: "jobs", roleArn });
    await client().send(new eks.DeletePodIdentityAssociationCommand(association));
  });

  it("gives up a control plane after its nodes", async () => {
    const nodeGroup = { clusterName: CLUSTER, nodegroupName: GROUP };
    await client().send(new eks.DeleteNodegroupCommand(nodeGroup));
    await expect(client().send(new eks.DescribeNodegroupCommand(nodeGroup))).rejects.toMatchObject({
      name: "ResourceNotFoundException",
    });
    await client().send(new eks.DeleteClusterCommand({ name: CLUSTER }));
    expect(await aws.in(REGION).nodeGroup(CLUSTER, GROUP)).toBeUndefined();
  });
});
