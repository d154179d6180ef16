import { expect, it } from "vitest";
import { hardenedInstances } from "../../src/guardrails/hardened-instances.ts";
import { noTasksInStandby } from "../../src/guardrails/no-tasks-in-standby.ts";
import { redundantTasks } from "../../src/guardrails/redundant-tasks.ts";
import { spotInProduction } from "../../src/guardrails/spot-in-production.ts";
import { EKS } from "../compute/eks/environments.ts";
import { breaches } from "../support/breaches.ts";
import { activation, merge, synthesizeOne } from "../support/environments.ts";
import { mutate } from "../support/mutate.ts";

const GROUP = "aws_eks_node_group.compute_nodes_group";
const prod = synthesizeOne("prod", EKS);
const dr = synthesizeOne("dr", EKS);
const active = synthesizeOne("dr", merge(EKS, activation("active")));

it("hold for the project's own node groups", () => {
  for (const rule of [hardenedInstances, noTasksInStandby, redundantTasks, spotInProduction]) {
    for (const environment of [prod, dr, active]) expect(breaches(rule, environment)).toEqual([]);
  }
});

it.each([
  ["min_size", 1, 0],
  ["max_size", 2, 1],
  ["desired_size", 1, 0],
])("refuse a %s that lets nodes start in a standby", (name, size, least) => {
  const scaling = { min_size: 0, max_size: 1, desired_size: 0, [name]: size };
  expect(breaches(noTasksInStandby, mutate(dr, GROUP, { scaling_config: scaling }))).toEqual([
    `compute: ${GROUP} may start instances in a standby, got ${name} ${size}; leave it at ${least}, the activation scales it`,
  ]);
});

it("refuse one node in production", () => {
  const scaling = { min_size: 1, max_size: 9, desired_size: 3 };
  expect(breaches(redundantTasks, mutate(prod, GROUP, { scaling_config: scaling }))).toEqual([
    `compute.nodes.minCount: ${GROUP} keeps too few instances for production, got min_size 1; keep at least 2`,
  ]);
});

it("refuse interruptible nodes in production", () => {
  expect(breaches(spotInProduction, mutate(prod, GROUP, { capacity_type: "SPOT" }))).toEqual([
    `compute.capacity: ${GROUP} runs on interruptible capacity in production, got capacity_type SPOT; leave all instances on demand`,
  ]);
});

it("refuse nodes whose AMI is the newest of the day (T11)", () => {
  const [line, ...others] = breaches(hardenedInstances, mutate(prod, GROUP, { release_version: undefined }));
  expect(line).toContain("runs an AMI that may be another one tomorrow (T11), got nothing");
  expect(others).toEqual([]);
});

it("refuse nodes without a launch template to hold them to", () => {
  const lines = breaches(hardenedInstances, mutate(prod, GROUP, { launch_template: undefined }));
  expect(lines).toContain(
    `${GROUP} has no launch template of the stack, got nothing to hold it to; give it one`,
  );
});
