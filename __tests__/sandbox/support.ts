import { sandboxCapabilities, type Capabilities } from "../../sandbox/capabilities.ts";

/**
 * What this machine has. What it lacks is printed, and the tests that need it are skipped, which Vitest reports; with
 * `SANDBOX_REQUIRED=1`, as in CI, they fail.
 */
export async function probe(): Promise<Capabilities & { readonly isReady: boolean }> {
  const capabilities = await sandboxCapabilities({ progress: print });
  const isReady = capabilities.missing.length === 0;
  if (!isReady && process.env["SANDBOX_REQUIRED"] === "1") {
    throw new Error(capabilities.missing.join("\n"));
  }
  capabilities.missing.forEach((line) => print(`skipped: ${line}`));
  return { ...capabilities, isReady };
}

export function print(line: string): void {
  process.stderr.write(`${line}\n`);
}
