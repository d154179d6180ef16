import { mkdtempSync, readdirSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, inject, it } from "vitest";
import { titled } from "./support/machine.ts";
import { cdktfSynth } from "./support/synth.ts";
import { validateStack } from "./support/terraform.ts";

const machine = inject("machine");
const root = mkdtempSync(join(tmpdir(), "pilot-light-hcl-"));
afterAll(() => {
  rmSync(root, { recursive: true, force: true });
});

/** Every kind of stack; the example has failover records and a replica of the state too. */
const SETS = [
  ["environments", ["dev"]],
  ["examples/traffic-operator", ["bootstrap", "prod", "dr", "traffic"]],
] as const;

/** The way out of CDKTF: docs/exit.md. */
describe.skipIf(machine.cannotValidate.length > 0).each(SETS)(
  titled("cdktf synth --hcl of %s", machine.cannotValidate),
  (environments, stacks) => {
    const outdir = join(root, environments);
    beforeAll(async () => {
      const { exitCode, stderr } = await cdktfSynth({ outdir, environments, hcl: true });
      if (exitCode !== 0) throw new Error(stderr);
    });

    // What the HCL says is compared with the JSON in __tests__/hcl.
    it.concurrent.each(stacks)("is accepted by Terraform: %s", async (stack) => {
      const directory = join(outdir, "stacks", stack);
      expect(readdirSync(directory)).toContain("cdk.tf");
      expect(readdirSync(directory)).not.toContain("cdk.tf.json");
      await expect(validateStack(directory, machine.env)).resolves.toMatchObject({
        valid: true,
        warning_count: 0,
      });
    });
  },
);
