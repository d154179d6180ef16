import { blocksOf, type Resource, resourcesOf, type Template } from "./template.ts";

/** One of the sizes of a group of instances. */
interface Size {
  /** As Terraform names it. */
  readonly name: string;
  readonly count: number;
  /** The smallest that AWS takes. */
  readonly least: number;
}

/** A group of instances, which somebody or something scales. */
interface InstanceGroup {
  readonly address: string;
  /** The key that a person would change. */
  readonly key: string;
  readonly minimum: number;
  readonly sizes: readonly Size[];
}

/** Every Auto Scaling group, and every node group of EKS, which has one of its own. */
export function instanceGroupsOf(template: Template): InstanceGroup[] {
  return [
    ...resourcesOf(template, "aws_autoscaling_group").map(autoScalingGroup),
    ...resourcesOf(template, "aws_eks_node_group").flatMap(nodeGroup),
  ];
}

/** A desired size that is left out is the minimum, as AWS reads it. */
function autoScalingGroup({ address, body }: Resource): InstanceGroup {
  const minimum = number(body["min_size"]);
  const desired = body["desired_capacity"] === undefined ? minimum : number(body["desired_capacity"]);
  return {
    address,
    key: "compute.capacity.minInstances",
    minimum,
    sizes: [
      { name: "min_size", count: minimum, least: 0 },
      { name: "max_size", count: number(body["max_size"]), least: 0 },
      { name: "desired_capacity", count: desired, least: 0 },
    ],
  };
}

/** EKS takes no maximum of 0. */
function nodeGroup({ address, body }: Resource): InstanceGroup[] {
  return blocksOf(body, "scaling_config").map((scaling) => ({
    address,
    key: "compute.nodes.minCount",
    minimum: number(scaling["min_size"]),
    sizes: [
      { name: "min_size", count: number(scaling["min_size"]), least: 0 },
      { name: "max_size", count: number(scaling["max_size"]), least: 1 },
      { name: "desired_size", count: number(scaling["desired_size"]), least: 0 },
    ],
  }));
}

/** One that is left out or known after the apply only is no number, and no rule holds for it. */
const number = (value: Resource["body"][string]): number => Number(value ?? Number.NaN);
