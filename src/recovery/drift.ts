import { execFile } from "node:child_process";
import { existsSync } from "node:fs";
import { join } from "node:path";
import process from "node:process";
import { z } from "zod";
import { missingBinary, terraformBinary } from "../toolchain/binary.ts";
import type { Drift } from "./checks/check.ts";

const lineSchema = z.looseObject({
  type: z.string(),
  change: z.looseObject({ action: z.string(), resource: z.looseObject({ addr: z.string() }) }).optional(),
  diagnostic: z.looseObject({ severity: z.string(), summary: z.string() }).optional(),
});

/**
 * What Terraform would change of a synthesized stack, after a refresh and without taking its lock.
 *
 * @throws Error with what Terraform said, or when nothing is synthesized
 */
export async function findDrift(directory: string): Promise<Drift> {
  if (!existsSync(join(directory, "cdk.tf.json")))
    throw new Error(`nothing is synthesized in ${directory}; npm run synth`);
  const initialized = await terraform(directory, ["init", "-input=false", "-no-color"]);
  if (initialized.exitCode !== 0) throw new Error(`terraform init: ${lastLine(initialized.output)}`);
  const planned = await terraform(directory, ["plan", "-json", "-input=false", "-lock=false"]);
  if (planned.exitCode !== 0) throw new Error(`terraform plan: ${errorIn(planned.output)}`);
  return { changes: changesIn(planned.output) };
}

/** Addresses that a plan would change, with what it would do to them. */
export function changesIn(jsonLines: string): readonly string[] {
  return linesOf(jsonLines).flatMap(({ type, change }) =>
    type === "planned_change" && change !== undefined && change.action !== "noop"
      ? [`${change.resource.addr} (${change.action})`]
      : [],
  );
}

const errorIn = (jsonLines: string): string =>
  linesOf(jsonLines).find(({ diagnostic }) => diagnostic?.severity === "error")?.diagnostic?.summary ??
  lastLine(jsonLines);

function linesOf(jsonLines: string): z.output<typeof lineSchema>[] {
  return jsonLines.split("\n").flatMap((line) => {
    try {
      return lineSchema.parse(JSON.parse(line));
    } catch {
      // Terraform mixes in plain text when it fails early.
      return [];
    }
  });
}

const lastLine = (text: string): string => text.trim().split("\n").at(-1) ?? "";

function terraform(
  directory: string,
  args: readonly string[],
): Promise<{ readonly exitCode: number; readonly output: string }> {
  const options = { cwd: directory, maxBuffer: 64 * 1024 * 1024 };
  const binary = terraformBinary(process.env);
  return new Promise((resolve, reject) => {
    execFile(binary, args, options, (error, stdout, stderr) => {
      if (typeof error?.code === "string") reject(new Error(missingBinary(binary)));
      else resolve({ exitCode: error === null ? 0 : 1, output: `${stdout}${stderr}` });
    });
  });
}
