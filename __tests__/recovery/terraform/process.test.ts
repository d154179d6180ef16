import { spawn } from "node:child_process";
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import process from "node:process";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { begunIn, run } from "../../../src/recovery/terraform/process.ts";

let directory: string;
beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), "pilot-light-process-"));
});
afterEach(() => rmSync(directory, { recursive: true }));

const shell = (script: string, onLine?: (line: string) => void) =>
  run({ file: "sh", args: ["-c", script], directory, env: process.env, ...(onLine && { onLine }) });

describe("a command on a stack", () => {
  it("is followed line by line, whatever the writes were, and leaves no output behind", async () => {
    const lines: string[] = [];
    const outcome = await shell("printf 'one\\ntw'; sleep 0.5; printf 'o\\n'; echo no >&2; exit 3", (line) =>
      lines.push(line),
    );
    expect(lines).toEqual(["one", "two"]);
    expect(outcome).toEqual({ exitCode: 3, output: "one\ntwo\n", errors: "no\n" });
    expect(readdirSync(directory)).toEqual([]);
  });

  it("keeps what it prints from other users, since plans hold secrets", async () => {
    const { output } = await shell("ls -l recovery-terraform.out");
    expect(output).toMatch(/^-rw-------/);
  });

  it("says what is missing when it can't be started", async () => {
    const missing = run({ file: "no-such-program", args: [], directory, env: process.env });
    await expect(missing).rejects.toThrow("no-such-program can't be run; TERRAFORM_BINARY names it");
  });

  it("goes on when whoever began it is killed, and is found again", async () => {
    const module = resolve("src/recovery/terraform/process.ts");
    const script = join(directory, "begin.mts");
    writeFileSync(
      script,
      `import { run } from ${JSON.stringify(module)};
await run({ file: "sh", args: ["-c", "echo begun > begun; sleep 1; echo to the end; echo done > done; sleep 1"], directory: ${JSON.stringify(directory)}, env: process.env });`,
    );
    const parent = spawn(process.execPath, ["--import", "tsx", script], { stdio: "ignore" });
    await expect.poll(() => existsSync(join(directory, "begun")), { timeout: 15_000 }).toBe(true);
    parent.kill("SIGKILL");
    const begun = begunIn(directory);
    expect(begun?.pid).not.toBe(parent.pid);
    await expect.poll(() => existsSync(join(directory, "done")), { timeout: 5000 }).toBe(true);
    expect(readFileSync(join(directory, "recovery-terraform.out"), "utf8")).toBe("to the end\n");
    await expect.poll(() => begunIn(directory)?.isAlive, { timeout: 5000 }).toBe(false);
    // And the next one is not confused by what is left.
    expect(await shell("echo next")).toMatchObject({ exitCode: 0, output: "next\n" });
  });
});
