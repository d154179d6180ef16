import { spawn } from "node:child_process";
import { fileURLToPath } from "node:url";
import { z } from "zod";

const PROCESS = fileURLToPath(new URL("./shellcheck-process.mjs", import.meta.url));

const findings = z.array(z.object({ line: z.number(), code: z.number(), message: z.string() }));

/**
 * What ShellCheck says of a script, as `line: SCnnnn message`.
 *
 * In a process of its own: a second script in the same one makes the WebAssembly module fail.
 */
export async function shellcheck(script: string): Promise<readonly string[]> {
  const output = await new Promise<string>((resolve, reject) => {
    const child = spawn(process.execPath, [PROCESS], {
      stdio: ["pipe", "pipe", "inherit"],
    });
    const chunks: Buffer[] = [];
    child.stdout.on("data", (chunk: Buffer) => chunks.push(chunk));
    child.on("error", reject);
    child.on("close", (code) => {
      if (code === 0) resolve(Buffer.concat(chunks).toString());
      else reject(new Error(`shellcheck ended with ${String(code)}`));
    });
    child.stdin.end(script);
  });
  return findings.parse(JSON.parse(output)).map(({ line, code, message }) => `${line}: SC${code} ${message}`);
}
