import type { Guardrail, Violation } from "./guardrail.ts";
import { isProduction } from "./guardrail.ts";
import { blocksOf, resourcesOf, type Template } from "./template.ts";

const STRATEGIES = [
  ["aws_ecs_service", "capacity_provider_strategy"],
  ["aws_ecs_cluster_capacity_providers", "default_capacity_provider_strategy"],
] as const;

/** AWS may take all interruptible capacity back at once, and tell so two minutes before. */
export const spotInProduction: Guardrail = {
  name: "spot-in-production",
  summary: "in a production environment nothing runs on interruptible capacity",
  violations: (subject) => {
    if (!isProduction(subject)) return [];
    return [...fargateSpot(subject.template), ...spotInstances(subject.template)];
  },
};

function fargateSpot(template: Template): Violation[] {
  return STRATEGIES.flatMap(([type, strategy]) =>
    resourcesOf(template, type).flatMap(({ address, body }) =>
      blocksOf(body, strategy)
        .filter((share) => share["capacity_provider"] === "FARGATE_SPOT")
        .map(() => ({
          key: "compute.capacity.mode",
          message: `${address} runs on interruptible capacity in production, got FARGATE_SPOT; set it to "fargate"`,
        })),
    ),
  );
}

/** Spot instances are asked for by a launch template, by the group that mixes them in, or by a node group of EKS. */
function spotInstances(template: Template): Violation[] {
  const templates = resourcesOf(template, "aws_launch_template")
    .filter(({ body }) =>
      blocksOf(body, "instance_market_options").some((options) => options["market_type"] === "spot"),
    )
    .map(({ address }) => ({ address, got: "market_type spot" }));
  const groups = resourcesOf(template, "aws_autoscaling_group").flatMap(({ address, body }) =>
    blocksOf(body, "mixed_instances_policy")
      .flatMap((policy) => blocksOf(policy, "instances_distribution"))
      .map((distribution) => Number(distribution["on_demand_percentage_above_base_capacity"] ?? 100))
      .filter((percent) => !(percent >= 100))
      .map((percent) => ({ address, got: `${percent} percent on demand` })),
  );
  const nodes = resourcesOf(template, "aws_eks_node_group")
    .filter(({ body }) => body["capacity_type"] === "SPOT")
    .map(({ address }) => ({ address, got: "capacity_type SPOT" }));
  return [...templates, ...groups, ...nodes].map(({ address, got }) => ({
    key: "compute.capacity",
    message: `${address} runs on interruptible capacity in production, got ${got}; leave all instances on demand`,
  }));
}
