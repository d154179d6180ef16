import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import * as ec2 from "@aws-sdk/client-ec2";
import * as eks from "@aws-sdk/client-eks";
import { afterAll, beforeAll, describe, expect, it, vi } from "vitest";
import { z } from "zod";
import project from "../../examples/eks/project.ts";
import { SANDBOX_CREDENTIALS } from "../../sandbox/gateway/moto-port.ts";
import { startSandbox, type Sandbox } from "../../sandbox/start.ts";
import { runTerraform } from "../../sandbox/terraform/run.ts";
import { connect } from "../../src/aws/connect.ts";
import type { Aws } from "../../src/aws/port.ts";
import { specsOf } from "../../src/config/spec.ts";
import { activation, type Changes } from "../support/environments.ts";
import { exampleConfigurator } from "../support/examples.ts";
import { templatesOf } from "../support/synthesis.ts";
import { print, probe } from "./support.ts";

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
].map((address) => `-target=${address}`);

const planSchema = z.object({
  resource_changes: z.array(
    z.object({ address: z.string(), change: z.object({ actions: z.array(z.string()) }) }),
  ),
});

const capabilities = await probe();

describe.skipIf(!capabilities.isReady)("an EKS standby with real Terraform", () => {
  let sandbox: Sandbox;
  let directory: string;
  let configure: Awaited<ReturnType<typeof exampleConfigurator>>;
  let aws: Aws;
  const stop = new AbortController();

  beforeAll(async () => {
    sandbox = await startSandbox({ capabilities, account: project.accountId });
    directory = await mkdtemp(join(tmpdir(), "pilot-light-eks-"));
    configure = await exampleConfigurator("eks");
    for (const [name, value] of Object.entries(sandbox.variables)) vi.stubEnv(name, value);
    aws = await connect({ signal: stop.signal });
    await write();
    await terraform(["init"]);
  });
  afterAll(async () => {
    stop.abort();
    vi.unstubAllEnvs();
    await sandbox?.stop();
    await rm(directory, { recursive: true, force: true });
  });

  /** Synthesizes the standby, with local state. */
  async function write(record: Changes = {}): Promise<void> {
    const specs = specsOf(configure(record));
    const services = specs.services.filter(({ name }) => name === "dr");
    const template = templatesOf({ ...specs, bootstrap: undefined, traffic: undefined, services }).get("dr");
    const { backend: _, ...settings } = template?.terraform ?? {};
    const json = JSON.stringify({ ...template, terraform: settings }, undefined, 1);
    await writeFile(join(directory, "cdk.tf.json"), json);
  }

  async function terraform(args: readonly string[], expected = 0): Promise<string> {
    const isShown = args[0] === "show";
    const result = await runTerraform(directory, [...args, ...(isShown ? [] : ["-no-color"])], sandbox.env, {
      onLine: isShown ? () => undefined : print,
    });
    const said = result.exitCode === expected ? "" : `${result.stdout}${result.stderr}`;
    expect(`${result.exitCode}\n${said}`).toBe(`${expected}\n`);
    return result.stdout;
  }

  /** What a plan would change, after which it is applied. */
  async function change(): Promise<Readonly<Record<string, readonly string[]>>> {
    await terraform(["plan", "-refresh=false", "-out=plan", ...TARGETS]);
    const { resource_changes: changes } = planSchema.parse(
      JSON.parse(await terraform(["show", "-json", "plan"])),
    );
    await terraform(["apply", "plan"]);
    const real = changes.filter(({ change: { actions } }) => !actions.includes("no-op"));
    return Object.fromEntries(real.map(({ address, change: { actions } }) => [address, actions]));
  }

  const planned = () => terraform(["plan", "-detailed-exitcode", ...TARGETS]);
  const nodes = async () => {
    const region = aws.in(REGION);
    const group = await region.nodeGroup(CLUSTER, GROUP);
    const [name = ""] = group?.groups ?? [];
    return { ...group, running: (await region.instanceGroup(name))?.inServiceCount };
  };
  const client = () =>
    new eks.EKSClient({
      region: REGION,
      endpoint: sandbox.url,
      credentials: SANDBOX_CREDENTIALS,
      maxAttempts: 1,
    });

  it("deploys a control plane without nodes, waits for no add-on, and finds nothing left to do (T10)", async () => {
    await terraform(["apply", "-auto-approve", ...TARGETS]);
    await planned();
    expect(await nodes()).toMatchObject({
      clusterStatus: "ACTIVE",
      status: "ACTIVE",
      desiredCount: 0,
      running: 0,
      problems: [],
    });
    const machines = new ec2.EC2Client({
      region: REGION,
      endpoint: sandbox.url,
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
    await write({ "dr.activation": activation("active")["dr.activation"] });
    expect(await change()).toEqual({
      "aws_eks_node_group.compute_nodes_group": ["update"],
      "aws_eks_addon.compute_addons_coredns": ["create"],
    });
    await planned();
    expect(await nodes()).toMatchObject({ desiredCount: 3, running: 3, problems: [] });

    await write();
    expect(await change()).toEqual({
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
