import { randomUUID } from "node:crypto";
import {
  AutoScalingClient,
  CreateAutoScalingGroupCommand,
  CreateLaunchConfigurationCommand,
  DeleteAutoScalingGroupCommand,
  UpdateAutoScalingGroupCommand,
} from "@aws-sdk/client-auto-scaling";
import { z } from "zod";
import type { Call } from "../../gateway/call.ts";
import { readJson } from "../../gateway/input.ts";
import { AwsError } from "../../gateway/reply.ts";
import type { Actions } from "../backup/actions.ts";
import { type EksState, found, invalid, inUse, type NodeGroup, type Scaling, tagsSchema } from "./state.ts";

const scalingSchema = z.object({ minSize: z.int(), maxSize: z.int(), desiredSize: z.int() });

const nodeGroupSchema = z.looseObject({
  nodegroupName: z.string(),
  subnets: z.array(z.string()),
  scalingConfig: scalingSchema,
  launchTemplate: z.looseObject({ id: z.string().optional(), version: z.string().optional() }).optional(),
  diskSize: z.int().optional(),
  capacityType: z.string().default("ON_DEMAND"),
  tags: tagsSchema,
});

const updateSchema = z.looseObject({ scalingConfig: scalingSchema.optional() });

/** The image of moto's own account that its instances are started with. */
const AMI = "ami-12c6146b";

/**
 * Node groups, each with an Auto Scaling group in moto, whose instances start at once. Sizes are held against what EKS
 * takes; launch templates are not read.
 */
export function nodeGroupActions(state: EksState): Actions {
  const autoScaling = ({ region }: Call) => new AutoScalingClient(state.world.moto.client(region));
  return {
    CreateNodegroup: async (call) => {
      const cluster = state.cluster(call);
      const input = await readJson(call, nodeGroupSchema);
      const { nodegroupName: name, scalingConfig, launchTemplate, diskSize, ...settings } = input;
      if (cluster.nodeGroups.has(name)) throw inUse(`NodeGroup already exists with name ${name}`);
      if (launchTemplate !== undefined && diskSize !== undefined)
        throw invalid("Disk size must be specified within the launch template.");
      checkSizes(scalingConfig);
      const group = `eks-${name}-${randomUUID()}`;
      await start(autoScaling(call), group, scalingConfig, settings.subnets);
      const clusterName = call.parameters["clusterName"];
      const created: NodeGroup = {
        described: {
          ...settings,
          nodegroupName: name,
          clusterName,
          launchTemplate,
          nodegroupArn: state.arn(call.region, `nodegroup/${clusterName}/${name}/${randomUUID()}`),
          version: cluster.described["version"],
          createdAt: call.time,
          modifiedAt: call.time,
        },
        scaling: scalingConfig,
        autoScalingGroup: group,
      };
      cluster.nodeGroups.set(name, created);
      return { nodegroup: describe(created) };
    },
    DescribeNodegroup: (call) => ({ nodegroup: describe(nodeGroup(state, call)) }),
    UpdateNodegroupConfig: async (call) => {
      const group = nodeGroup(state, call);
      const { scalingConfig } = await readJson(call, updateSchema);
      if (scalingConfig !== undefined) {
        checkSizes(scalingConfig);
        group.scaling = scalingConfig;
        await autoScaling(call).send(
          new UpdateAutoScalingGroupCommand({
            AutoScalingGroupName: group.autoScalingGroup,
            ...sizes(scalingConfig),
          }),
        );
      }
      const id = randomUUID();
      const update = {
        id,
        status: "Successful",
        type: "ConfigUpdate",
        params: [],
        errors: [],
        createdAt: call.time,
      };
      state.cluster(call).updates.set(id, update);
      return { update };
    },
    DeleteNodegroup: async (call) => {
      const group = nodeGroup(state, call);
      const { autoScalingGroup: AutoScalingGroupName } = group;
      await autoScaling(call).send(
        new DeleteAutoScalingGroupCommand({ AutoScalingGroupName, ForceDelete: true }),
      );
      state.cluster(call).nodeGroups.delete(String(group.described["nodegroupName"]));
      return { nodegroup: { ...describe(group), status: "DELETING" } };
    },
  };
}

function nodeGroup(state: EksState, call: Call): NodeGroup {
  const name = call.parameters["nodegroupName"] ?? "";
  return found(state.cluster(call).nodeGroups.get(name), `No node group found for name: ${name}.`);
}

const describe = ({ described, scaling, autoScalingGroup }: NodeGroup) => ({
  ...described,
  scalingConfig: scaling,
  status: "ACTIVE",
  health: { issues: [] },
  resources: { autoScalingGroups: [{ name: autoScalingGroup }] },
});

/** T9: EKS takes no maximum of 0, and no minimum above the desired size. */
function checkSizes({ minSize, maxSize, desiredSize }: Scaling): void {
  if (maxSize < 1)
    throw new AwsError("InvalidParameterException", "maxSize must be greater than or equal to 1");
  if (minSize > desiredSize)
    throw invalid(`Minimum capacity ${minSize} can't be greater than desired size ${desiredSize}`);
  if (desiredSize > maxSize)
    throw invalid(`Desired capacity ${desiredSize} can't be greater than max size ${maxSize}`);
}

const sizes = ({ minSize, maxSize, desiredSize }: Scaling) => ({
  MinSize: minSize,
  MaxSize: maxSize,
  DesiredCapacity: desiredSize,
});

async function start(
  client: AutoScalingClient,
  AutoScalingGroupName: string,
  scaling: Scaling,
  subnets: readonly string[],
): Promise<void> {
  const LaunchConfigurationName = AutoScalingGroupName;
  await client.send(
    new CreateLaunchConfigurationCommand({
      LaunchConfigurationName,
      ImageId: AMI,
      InstanceType: "m7g.large",
    }),
  );
  await client.send(
    new CreateAutoScalingGroupCommand({
      AutoScalingGroupName,
      LaunchConfigurationName,
      VPCZoneIdentifier: subnets.join(","),
      ...sizes(scaling),
    }),
  );
}
