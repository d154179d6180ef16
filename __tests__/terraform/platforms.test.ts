import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { basename, join, resolve } from "node:path";
import { afterAll, describe, expect, inject, it } from "vitest";
import { parseTemplate, resourcesOf, type Template } from "../../src/guardrails/template.ts";
import { activation } from "../support/environments.ts";
import { titled } from "./support/machine.ts";
import { type Plan, planned } from "./support/plan.ts";
import { synth } from "./support/synth.ts";
import { planStack } from "./support/terraform.ts";

const machine = inject("machine");
const scratch = mkdtempSync(join(tmpdir(), "pilot-light-platforms-"));
afterAll(() => {
  rmSync(scratch, { recursive: true, force: true });
});

type Posture = "standby" | "active";

/** The standby of an example in a posture, synthesized: where its stack is. */
async function standbyIn(example: string, posture: Posture): Promise<string> {
  const outdir = join(scratch, example, posture);
  const environments = posture === "standby" ? `examples/${example}` : activated(example);
  expect(await synth({ outdir, environments })).toMatchObject({ exitCode: 0 });
  return join(outdir, "stacks/dr");
}

/** The same files beside an activation record, as a recovery would leave them. */
function activated(example: string): string {
  const source = resolve(import.meta.dirname, "../../examples", example);
  const folder = join(scratch, example, "activated");
  mkdirSync(folder, { recursive: true });
  for (const name of readdirSync(source)) {
    const path = JSON.stringify(join(source, name));
    writeFileSync(join(folder, basename(name)), `export { default } from ${path};\n`);
  }
  const record = activation("active")["dr.activation"];
  writeFileSync(join(folder, "dr.activation.json"), JSON.stringify(record));
  return folder;
}

/** Resources of a stack that must be the same in every posture (T36). */
function globalResources({ resource }: Template): Readonly<Record<string, unknown>> {
  const isGlobal = (type: string): boolean => /^aws_(iam|route53|budgets)_/.test(type);
  return Object.fromEntries(Object.entries(resource).filter(([type]) => isGlobal(type)));
}

const readStack = (directory: string): Template =>
  parseTemplate(JSON.parse(readFileSync(join(directory, "cdk.tf.json"), "utf8")));

const SIZES: Readonly<Record<string, readonly string[]>> = {
  aws_ecs_service: ["desired_count"],
  aws_appautoscaling_target: ["min_capacity", "max_capacity"],
  aws_autoscaling_group: ["min_size", "max_size", "desired_capacity"],
  aws_eks_node_group: ["scaling_config"],
};

type Sizes = Readonly<Record<string, Readonly<Record<string, unknown>>>>;

/** All that says how much runs, by address; a plan and a stack name it alike. */
function sizesOf(resources: Iterable<readonly [address: string, body: Sizes[string]]>): Sizes {
  return Object.fromEntries(
    [...resources].flatMap(([address, body]): [string, Sizes[string]][] => {
      const names = SIZES[address.split(".")[0] ?? ""];
      return names === undefined
        ? []
        : [[address, Object.fromEntries(names.map((name) => [name, body[name]]))]];
    }),
  );
}

const sizesOfStack = (template: Template): Sizes =>
  sizesOf(
    Object.keys(template.resource).flatMap((type) =>
      resourcesOf(template, type).map(({ address, body }) => [address, body] as const),
    ),
  );

const sizesOfPlan = (plan: Plan): Sizes =>
  sizesOf(Object.keys(SIZES).flatMap((type) => [...planned(plan, type)]));

const service = (tasks: number) => ({ "aws_ecs_service.compute_service": { desired_count: tasks } });
const tasks = { "aws_appautoscaling_target.compute_scaling_target": { min_capacity: 3, max_capacity: 12 } };
const instances = (min_size: number, max_size: number) => ({
  "aws_autoscaling_group.compute_cluster_instances_group": { min_size, max_size, desired_capacity: min_size },
});
const nodes = (min_size: number, max_size: number) => ({
  "aws_eks_node_group.compute_nodes_group": {
    scaling_config: { min_size, max_size, desired_size: min_size },
  },
});

const groups = (servers: number, min_size: number, max_size: number) => ({
  "aws_autoscaling_group.compute_servers_group": {
    min_size: servers,
    max_size: servers,
    desired_capacity: servers,
  },
  "aws_autoscaling_group.compute_workers_group": { min_size, max_size, desired_capacity: min_size },
});

/** Examples of each platform and capacity mode: all that runs in peace, and once the standby serves. */
const PLATFORMS = [
  { example: "disaster-recovery", peace: service(0), serving: { ...service(3), ...tasks } },
  { example: "ecs-fargate-spot", peace: service(0), serving: { ...service(3), ...tasks } },
  {
    example: "ecs-ec2",
    peace: { ...service(0), ...instances(0, 0) },
    serving: { ...service(3), ...tasks, ...instances(3, 9) },
  },
  // EKS takes no maximum of 0.
  { example: "eks", peace: nodes(0, 1), serving: nodes(3, 9) },
  { example: "k3s", peace: groups(0, 0, 0), serving: groups(3, 3, 9) },
];

describe.skipIf(machine.cannotPlan.length > 0)(titled("platforms", machine.cannotPlan), () => {
  it.concurrent.each(PLATFORMS)(
    "$example runs in posture active only, and no posture needs other roles, records or budgets (T9, T36)",
    async ({ example, peace, serving }) => {
      // In peace it is planned with the other stacks of its example.
      const standby = readStack(await standbyIn(example, "standby"));
      const directory = await standbyIn(example, "active");
      const active = readStack(directory);
      expect(sizesOfStack(standby)).toEqual(peace);
      expect(sizesOfStack(active)).toEqual(serving);
      expect(globalResources(standby)).toHaveProperty("aws_iam_role");
      expect(globalResources(active)).toEqual(globalResources(standby));
      const plan = await planStack(directory, machine.env);
      expect(Object.keys(sizesOfPlan(plan)).toSorted()).toEqual(Object.keys(serving).toSorted());
    },
  );
});
