import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { cdktfSynth, synth } from "./support/synth.ts";

const ROOT = resolve(import.meta.dirname, "../..");

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "pilot-light-synth-"));
});
afterEach(() => {
  rmSync(folder, { recursive: true, force: true });
});

/** Contents of a folder by path below it. */
const contentsOf = (directory: string): ReadonlyMap<string, string> =>
  new Map(
    readdirSync(directory, { recursive: true, withFileTypes: true })
      .filter((entry) => entry.isFile())
      .map((entry) => join(entry.parentPath, entry.name))
      .sort()
      .map((path) => [path.slice(directory.length + 1), readFileSync(path, "utf8")]),
  );

type Edit = (text: string) => string | undefined;

/** A copy of the default environments with some files edited; an edit without a result removes the file. */
function environments(edits: Readonly<Record<string, Edit>>): string {
  const directory = join(folder, "environments");
  mkdirSync(directory);
  for (const name of readdirSync(join(ROOT, "environments"))) {
    const text = readFileSync(join(ROOT, "environments", name), "utf8").replaceAll("../src/", `${ROOT}/src/`);
    const edited = edits[name] === undefined ? text : edits[name](text);
    if (edited !== undefined) writeFileSync(join(directory, name), edited);
  }
  return directory;
}

describe("npm run synth", () => {
  it("writes the same bytes twice, and one stack for each environment", async () => {
    const [first, second] = [join(folder, "first"), join(folder, "second")];
    expect(await synth({ outdir: first })).toMatchObject({ exitCode: 0 });
    expect(await synth({ outdir: second })).toMatchObject({ exitCode: 0 });
    const contents = contentsOf(first);
    expect([...contents.keys()].filter((path) => path.endsWith("cdk.tf.json"))).toEqual(
      ["bootstrap", "dev", "dr", "prod"].map((stack) => join("stacks", stack, "cdk.tf.json")),
    );
    expect(contentsOf(second)).toEqual(contents);
  });

  it("writes what cdktf synth writes", async () => {
    const [ours, theirs] = [join(folder, "ours"), join(folder, "theirs")];
    expect(await synth({ outdir: ours })).toMatchObject({ exitCode: 0 });
    expect(await cdktfSynth({ outdir: theirs })).toMatchObject({ exitCode: 0 });
    expect(contentsOf(theirs)).toEqual(contentsOf(ours));
  });

  it("names every mistake of every file in a line of its own, and leaves an earlier output alone", async () => {
    const outdir = join(folder, "out");
    expect(await synth({ outdir })).toMatchObject({ exitCode: 0 });
    const before = contentsOf(outdir);
    const broken = environments({
      "dev.ts": (text) => text.replace("multiAz", "multiAzz"),
      "dr.ts": (text) => text.replace("10.30.0.0/16", "10.20.0.0/16"),
      "project.ts": (text) => `${text}\nthrow new Error("no coffee");\n`,
    });
    const { exitCode, stdout, stderr } = await synth({ outdir, environments: broken });
    expect(exitCode).toBe(2);
    expect(stdout).toBe("");
    const mistakes = stderr
      .trim()
      .split("\n")
      .map((line) => /([^/]+\.ts): (network\.cidr|database\.multiAzz|can't be evaluated)/.exec(line));
    expect(mistakes.map((match) => match?.slice(1))).toEqual([
      ["project.ts", "can't be evaluated"],
      ["dev.ts", "database.multiAzz"],
      ["dr.ts", "network.cidr"],
    ]);
    expect(contentsOf(outdir)).toEqual(before);
  });

  it("leaves an earlier output alone when only a guardrail objects", async () => {
    const outdir = join(folder, "out");
    expect(await synth({ outdir })).toMatchObject({ exitCode: 0 });
    const before = contentsOf(outdir);
    const unguarded = environments({
      "prod.ts": (text) => text.replace("preventDestroy: true", "multiAz: false"),
    });
    const { exitCode, stderr } = await synth({ outdir, environments: unguarded });
    expect(exitCode).toBe(2);
    expect(
      stderr
        .trim()
        .split("\n")
        .every((line) => line.includes("prod.ts: ")),
    ).toBe(true);
    expect(stderr).toContain("guardrail multi-az");
    expect(contentsOf(outdir)).toEqual(before);
  });

  it("removes a stack that is gone, and nothing that Terraform keeps beside it", async () => {
    const outdir = join(folder, "out");
    expect(await synth({ outdir })).toMatchObject({ exitCode: 0 });
    const state = join(outdir, "stacks/dr/terraform.tfstate");
    mkdirSync(join(outdir, "stacks/dr"), { recursive: true });
    writeFileSync(state, "{}");
    const without = environments({ "dr.ts": () => undefined });
    expect(await synth({ outdir, environments: without })).toMatchObject({ exitCode: 0 });
    expect(existsSync(join(outdir, "stacks/dr/cdk.tf.json"))).toBe(false);
    expect(existsSync(state)).toBe(true);
    expect(existsSync(join(outdir, "stacks/prod/cdk.tf.json"))).toBe(true);
  });
});
