import { randomUUID } from "node:crypto";
import { CreateSecurityGroupCommand, DescribeSubnetsCommand, EC2Client } from "@aws-sdk/client-ec2";
import { z } from "zod";
import type { Call } from "../../gateway/call.ts";
import { readJson } from "../../gateway/input.ts";
import type { Actions } from "../backup/actions.ts";
import { type Described, type EksState, found, inUse, tagsSchema } from "./state.ts";

const clusterSchema = z.looseObject({
  name: z.string(),
  version: z.string().default("1.36"),
  resourcesVpcConfig: z.looseObject({ subnetIds: z.array(z.string()) }),
  accessConfig: z
    .looseObject({ authenticationMode: z.string() })
    .prefault({ authenticationMode: "CONFIG_MAP" }),
  logging: z.unknown().optional(),
  encryptionConfig: z.array(z.unknown()).default([]),
  upgradePolicy: z.looseObject({}).prefault({ supportType: "EXTENDED" }),
  tags: tagsSchema,
});
type ClusterInput = z.output<typeof clusterSchema>;

/** Control planes are there at once, with the security group that EKS makes for each. */
export const clusterActions = (state: EksState): Actions => ({
  CreateCluster: async (call) => {
    const input = await readJson(call, clusterSchema);
    if (state.clusters(call.region).has(input.name))
      throw inUse(`Cluster already exists with name: ${input.name}`);
    const cluster = await describe(state, call, input);
    state.clusters(call.region).set(input.name, {
      described: cluster,
      arn: String(cluster["arn"]),
      nodeGroups: new Map(),
      addons: new Map(),
      accessEntries: new Map(),
      associations: new Map(),
      updates: new Map(),
    });
    return { cluster };
  },
  DescribeCluster: (call) => ({ cluster: state.cluster(call).described }),
  DeleteCluster: (call) => {
    const { described, nodeGroups } = state.cluster(call);
    if (nodeGroups.size > 0) throw inUse("Cluster has nodegroups attached");
    state.clusters(call.region).delete(String(described["name"]));
    return { cluster: { ...described, status: "DELETING" } };
  },
  DescribeUpdate: (call) => {
    const id = call.parameters["updateId"] ?? "";
    return { update: found(state.cluster(call).updates.get(id), `No update found for ID: ${id}`) };
  },
});

async function describe(state: EksState, call: Call, input: ClusterInput): Promise<Described> {
  const { name, accessConfig, resourcesVpcConfig } = input;
  const ec2 = new EC2Client(state.world.moto.client(call.region));
  const { subnetIds: SubnetIds } = resourcesVpcConfig;
  const { Subnets = [] } = await ec2.send(new DescribeSubnetsCommand({ SubnetIds }));
  const vpcId = found(Subnets[0]?.VpcId, "No subnet found");
  const { GroupId: clusterSecurityGroupId } = await ec2.send(
    new CreateSecurityGroupCommand({
      GroupName: `eks-cluster-sg-${name}-${randomUUID().slice(0, 8)}`,
      Description:
        "EKS created security group applied to ENI that is attached to EKS Control Plane master nodes",
      VpcId: vpcId,
    }),
  );
  return {
    ...input,
    arn: state.arn(call.region, `cluster/${name}`),
    createdAt: call.time,
    status: "ACTIVE",
    endpoint: `https://${randomUUID().replaceAll("-", "").toUpperCase()}.gr7.${call.region}.eks.amazonaws.com`,
    platformVersion: "eks.1",
    certificateAuthority: { data: Buffer.from("sandbox").toString("base64") },
    identity: { oidc: { issuer: `https://oidc.eks.${call.region}.amazonaws.com/id/${randomUUID()}` } },
    kubernetesNetworkConfig: { serviceIpv4Cidr: "172.20.0.0/16", ipFamily: "ipv4" },
    health: { issues: [] },
    resourcesVpcConfig: {
      endpointPublicAccess: true,
      endpointPrivateAccess: false,
      publicAccessCidrs: ["0.0.0.0/0"],
      ...resourcesVpcConfig,
      securityGroupIds: [],
      vpcId,
      clusterSecurityGroupId,
    },
    // What only the request says is no part of a description.
    accessConfig: { authenticationMode: accessConfig.authenticationMode },
  };
}
