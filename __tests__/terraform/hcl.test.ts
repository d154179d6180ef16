import { mkdtempSync, readdirSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, inject, it } from "vitest";
import { titled } from "./support/machine.ts";
import { cdktfSynth } from "./support/synth.ts";
import { validateStack } from "./support/terraform.ts";

const machine = inject("machine");
const outdir = mkdtempSync(join(tmpdir(), "pilot-light-hcl-"));
afterAll(() => {
  rmSync(outdir, { recursive: true, force: true });
});

/** The way out of CDKTF: docs/exit.md. */
describe.skipIf(machine.cannotValidate.length > 0)(
  titled("cdktf synth --hcl", machine.cannotValidate),
  () => {
    beforeAll(async () => {
      const { exitCode, stderr } = await cdktfSynth({ outdir, hcl: true });
      if (exitCode !== 0) throw new Error(stderr);
    });

    // What the HCL says is compared with the JSON in __tests__/hcl.
    it.concurrent.each(["bootstrap", "dev", "prod", "dr"])("is accepted by Terraform: %s", async (stack) => {
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
