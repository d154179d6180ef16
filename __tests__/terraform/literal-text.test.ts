import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, inject, it } from "vitest";
import { z } from "zod";
import { runTerraform } from "../../sandbox/terraform/run.ts";
import { synthesize } from "../../src/stacks/synthesize.ts";
import {
  bySet,
  OUTSIDE_OF_STACKS,
  specsWith,
  takesCode,
  textPlaces,
  textsFor,
  textsIn,
} from "../support/odd-text.ts";
import { titled } from "./support/machine.ts";

const machine = inject("machine");

const ROUNDS = 4;

/** What stands for what only AWS knows. */
const REFERENCE = /\$\{(data\.)?(aws_[a-z0-9_]+|terraform_data)\.[a-z0-9_.[\]]+\}/g;

const planSchema = z.object({
  planned_values: z.object({ outputs: z.record(z.string(), z.object({ value: z.unknown() })) }),
});

/** What Terraform makes of values without references. */
async function evaluated(directory: string, values: readonly unknown[]): Promise<readonly unknown[]> {
  const output = Object.fromEntries(values.map((value, index) => [`v${index}`, { value }]));
  await writeFile(join(directory, "main.tf.json"), JSON.stringify({ output }));
  for (const args of [
    ["init", "-no-color", "-input=false"],
    ["plan", "-no-color", "-input=false", "-out=plan"],
  ]) {
    const { exitCode, stderr } = await runTerraform(directory, args, machine.env);
    if (exitCode !== 0) throw new Error(stderr.slice(0, 2000));
  }
  const { stdout } = await runTerraform(directory, ["show", "-json", "plan"], machine.env);
  const { outputs } = planSchema.parse(JSON.parse(stdout)).planned_values;
  return values.map((_, index) => outputs[`v${index}`]?.value);
}

/** Code that needs more than is here; a text that stood in it would be missing in the end. */
const UNKNOWN = /\b(aws_[a-z0-9_]+|terraform_data|data|each|self|var)\.[a-z]/;

/** The strings of a stack that Terraform can evaluate without AWS. */
function strings(value: unknown): readonly string[] {
  if (typeof value === "string") {
    const known = value.replaceAll(REFERENCE, "known");
    return UNKNOWN.test(known) ? [] : [known];
  }
  if (typeof value !== "object" || value === null) return [];
  return Object.entries(value).flatMap(([key, item]) => (key === "//" ? [] : strings(item)));
}

describe.skipIf(machine.cannotPlan.length > 0)(titled("text of people", machine.cannotPlan), async () => {
  const free = (await textPlaces()).filter((place) => takesCode(place) && !OUTSIDE_OF_STACKS.test(place.id));
  let directory = "";
  beforeAll(async () => {
    directory = await mkdtemp(join(tmpdir(), "pilot-light-text-"));
  });
  afterAll(() => rm(directory, { recursive: true, force: true }));

  it("is asked of every set but those whose text stays outside of stacks", () => {
    expect(bySet(free).length).toBeGreaterThan(2);
  });

  it.each(bySet(free).map((own) => [own[0]?.folder, own] as const))(
    "comes out of a plan as it is written in %s",
    async (_, own) => {
      const rounds = Array.from({ length: ROUNDS }, (_, round) => {
        const placed = textsFor(own, round);
        const specs = specsWith(placed);
        if (specs === undefined) throw new Error("texts that are accepted one by one are refused together");
        return { placed, templates: [...synthesize(specs).templates.values()] };
      });
      const values = await evaluated(
        directory,
        rounds.map(({ templates }) => [
          ...new Set(
            templates.flatMap(({ resource, provider, output }) => strings({ resource, provider, output })),
          ),
        ]),
      );
      const missing = rounds.flatMap(({ placed }, index) => {
        const texts = new Set(textsIn(values[index]));
        return placed
          .filter(({ text }) => !texts.has(text.normalize("NFC")))
          .map(({ place, text }) => `${place.id}: ${text}`);
      });
      expect(missing).toEqual([]);
    },
  );
});
