import { type Resource, resourcesOf, type Template } from "./template.ts";

/** The sizes of an Auto Scaling group. */
interface InstanceGroup {
  readonly address: string;
  readonly sizes: Readonly<Record<"min_size" | "max_size" | "desired_capacity", number>>;
}

/** Every Auto Scaling group; a desired size that is left out is the minimum, as AWS reads it. */
export function instanceGroupsOf(template: Template): InstanceGroup[] {
  return resourcesOf(template, "aws_autoscaling_group").map(({ address, body }) => {
    const min = size(body["min_size"]);
    const desired = body["desired_capacity"] === undefined ? min : size(body["desired_capacity"]);
    return {
      address,
      sizes: { min_size: min, max_size: size(body["max_size"]), desired_capacity: desired },
    };
  });
}

/** One that is left out or known after the apply only is no number, and no rule holds for it. */
const size = (value: Resource["body"][string]): number => Number(value ?? Number.NaN);
