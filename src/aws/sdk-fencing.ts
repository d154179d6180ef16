import {
  ApplicationAutoScalingClient,
  DescribeScalableTargetsCommand,
  RegisterScalableTargetCommand,
} from "@aws-sdk/client-application-auto-scaling";
import { AutoScalingClient, UpdateAutoScalingGroupCommand } from "@aws-sdk/client-auto-scaling";
import { CloudWatchClient, DescribeAlarmsCommand } from "@aws-sdk/client-cloudwatch";
import { DescribeSecurityGroupsCommand, EC2Client } from "@aws-sdk/client-ec2";
import { ECSClient, UpdateServiceCommand } from "@aws-sdk/client-ecs";
import { EKSClient, UpdateNodegroupConfigCommand } from "@aws-sdk/client-eks";
import {
  ElasticLoadBalancingV2Client,
  SetSecurityGroupsCommand,
} from "@aws-sdk/client-elastic-load-balancing-v2";
import type { GroupSizes } from "../compute/scale.ts";
import { callsOf, once, type Patience } from "./sdk-calls.ts";

export type { IpPermission } from "@aws-sdk/client-ec2";

/** The calls that take a service out of use and put it back, and no others. */
export type FencingSdk = ReturnType<typeof fencingSdkOf>;

const TASKS = { ServiceNamespace: "ecs", ScalableDimension: "ecs:service:DesiredCount" } as const;

/** Clients are made when they are first asked. */
export function fencingSdkOf(region: string, patience: Patience) {
  const { settings, options } = callsOf(region, patience);
  const scaling = once(() => new ApplicationAutoScalingClient(settings));
  const autoscaling = once(() => new AutoScalingClient(settings));
  const cloudwatch = once(() => new CloudWatchClient(settings));
  const ec2 = once(() => new EC2Client(settings));
  const ecs = once(() => new ECSClient(settings));
  const eks = once(() => new EKSClient(settings));
  const elb = once(() => new ElasticLoadBalancingV2Client(settings));
  return {
    region,

    describeScalableTarget: (ResourceId: string) =>
      scaling().send(new DescribeScalableTargetsCommand({ ...TASKS, ResourceIds: [ResourceId] }), options),
    suspendScalableTarget: (ResourceId: string, suspended: boolean) =>
      scaling().send(
        new RegisterScalableTargetCommand({
          ...TASKS,
          ResourceId,
          SuspendedState: {
            DynamicScalingInSuspended: suspended,
            DynamicScalingOutSuspended: suspended,
            ScheduledScalingSuspended: suspended,
          },
        }),
        options,
      ),
    setDesiredCount: (cluster: string, service: string, desiredCount: number) =>
      ecs().send(new UpdateServiceCommand({ cluster, service, desiredCount }), options),
    resizeInstanceGroup: (AutoScalingGroupName: string, { min, max, desired }: GroupSizes) =>
      autoscaling().send(
        new UpdateAutoScalingGroupCommand({
          AutoScalingGroupName,
          MinSize: min,
          MaxSize: max,
          DesiredCapacity: desired,
        }),
        options,
      ),
    resizeNodeGroup: (clusterName: string, nodegroupName: string, { min, max, desired }: GroupSizes) =>
      eks().send(
        new UpdateNodegroupConfigCommand({
          clusterName,
          nodegroupName,
          scalingConfig: { minSize: min, maxSize: max, desiredSize: desired },
        }),
        options,
      ),
    describeSecurityGroups: (vpcId: string, names: readonly string[]) =>
      ec2().send(
        new DescribeSecurityGroupsCommand({
          Filters: [
            { Name: "vpc-id", Values: [vpcId] },
            { Name: "group-name", Values: [...names] },
          ],
        }),
        options,
      ),
    setLoadBalancerGroups: (LoadBalancerArn: string, groupIds: readonly string[]) =>
      elb().send(new SetSecurityGroupsCommand({ LoadBalancerArn, SecurityGroups: [...groupIds] }), options),
    describeAlarms: (AlarmNamePrefix: string, NextToken?: string) =>
      cloudwatch().send(
        new DescribeAlarmsCommand({ AlarmNamePrefix, AlarmTypes: ["MetricAlarm"], NextToken }),
        options,
      ),
  };
}
