import { spawnSync } from "node:child_process";
import { cpSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, relative, resolve } from "node:path";
import process from "node:process";
import { afterAll, describe, expect, it, vi } from "vitest";
import { loadConfiguration } from "../../src/config/load.ts";
import { formatProblem, UserError } from "../../src/config/problem.ts";

const root = mkdtempSync(join(tmpdir(), "pilot-light-environments-"));
afterAll(() => rmSync(root, { recursive: true }));

const define = resolve("src/config/define.ts");

/** A copy of the default environments with some files changed. */
function folder(name: string, files: Readonly<Record<string, string>>): string {
  const path = join(root, name);
  cpSync("environments", path, { recursive: true });
  for (const file of readdirSync(path)) {
    const text = readFileSync(join(path, file), "utf8");
    writeFileSync(join(path, file), text.replace("../src/config/define.ts", define));
  }
  for (const [file, text] of Object.entries(files)) {
    mkdirSync(resolve(path, file, ".."), { recursive: true });
    writeFileSync(join(path, file), text);
  }
  return path;
}

async function linesOf(path: string): Promise<readonly string[]> {
  try {
    await loadConfiguration(path);
    return [];
  } catch (error) {
    if (error instanceof UserError) return error.problems.map(formatProblem);
    throw error;
  }
}

describe("files that can't be evaluated", () => {
  it("are all named, each with its reason on one line", async () => {
    const path = folder("broken", {
      "bootstrap.ts": "export const environment = {};",
      "dev.ts": 'throw new Error("first line\\nsecond line");',
      "dr.ts": "process.exit(0);",
      "prod.ts": "export default {",
      "extra-a.ts": "throw { odd: true };",
      "extra-b.ts": 'import "./lib/broken.ts";',
      "extra-c.ts": 'import "no-such-package";',
      "extra-d.ts": "export default await Promise.reject(new Error());",
      "lib/broken.ts": "const = 1;",
    });
    expect((await linesOf(path)).map((line) => line.replace(`${path}/`, ""))).toEqual([
      "bootstrap.ts: no default export; write export default { ... }, or move a helper into a subfolder",
      "dev.ts: can't be evaluated, got first line; correct the file",
      "dr.ts: can't be evaluated, got a call of process.exit; correct the file",
      'extra-a.ts: can\'t be evaluated, got {"odd":true} thrown; correct the file',
      'extra-b.ts: can\'t be evaluated, got lib/broken.ts:1:6: Expected identifier but found "="; correct the file',
      "extra-c.ts: can't be evaluated, got Cannot find package 'no-such-package'; correct the file",
      "extra-d.ts: can't be evaluated, got an error without a message; correct the file",
      "prod.ts: can't be evaluated, got prod.ts:1:16: Expected identifier but found end of file; correct the file",
    ]);
  });

  it("do not hide the mistakes of the others", async () => {
    const path = folder("broken-one", {
      "dev.ts": "export default {",
      "bootstrap.ts": 'export default { kind: "bootstrap", regoin: "eu-west-1" };',
    });
    const lines = await linesOf(path);
    expect(lines).toHaveLength(2);
    expect(lines).toContainEqual(expect.stringMatching(/bootstrap\.ts: regoin: .* did you mean "region"$/));
  });

  it("leave the process able to exit", async () => {
    const exit = (): unknown => Object.getOwnPropertyDescriptor(process, "exit")?.value;
    const before = exit();
    const path = folder("exits", { "dev.ts": "process.exit(0);", "prod.ts": "process.exit(1);" });
    expect((await linesOf(path)).join()).toContain("a call of process.exit");
    expect(exit()).toBe(before);
  });
});

describe("files", () => {
  it("are read also after a terminal's Ctrl-C has ended esbuild's process", async () => {
    const path = folder("interrupted", {});
    expect(await linesOf(path)).toEqual([]);
    const { status } = spawnSync("pkill", ["-KILL", "-P", String(process.pid), "esbuild"]);
    expect(status).toBe(0);
    await vi.waitFor(() =>
      expect(spawnSync("pgrep", ["-r", "S,R", "-P", String(process.pid), "esbuild"]).status).toBe(1),
    );
    expect(await linesOf(path)).toEqual([]);
  });
});

describe("a folder of environments", () => {
  it("may hold helpers in subfolders, tests, declarations and hidden files", async () => {
    const path = folder("helpers", {
      "shared/cidr.ts": 'export const cidr = "10.60.0.0/16";',
      "staging.ts":
        'import dev from "./dev.ts"; import { cidr } from "./shared/cidr.ts"; export default { ...dev, network: { ...dev.network, cidr } };',
      "staging.test.ts": "throw new Error();",
      "globals.d.ts": "declare const x: string;",
      ".hidden.ts": "throw new Error();",
    });
    const { services } = await loadConfiguration(path);
    expect(services.map(({ name }) => name).toSorted()).toEqual(["dev", "prod", "staging"]);
    expect(services.find(({ name }) => name === "staging")?.config.network.cidr).toBe("10.60.0.0/16");
  });

  it("is called as a person would type it", async () => {
    const missing = join(root, "missing");
    expect((await linesOf(missing))[0]).toMatch(
      new RegExp(`^${missing}: folder can't be read, got .+; set ENVIRONMENTS_DIR`),
    );
    expect((await linesOf("./no/such/../folder"))[0]).toMatch(/^no\/folder: /);
    expect((await linesOf(resolve("no/folder")))[0]).toMatch(/^no\/folder: /);
    expect((await linesOf("../elsewhere"))[0]).toMatch(/^\.\.\/elsewhere: /);
  });

  it("needs a project and an environment", async () => {
    const empty = join(root, "empty");
    mkdirSync(empty);
    expect((await linesOf(empty))[0]).toMatch(/empty: holds no environment file; set ENVIRONMENTS_DIR/);
    writeFileSync(join(empty, "bootstrap.ts"), 'export default { kind: "bootstrap" };');
    expect(await linesOf(empty)).toEqual([
      `${empty}/project.ts: missing; write it as docs/configuration.md shows`,
    ]);
    rmSync(join(empty, "bootstrap.ts"));
    cpSync(join(folder("whole", {}), "project.ts"), join(empty, "project.ts"));
    expect(await linesOf(empty)).toEqual([
      `${empty}: holds no environment; add one as docs/configuration.md shows`,
    ]);
  });

  it("may leave the state bucket to another folder, which is worth a warning", async () => {
    const path = folder("no-bootstrap", {});
    rmSync(join(path, "bootstrap.ts"));
    const { bootstrap, warnings } = await loadConfiguration(path);
    expect(bootstrap).toBeUndefined();
    expect(warnings).toContain(
      `${path}: no bootstrap environment; the state bucket shop-tfstate-111122223333-eu-west-1 must exist already`,
    );
  });
});

describe("npm run synth", () => {
  it("ends with 2 and leaves an earlier output as it was", () => {
    const path = folder("refused", { "dev.ts": "export default 1;" });
    const outdir = join(root, "out");
    mkdirSync(outdir);
    writeFileSync(join(outdir, "manifest.json"), "earlier");
    const env = { ...process.env, ENVIRONMENTS_DIR: relative(process.cwd(), path), CDKTF_OUTDIR: outdir };
    const run = spawnSync(process.execPath, ["scripts/run.mjs", "main.ts"], { env, encoding: "utf8" });
    expect(run.stderr).toBe(
      `${relative(process.cwd(), path)}/dev.ts: expected an object, got 1; correct the value\n`,
    );
    expect(run.stdout).toBe("");
    expect(run.status).toBe(2);
    expect(readdirSync(outdir)).toEqual(["manifest.json"]);
    expect(readFileSync(join(outdir, "manifest.json"), "utf8")).toBe("earlier");
  });
});
