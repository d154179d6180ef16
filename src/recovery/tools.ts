import { execFile } from "node:child_process";
import { existsSync } from "node:fs";
import { join } from "node:path";
import { promisify } from "node:util";
import { z } from "zod";
import { terraformBinary } from "../toolchain/binary.ts";
import { toolchain } from "../toolchain/toolchain.ts";
import type { Tools } from "./checks/check.ts";

const versionSchema = z.looseObject({ terraform_version: z.string() });

/** Terraform's own start is quick; a binary that hangs is as good as none. */
const PATIENCE_MS = 10_000;

/**
 * What this machine would recover with.
 *
 * @param directory of the standby's synthesized stack
 */
export async function toolsOf(
  directory: string,
  env: Readonly<Record<string, string | undefined>>,
): Promise<Tools> {
  const binary = terraformBinary(env);
  const provider = join(
    directory,
    ".terraform/providers/registry.terraform.io/hashicorp/aws",
    toolchain().provider,
  );
  return { binary, version: await versionOf(binary, env), hasProvider: existsSync(provider) };
}

async function versionOf(
  binary: string,
  env: Readonly<Record<string, string | undefined>>,
): Promise<string | undefined> {
  try {
    const options = { env: { ...env, CHECKPOINT_DISABLE: "1" }, timeout: PATIENCE_MS };
    const { stdout } = await promisify(execFile)(binary, ["version", "-json"], options);
    return versionSchema.parse(JSON.parse(stdout)).terraform_version;
  } catch {
    return undefined;
  }
}
