import { execFile } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import process from "node:process";
import { promisify } from "node:util";
import { missingBinary, terraformBinary } from "../../src/toolchain/binary.ts";
import { hashesIn, LOCK_FILE } from "../../src/toolchain/lock-file.ts";

/** Where the provider comes from, and for which platforms. */
export interface Source {
  readonly provider: string;
  readonly platforms: readonly string[];
  /** A folder as `terraform providers mirror` makes it; the registry where it is absent. */
  readonly mirror: string | undefined;
}

/**
 * Has Terraform find out the hashes of a provider; it checks the registry's signature.
 *
 * @throws Error with what Terraform said
 */
export async function fetchHashes({ provider, platforms, mirror }: Source): Promise<readonly string[]> {
  const directory = mkdtempSync(join(tmpdir(), "pilot-light-toolchain-"));
  const binary = terraformBinary(process.env);
  try {
    const aws = { source: "hashicorp/aws", version: provider };
    writeFileSync(
      join(directory, "main.tf.json"),
      JSON.stringify({ terraform: { required_providers: { aws } } }),
    );
    const args = [
      `-chdir=${directory}`,
      "providers",
      "lock",
      "-no-color",
      ...platforms.map((platform) => `-platform=${platform}`),
      ...(mirror === undefined ? [] : [`-fs-mirror=${mirror}`]),
    ];
    await promisify(execFile)(binary, args);
    return hashesIn(readFileSync(join(directory, LOCK_FILE), "utf8"));
  } catch (error) {
    throw new Error(reasonOf(error, binary), { cause: error });
  } finally {
    rmSync(directory, { recursive: true, force: true });
  }
}

function reasonOf(error: unknown, binary: string): string {
  if (!(error instanceof Error)) return String(error);
  if ("code" in error && typeof error.code === "string") return missingBinary(binary);
  const said = "stderr" in error && typeof error.stderr === "string" ? error.stderr : error.message;
  return said.replaceAll(/[│╷╵\s]+/g, " ").trim();
}
