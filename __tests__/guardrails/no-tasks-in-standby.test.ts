import { expect, it } from "vitest";
import { noTasksInStandby } from "../../src/guardrails/no-tasks-in-standby.ts";
import { EC2 } from "../compute/ecs/ec2/environments.ts";
import { breaches } from "../support/breaches.ts";
import { activation, merge, synthesizeOne } from "../support/environments.ts";
import { add, mutate } from "../support/mutate.ts";

const SERVICE = "aws_ecs_service.compute_service";
const TARGET = "aws_appautoscaling_target.compute_scaling_target";

it("holds in a pilot light, and asks nobody else", () => {
  expect(noTasksInStandby.violations(synthesizeOne("dr"))).toEqual([]);
  expect(noTasksInStandby.violations(synthesizeOne("prod"))).toEqual([]);
  expect(noTasksInStandby.violations(synthesizeOne("dr", activation("restored")))).toEqual([]);
});

it("refuses a task", () => {
  expect(noTasksInStandby.violations(mutate(synthesizeOne("dr"), SERVICE, { desired_count: 1 }))).toEqual([
    {
      key: "compute.desiredCount",
      message: `${SERVICE} starts tasks in a standby, got desired_count 1; leave it at 0, the activation scales it`,
    },
  ]);
});

it("refuses a minimum that would start tasks", () => {
  const target = { resource_id: `service/shop-dr/\${${SERVICE}.name}`, min_capacity: 1, max_capacity: 2 };
  const messages = noTasksInStandby.violations(add(synthesizeOne("dr"), TARGET, target));
  expect(messages.map(({ message }) => message)).toEqual([
    `${TARGET} starts tasks in a standby, got min_capacity 1; leave it at 0, the activation scales it`,
  ]);
});

const GROUP = "aws_autoscaling_group.compute_cluster_instances_group";

it("holds for instances that are there in peace at size 0 only", () => {
  expect(breaches(noTasksInStandby, synthesizeOne("dr", EC2))).toEqual([]);
  const active = synthesizeOne("dr", merge(EC2, activation("active")));
  expect(breaches(noTasksInStandby, active)).toEqual([]);
});

it.each(["min_size", "max_size", "desired_capacity"])("refuses a %s that lets instances start", (size) => {
  const dr = mutate(synthesizeOne("dr", EC2), GROUP, { [size]: 1 });
  expect(breaches(noTasksInStandby, dr)).toEqual([
    `compute: ${GROUP} may start instances in a standby, got ${size} 1; leave it at 0, the activation scales it`,
  ]);
});

it("refuses a size that is known after the apply only", () => {
  const dr = mutate(synthesizeOne("dr", EC2), GROUP, { max_size: "${var.size}" });
  expect(breaches(noTasksInStandby, dr)).toHaveLength(1);
});
