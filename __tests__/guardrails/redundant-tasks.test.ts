import { expect, it } from "vitest";
import { redundantTasks } from "../../src/guardrails/redundant-tasks.ts";
import { EC2 } from "../compute/ecs/ec2/environments.ts";
import { synthesizeOne } from "../support/environments.ts";
import { mutate } from "../support/mutate.ts";

const TARGET = "aws_appautoscaling_target.compute_scaling_target";
const SERVICE = "aws_ecs_service.compute_service";

it("holds in production and does not ask development", () => {
  expect(redundantTasks.violations(synthesizeOne("prod"))).toEqual([]);
  expect(redundantTasks.violations(synthesizeOne("dev"))).toEqual([]);
});

it("looks at the minimum where something scales the service", () => {
  const prod = synthesizeOne("prod");
  expect(redundantTasks.violations(mutate(prod, SERVICE, { desired_count: 1 }))).toEqual([]);
  expect(redundantTasks.violations(mutate(prod, TARGET, { min_capacity: 1 }))).toEqual([
    {
      key: "compute.autoscaling.minCount",
      message: `${TARGET} keeps too few tasks for production, got min_capacity 1; run at least 2`,
    },
  ]);
});

it("looks at the count elsewhere", () => {
  const fixed = synthesizeOne("prod", { prod: { compute: { autoscaling: undefined } } });
  expect(redundantTasks.violations(fixed)).toEqual([]);
  expect(redundantTasks.violations(mutate(fixed, SERVICE, { desired_count: undefined }))).toEqual([
    {
      key: "compute.desiredCount",
      message: `${SERVICE} keeps too few tasks for production, got desired_count 0; run at least 2`,
    },
  ]);
});

it("looks at the instances below, too", () => {
  const group = "aws_autoscaling_group.compute_cluster_instances_group";
  const prod = synthesizeOne("prod", EC2);
  expect(redundantTasks.violations(prod)).toEqual([]);
  expect(redundantTasks.violations(mutate(prod, group, { min_size: 1 }))).toEqual([
    {
      key: "compute.capacity.minInstances",
      message: `${group} keeps too few instances for production, got min_size 1; keep at least 2`,
    },
  ]);
});
