import { type Resource, resourcesOf, type Template } from "./template.ts";

interface TaskCount {
  readonly address: string;
  /** What sets the number of tasks. */
  readonly by: "desired_count" | "min_capacity";
  /** Fewest tasks that the service keeps. */
  readonly leastCount: number;
}

/** The fewest tasks of every ECS service: its scalable target's minimum where there is one, else its own count. */
export function taskCountsOf(template: Template): TaskCount[] {
  const targets = resourcesOf(template, "aws_appautoscaling_target");
  return resourcesOf(template, "aws_ecs_service").map(({ address, body }) => {
    const target = targets.find(({ body }) => String(body["resource_id"]).includes(`\${${address}.`));
    return target === undefined
      ? { address, by: "desired_count", leastCount: count(body["desired_count"]) }
      : { address: target.address, by: "min_capacity", leastCount: count(target.body["min_capacity"]) };
  });
}

/** A count that is left out is 0, as AWS reads it; one that is known after the apply only is no number. */
const count = (value: Resource["body"][string]): number => Number(value ?? 0);
