import { copyFileSync, mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { z } from "zod";
import { LOCK_FILE } from "../../toolchain/lock-file.ts";
import { StepFailed } from "../steps/step.ts";
import type { Address } from "./adoption.ts";
import { adviceFor } from "./advice.ts";
import { errorsIn } from "./events.ts";
import type { Outcome } from "./process.ts";

const rootSchema = z.looseObject({
  provider: z.unknown(),
  terraform: z.looseObject({ backend: z.unknown() }),
});

/** Imports into a state of its own, beside the stack: its own address may be taken. */
export async function importAlone(
  directory: string,
  { type, name }: Address,
  id: string,
  terraform: (directory: string, args: readonly string[]) => Promise<Outcome>,
): Promise<unknown> {
  const scratch = join(directory, "recovery-import");
  const { provider, terraform: root } = rootSchema.parse(
    JSON.parse(readFileSync(join(directory, "cdk.tf.json"), "utf8")),
  );
  const { backend: _, ...settings } = root;
  mkdirSync(scratch, { recursive: true });
  rmSync(join(scratch, "terraform.tfstate"), { force: true });
  writeFileSync(
    join(scratch, "main.tf.json"),
    JSON.stringify({ provider, terraform: settings, resource: { [type]: { [name]: {} } } }),
  );
  copyFileSync(join(directory, LOCK_FILE), join(scratch, LOCK_FILE));
  for (const args of [
    ["init", "-input=false", "-no-color"],
    ["import", "-input=false", "-no-color", `${type}.${name}`, id],
  ]) {
    const outcome = await terraform(scratch, args);
    if (outcome.exitCode !== 0) throw notImported(`terraform ${args[0]} of ${id}`, id, outcome);
  }
  const imported: unknown = JSON.parse(readFileSync(join(scratch, "terraform.tfstate"), "utf8"));
  rmSync(scratch, { recursive: true });
  return imported;
}

function notImported(what: string, id: string, { output, errors }: Outcome): StepFailed {
  const said = errorsIn(`${output}\n${errors}`);
  return new StepFailed(
    `${what} failed: ${said.join("; ")}`,
    `${id} exists, and the state lacks it`,
    adviceFor(said),
  );
}
