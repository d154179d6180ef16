import { spawn, type ChildProcess } from "node:child_process";
import { once } from "node:events";
import { readdir } from "node:fs/promises";
import { createInterface } from "node:readline";
import { afterEach, describe, expect, it, vi } from "vitest";
import { z } from "zod";
import { probe } from "./support.ts";

const { isReady } = await probe();

const readySchema = z.object({ ready: z.object({ url: z.string(), motoPid: z.number() }) });

const lineSchema = z.tuple([z.string()]);

/** Resolves when its output is complete. */
const exitCodeOf = (child: ChildProcess): Promise<number | null> =>
  new Promise((resolve) => {
    child.once("close", resolve);
  });

let command: ChildProcess | undefined;
afterEach(() => command?.kill("SIGKILL"));

async function startCommand(...args: string[]) {
  const child = spawn(process.execPath, ["scripts/run.mjs", "sandbox/main.ts", "--json", ...args], {
    stdio: ["ignore", "pipe", "pipe"],
  });
  command = child;
  const [line] = lineSchema.parse(await once(createInterface(child.stdout), "line"));
  return { child, ...readySchema.parse(JSON.parse(line)).ready };
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
}

const answers = (url: string) =>
  fetch(`${url}/_sandbox/`).then(
    (response) => response.ok,
    () => false,
  );

describe.skipIf(!isReady)("npm run sandbox", () => {
  it.each(["SIGINT", "SIGTERM"] as const)("stops cleanly on %s", async (signal) => {
    const { child, url, motoPid } = await startCommand();
    expect(await answers(url)).toBe(true);
    child.kill(signal);
    const exitCode = await exitCodeOf(child);
    expect(exitCode).toBe(0);
    expect(isAlive(motoPid)).toBe(false);
    expect(await answers(url)).toBe(false);
    expect(await readdir(".sandbox")).not.toContainEqual(expect.stringMatching(`^run-${child.pid}-`));
  });

  it("leaves no process behind even when it is killed", async () => {
    const { child, url, motoPid } = await startCommand();
    child.kill("SIGKILL");
    await vi.waitFor(() => expect(isAlive(motoPid)).toBe(false), { timeout: 10_000, interval: 100 });
    expect(await answers(url)).toBe(false);
  });

  it("ends with 1 and says so when moto ends by itself", async () => {
    const { child, motoPid } = await startCommand();
    const errors: string[] = [];
    child.stderr?.setEncoding("utf8").on("data", (text: string) => errors.push(text));
    process.kill(motoPid, "SIGKILL");
    const exitCode = await exitCodeOf(child);
    expect(exitCode).toBe(1);
    expect(errors.join("")).toContain("moto ended by itself; start the sandbox again");
  });

  it("says that a port is taken, and leaves nothing running", async () => {
    const first = await startCommand();
    const second = spawn(
      process.execPath,
      ["scripts/run.mjs", "sandbox/main.ts", "--port", new URL(first.url).port],
      { stdio: ["ignore", "ignore", "pipe"] },
    );
    const errors: string[] = [];
    second.stderr.setEncoding("utf8").on("data", (text: string) => errors.push(text));
    const exitCode = await exitCodeOf(second);
    expect(exitCode).toBe(1);
    expect(errors.join("")).toMatch(/port \d+ is taken; choose another one with --port/);
    expect(await readdir(".sandbox")).not.toContainEqual(expect.stringMatching(`^run-${second.pid}-`));
  });
});

describe("npm run sandbox, used wrongly", () => {
  it.each([
    [["--port", "http"], "--port takes a number from 0 to 65535, got http"],
    [["--account", "12"], "--account takes 12 digits, got 12"],
    [["--prot", "1"], "unknown option '--prot'"],
  ])("%s ends with 2 and one line", async (args, message) => {
    const child = spawn(process.execPath, ["scripts/run.mjs", "sandbox/main.ts", ...args]);
    command = child;
    const errors: string[] = [];
    child.stderr.setEncoding("utf8").on("data", (text: string) => errors.push(text));
    const exitCode = await exitCodeOf(child);
    expect(exitCode).toBe(2);
    expect(errors.join("").trim()).toBe(`${message}; see npm run sandbox -- --help`);
  });
});
