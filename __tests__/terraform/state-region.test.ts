import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { z } from "zod";
import { synth } from "./support/synth.ts";

const environments = "examples/disaster-recovery";
const templateSchema = z.object({
  terraform: z.object({ backend: z.object({ s3: z.object({ region: z.string() }) }) }),
});

let outdir: string;
beforeEach(() => {
  outdir = mkdtempSync(join(tmpdir(), "pilot-light-state-region-"));
});
afterEach(() => {
  rmSync(outdir, { recursive: true, force: true });
});

function regionsOfState(): Record<string, string> {
  const stacks = join(outdir, "stacks");
  return Object.fromEntries(
    readdirSync(stacks).map((stack) => {
      const text = readFileSync(join(stacks, stack, "cdk.tf.json"), "utf8");
      return [stack, templateSchema.parse(JSON.parse(text)).terraform.backend.s3.region];
    }),
  );
}

describe("STATE_REGION=... npm run synth", () => {
  it("takes all state from the region, and says so", async () => {
    const { exitCode, stderr } = await synth({ outdir, environments, stateRegion: "eu-central-1" });
    expect(exitCode).toBe(0);
    expect(new Set(Object.values(regionsOfState()))).toEqual(new Set(["eu-central-1"]));
    expect(stderr).toContain("warning: STATE_REGION: all state is read and written in eu-central-1");
    expect(await synth({ outdir, environments })).toMatchObject({ exitCode: 0 });
    expect(regionsOfState()).toMatchObject({ prod: "eu-west-1", dr: "eu-central-1" });
  });

  it("ends with 2 for a region that holds none, and writes nothing", async () => {
    const { exitCode, stderr } = await synth({ outdir, environments, stateRegion: "us-east-1" });
    expect(exitCode).toBe(2);
    expect(stderr.trim()).toBe(
      "STATE_REGION: no region that holds state, got us-east-1; choose eu-west-1 or eu-central-1",
    );
    expect(existsSync(join(outdir, "stacks"))).toBe(false);
  });
});
