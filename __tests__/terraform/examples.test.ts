import { mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { afterAll, describe, expect, inject, it } from "vitest";
import { titled } from "./support/machine.ts";
import { provideRemoteStates } from "./support/remote-states.ts";
import { synth } from "./support/synth.ts";
import { type Changes, planChanges } from "./support/terraform.ts";

const EXAMPLES = readdirSync(resolve(import.meta.dirname, "../../examples"), { withFileTypes: true })
  .filter((entry) => entry.isDirectory())
  .map(({ name }) => name);

const machine = inject("machine");
const outdirs = mkdtempSync(join(tmpdir(), "pilot-light-examples-"));
afterAll(() => {
  rmSync(outdirs, { recursive: true, force: true });
});

const plans = new Map<string, Promise<Changes>>();

/** Examples share stacks, byte for byte: what one has planned is planned for all. */
function planOnce(directory: string): Promise<Changes> {
  const stack = readFileSync(join(directory, "cdk.tf.json"), "utf8");
  const plan = plans.get(stack) ?? planChanges(directory, machine.env);
  plans.set(stack, plan);
  return plan;
}

describe.skipIf(machine.cannotPlan.length > 0)(titled("examples", machine.cannotPlan), () => {
  it.concurrent.each(EXAMPLES)("plans every stack of %s", async (example) => {
    const outdir = join(outdirs, example);
    expect(await synth({ outdir, environments: `examples/${example}` })).toMatchObject({ exitCode: 0 });
    const stacks = readdirSync(join(outdir, "stacks"));
    expect(stacks.length).toBeGreaterThan(1);
    for (const stack of stacks) {
      const directory = join(outdir, "stacks", stack);
      await provideRemoteStates(directory, machine.env["AWS_ENDPOINT_URL"] ?? "");
      const changes = await planOnce(directory);
      expect(changes, stack).toMatchObject({ change: 0, destroy: 0 });
      expect(changes.add, stack).toBeGreaterThan(0);
    }
  });
});
