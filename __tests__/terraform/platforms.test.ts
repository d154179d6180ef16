import { mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { basename, join, resolve } from "node:path";
import { afterAll, describe, expect, inject, it } from "vitest";
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

/** Plans the standby of an example in a posture, from nothing. */
async function planInPosture(example: string, posture: Posture): Promise<Plan> {
  const outdir = join(scratch, example, posture);
  const environments = posture === "standby" ? `examples/${example}` : activated(example);
  expect(await synth({ outdir, environments })).toMatchObject({ exitCode: 0 });
  return planStack(join(outdir, "stacks/dr"), machine.env);
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

const GROUP = "aws_autoscaling_group";

describe.skipIf(machine.cannotPlan.length > 0)(titled("ecs-ec2", machine.cannotPlan), () => {
  it("has instances in posture active only, and no posture needs other roles", async () => {
    const [standby, active] = [
      await planInPosture("ecs-ec2", "standby"),
      await planInPosture("ecs-ec2", "active"),
    ];
    expect([...planned(standby, GROUP).values()]).toMatchObject([
      { min_size: 0, max_size: 0, desired_capacity: 0 },
    ]);
    expect([...planned(standby, "aws_ecs_service").values()]).toMatchObject([{ desired_count: 0 }]);
    expect([...planned(active, GROUP).values()]).toMatchObject([
      { min_size: 3, max_size: 9, desired_capacity: 3 },
    ]);
    expect([...planned(active, "aws_appautoscaling_target").values()]).toMatchObject([{ min_capacity: 3 }]);
    expect(globalResources(standby).size).toBeGreaterThan(5);
    expect(globalResources(active)).toEqual(globalResources(standby));
  });
});
