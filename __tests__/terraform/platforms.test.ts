import { mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { basename, join, resolve } from "node:path";
import { afterAll, describe, expect, inject, it } from "vitest";
import { z } from "zod";
import { activation } from "../support/environments.ts";
import { titled } from "./support/machine.ts";
import { type Plan, planned } from "./support/plan.ts";
import { synth } from "./support/synth.ts";
import { planStack, validateStack } from "./support/terraform.ts";

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

/** What a plan says of resources that must be the same in every posture (T36). */
function globalResources({ resource_changes: changes }: Plan): ReadonlyMap<string, unknown> {
  const isGlobal = (type: string): boolean => /^aws_(iam|route53|budgets)_/.test(type);
  const found = changes.filter(({ mode, type }) => mode === "managed" && isGlobal(type));
  return new Map(found.map(({ address, change }) => [address, change.after]));
}

const count = z.number();
const sized = {
  aws_ecs_service: z.object({ desired_count: count }),
  aws_appautoscaling_target: z.object({ min_capacity: count, max_capacity: count }),
  aws_autoscaling_group: z.object({ min_size: count, max_size: count, desired_capacity: count }),
  aws_eks_node_group: z.object({
    scaling_config: z.array(z.object({ min_size: count, max_size: count, desired_size: count })),
  }),
};

/** All that says how much runs, by address. */
function sizesOf(plan: Plan): Readonly<Record<string, unknown>> {
  const found = Object.entries(sized).flatMap(([type, schema]): [string, unknown][] =>
    [...planned(plan, type)].map(([address, body]) => [address, schema.parse(body)]),
  );
  return Object.fromEntries<unknown>(found);
}

const service = (tasks: number) => ({ "aws_ecs_service.compute_service": { desired_count: tasks } });
const tasks = { "aws_appautoscaling_target.compute_scaling_target": { min_capacity: 3, max_capacity: 12 } };
const instances = (min_size: number, max_size: number) => ({
  "aws_autoscaling_group.compute_cluster_instances_group": { min_size, max_size, desired_capacity: min_size },
});
const nodes = (min_size: number, max_size: number) => ({
  "aws_eks_node_group.compute_nodes_group": {
    scaling_config: [{ min_size, max_size, desired_size: min_size }],
  },
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
];

describe.skipIf(machine.cannotPlan.length > 0)(titled("platforms", machine.cannotPlan), () => {
  it.concurrent.each(PLATFORMS)(
    "$example runs in posture active only, and no posture needs other roles, records or budgets (T9, T36)",
    async ({ example, peace, serving }) => {
      const [inPeace, inService] = [await standbyIn(example, "standby"), await standbyIn(example, "active")];
      const [standby, active] = [
        await planStack(inPeace, machine.env),
        await planStack(inService, machine.env),
      ];
      await expect(validateStack(inService, machine.env)).resolves.toMatchObject({ valid: true });
      expect(sizesOf(standby)).toEqual(peace);
      expect(sizesOf(active)).toEqual(serving);
      expect(globalResources(standby).size).toBeGreaterThan(5);
      expect(globalResources(active)).toEqual(globalResources(standby));
    },
  );
});
