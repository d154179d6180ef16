import type { RegionalAws } from "../../aws/port.ts";
import { factsOf } from "../../compute/facts.ts";
import type { Scale } from "../../compute/scale.ts";
import type { ServiceSpec } from "../../config/spec.ts";

/** How much of a service runs. */
export interface Capacity {
  readonly unit: "tasks" | "nodes";
  /** Fewest that the file wants. */
  readonly least: number;
  readonly desired: number;
  readonly running: number;
  /** What AWS says is wrong. */
  readonly problems: readonly string[];
}

/** What is scaled of an environment. */
export const scaleOf = ({ config, names }: ServiceSpec): Scale => factsOf(config.compute).scale(names);

/** What runs of a service; undefined when it does not exist. */
export async function capacityOf(spec: ServiceSpec, aws: RegionalAws): Promise<Capacity | undefined> {
  const scale = scaleOf(spec);
  switch (scale.kind) {
    case "tasks": {
      const found = await aws.service(scale.clusterName, scale.serviceName);
      if (found === undefined) return undefined;
      const { desiredCount: desired, runningCount: running, status } = found;
      const problems = status === "ACTIVE" ? [] : [`the service is ${status}`];
      return { unit: "tasks", least: scale.count, desired, running, problems };
    }
    case "node-group": {
      const found = await aws.nodeGroup(scale.clusterName, scale.nodeGroupName);
      if (found === undefined) return undefined;
      const { desiredCount: desired, problems, groups } = found;
      const behind = await Promise.all(groups.map((group) => aws.instanceGroup(group)));
      const running = behind.reduce((sum, group) => sum + (group?.inServiceCount ?? 0), 0);
      return { unit: "nodes", least: scale.sizes.min, desired, running, problems };
    }
    case "instance-groups": {
      const found = await Promise.all(scale.groups.map(({ name }) => aws.instanceGroup(name)));
      if (found.some((group) => group === undefined)) return undefined;
      return {
        unit: "nodes",
        least: scale.groups.reduce((sum, { min }) => sum + min, 0),
        desired: found.reduce((sum, group) => sum + (group?.desiredCount ?? 0), 0),
        running: found.reduce((sum, group) => sum + (group?.inServiceCount ?? 0), 0),
        problems: [],
      };
    }
  }
}

/** The command that shows why something does not start. */
export function lookCommand(spec: ServiceSpec): string {
  const scale = scaleOf(spec);
  switch (scale.kind) {
    case "tasks":
      return `aws ecs describe-services --region ${spec.region} --cluster ${scale.clusterName} --services ${scale.serviceName} --query "services[].events[:5]"`;
    case "node-group":
      return `aws eks describe-nodegroup --region ${spec.region} --cluster-name ${scale.clusterName} --nodegroup-name ${scale.nodeGroupName}`;
    case "instance-groups":
      return `aws autoscaling describe-scaling-activities --region ${spec.region} --max-items 5 --auto-scaling-group-name ${scale.groups.map(({ name }) => name).join(" ")}`;
  }
}
