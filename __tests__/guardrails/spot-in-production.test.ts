import { expect, it } from "vitest";
import { spotInProduction } from "../../src/guardrails/spot-in-production.ts";
import { EC2 } from "../compute/ecs/ec2/environments.ts";
import { activation, synthesizeOne } from "../support/environments.ts";
import { mutate } from "../support/mutate.ts";

const SERVICE = "aws_ecs_service.compute_service";
const spot = { capacity_provider_strategy: [{ capacity_provider: "FARGATE_SPOT", weight: 1 }] };

it("lets development run on Spot, and production as it is", () => {
  expect(spotInProduction.violations(synthesizeOne("dev"))).toEqual([]);
  expect(spotInProduction.violations(synthesizeOne("prod"))).toEqual([]);
});

it.each([
  ["a service", SERVICE, spot],
  [
    "a cluster's default",
    "aws_ecs_cluster_capacity_providers.compute_cluster_capacity_providers",
    { default_capacity_provider_strategy: spot.capacity_provider_strategy },
  ],
])("refuses %s on Spot in production", (_, address, changes) => {
  expect(spotInProduction.violations(mutate(synthesizeOne("prod"), address, changes))).toEqual([
    {
      key: "compute.capacity.mode",
      message: `${address} runs on interruptible capacity in production, got FARGATE_SPOT; set it to "fargate"`,
    },
  ]);
});

it.each([
  ["restored", 0],
  ["active", 1],
] as const)("finds a standby that is %s in %i breaches", (posture, breaches) => {
  const dr = mutate(synthesizeOne("dr", activation(posture)), SERVICE, spot);
  expect(spotInProduction.violations(dr)).toHaveLength(breaches);
});

const TEMPLATE = "aws_launch_template.compute_cluster_instances_template";
const GROUP = "aws_autoscaling_group.compute_cluster_instances_group";
const mixed = (percent: number) => ({
  mixed_instances_policy: { instances_distribution: { on_demand_percentage_above_base_capacity: percent } },
});

it.each([
  ["a template that asks for Spot", TEMPLATE, { instance_market_options: { market_type: "spot" } }, 1],
  ["a group that mixes Spot in", GROUP, mixed(50), 1],
  ["a group of several types on demand", GROUP, mixed(100), 0],
])("finds %s in production", (_, address, changes, breaches) => {
  const prod = mutate(synthesizeOne("prod", EC2), address, changes);
  expect(spotInProduction.violations(prod)).toHaveLength(breaches);
});

it("lets instances on demand be", () => {
  expect(spotInProduction.violations(synthesizeOne("prod", EC2))).toEqual([]);
});
