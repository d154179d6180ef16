import type { FencingAws } from "../fencing.ts";
import type { FencingSdk, IpPermission } from "../sdk-fencing.ts";
import { allOf, ask } from "./ask.ts";

const targetOf = (cluster: string, service: string): string => `service/${cluster}/${service}`;

/** What takes a service out of use, and puts it back. */
export function fencing(sdk: FencingSdk): FencingAws {
  const { region } = sdk;
  return {
    async taskScaling(cluster, service) {
      const { ScalableTargets: [target] = [] } = await ask(
        "application-autoscaling:DescribeScalableTargets",
        region,
        () => sdk.describeScalableTarget(targetOf(cluster, service)),
      );
      if (target === undefined) return undefined;
      const { DynamicScalingInSuspended, DynamicScalingOutSuspended, ScheduledScalingSuspended } =
        target.SuspendedState ?? {};
      return {
        min: target.MinCapacity ?? 0,
        max: target.MaxCapacity ?? 0,
        // Scaling in alone would do no harm, but what is suspended in part was not suspended here.
        suspended: [DynamicScalingInSuspended, DynamicScalingOutSuspended, ScheduledScalingSuspended].every(
          (one) => one === true,
        ),
      };
    },
    async suspendTaskScaling(cluster, service, suspended) {
      await ask("application-autoscaling:RegisterScalableTarget", region, () =>
        sdk.suspendScalableTarget(targetOf(cluster, service), suspended),
      );
    },
    async setTaskCount(cluster, service, count) {
      await ask("ecs:UpdateService", region, () => sdk.setDesiredCount(cluster, service, count));
    },
    async resizeInstanceGroup(name, sizes) {
      await ask("autoscaling:UpdateAutoScalingGroup", region, () => sdk.resizeInstanceGroup(name, sizes));
    },
    async resizeNodeGroup(cluster, nodeGroup, sizes) {
      await ask("eks:UpdateNodegroupConfig", region, () => sdk.resizeNodeGroup(cluster, nodeGroup, sizes));
    },
    async securityGroups(vpcId, names) {
      const { SecurityGroups = [] } = await ask("ec2:DescribeSecurityGroups", region, () =>
        sdk.describeSecurityGroups(vpcId, names),
      );
      return SecurityGroups.map(({ GroupId = "", GroupName = "", IpPermissions = [] }) => ({
        id: GroupId,
        name: GroupName,
        admits: [...new Set(IpPermissions.flatMap(sourcesOf))],
      }));
    },
    async setLoadBalancerGroups(loadBalancerArn, groupIds) {
      await ask("elasticloadbalancing:SetSecurityGroups", region, () =>
        sdk.setLoadBalancerGroups(loadBalancerArn, groupIds),
      );
    },
    async alarms(prefix) {
      const found = await ask("cloudwatch:DescribeAlarms", region, () =>
        allOf(
          (token) => sdk.describeAlarms(prefix, token),
          (page) => page.MetricAlarms,
          (page) => page.NextToken,
        ),
      );
      return found.map((alarm) => ({
        name: alarm.AlarmName ?? "",
        state: alarm.StateValue ?? "",
        reason: alarm.StateReason ?? "",
        since: alarm.StateTransitionedTimestamp ?? alarm.StateUpdatedTimestamp,
        enabled: alarm.ActionsEnabled ?? false,
      }));
    },
  };
}

const sourcesOf = ({ IpRanges, Ipv6Ranges, PrefixListIds, UserIdGroupPairs }: IpPermission): string[] => [
  ...(IpRanges ?? []).flatMap(({ CidrIp }) => CidrIp ?? []),
  ...(Ipv6Ranges ?? []).flatMap(({ CidrIpv6 }) => CidrIpv6 ?? []),
  ...(PrefixListIds ?? []).flatMap(({ PrefixListId }) => PrefixListId ?? []),
  ...(UserIdGroupPairs ?? []).flatMap(({ GroupId }) => GroupId ?? []),
];
