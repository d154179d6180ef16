import type { RegionalAws } from "../port.ts";
import type { Sdk } from "../sdk.ts";
import { ask } from "./ask.ts";

type Questions = Pick<RegionalAws, "instanceGroup" | "nodeGroup">;

/** Nodes and the instances that they are. */
export function nodeQuestions(sdk: Sdk): Questions {
  const { region } = sdk;
  return {
    async instanceGroup(name) {
      const { AutoScalingGroups = [] } = await ask("autoscaling:DescribeAutoScalingGroups", region, () =>
        sdk.describeInstanceGroup(name),
      );
      const [group] = AutoScalingGroups;
      if (group === undefined) return undefined;
      const serves = (group.Instances ?? []).filter(
        ({ LifecycleState, HealthStatus }) => LifecycleState === "InService" && HealthStatus === "Healthy",
      );
      return { desiredCount: group.DesiredCapacity ?? 0, inServiceCount: serves.length };
    },
    async nodeGroup(cluster, name) {
      const [found, of] = await Promise.all([
        ask("eks:DescribeNodegroup", region, () => sdk.describeNodeGroup(cluster, name), [
          "ResourceNotFoundException",
        ]),
        ask("eks:DescribeCluster", region, () => sdk.describeCluster(cluster), ["ResourceNotFoundException"]),
      ]);
      const group = found?.nodegroup;
      if (group === undefined) return undefined;
      const issues = [...(of?.cluster?.health?.issues ?? []), ...(group.health?.issues ?? [])];
      return {
        clusterStatus: of?.cluster?.status ?? "",
        status: group.status ?? "",
        desiredCount: group.scalingConfig?.desiredSize ?? 0,
        groups: (group.resources?.autoScalingGroups ?? []).flatMap(({ name }) => name ?? []),
        problems: issues.map(({ code = "", message = "" }) => `${code}: ${message}`),
      };
    },
  };
}
