import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { publish } from "../../src/stacks/publish.ts";

const generation = (text: string, stacks: readonly string[]): ReadonlyMap<string, string> =>
  new Map([
    ["manifest.json", text],
    ...stacks.map((stack): [string, string] => [`stacks/${stack}/cdk.tf.json`, text]),
  ]);

describe("publishing", () => {
  let outdir = "";
  beforeEach(() => {
    outdir = mkdtempSync(join(tmpdir(), "pilot-light-publish-"));
  });
  afterEach(() => rmSync(outdir, { recursive: true, force: true }));
  const textOf = (stack: string): string =>
    readFileSync(join(outdir, "stacks", stack, "cdk.tf.json"), "utf8");
  const drafts = (): string[] =>
    readdirSync(outdir, { recursive: true, encoding: "utf8" }).filter((name) => /\.\d+$/.test(name));

  it("leaves the earlier generation as it was when one file can't be written", () => {
    publish(generation("old", ["dev", "prod"]), outdir);
    writeFileSync(join(outdir, "stacks", "new"), "a file where a folder should be");
    expect(() => publish(generation("new", ["dev", "prod", "new"]), outdir)).toThrow(/EEXIST|ENOTDIR/);
    expect([textOf("dev"), textOf("prod")]).toEqual(["old", "old"]);
    expect(drafts()).toEqual([]);
  });

  it("never leaves stacks of two generations when it is cut off", () => {
    publish(generation("old", ["dev", "prod"]), outdir);
    // Something that can't be replaced cuts it off between the first stack and the second.
    rmSync(join(outdir, "stacks", "prod", "cdk.tf.json"));
    mkdirSync(join(outdir, "stacks", "prod", "cdk.tf.json", "in-the-way"), { recursive: true });
    expect(() => publish(generation("new", ["dev", "prod"]), outdir)).toThrow(/EISDIR|directory/);
    const dev = existsSync(join(outdir, "stacks", "dev", "cdk.tf.json")) ? textOf("dev") : undefined;
    expect(dev).not.toBe("new");
    expect(drafts()).toEqual([]);
  });

  it("removes drafts of a synthesis that was killed", () => {
    publish(generation("old", ["dev"]), outdir);
    writeFileSync(join(outdir, "stacks", "dev", "cdk.tf.json.999999999"), "half");
    publish(generation("old", ["dev"]), outdir);
    expect(drafts()).toEqual([]);
  });

  it("removes nothing through links", () => {
    const elsewhere = mkdtempSync(join(tmpdir(), "pilot-light-elsewhere-"));
    writeFileSync(join(elsewhere, "cdk.tf.json"), "somebody else's");
    publish(generation("old", ["dev"]), outdir);
    symlinkSync(elsewhere, join(outdir, "stacks", "linked"));
    publish(generation("new", ["dev"]), outdir);
    expect(readFileSync(join(elsewhere, "cdk.tf.json"), "utf8")).toBe("somebody else's");
    rmSync(elsewhere, { recursive: true });
  });

  it("removes a stack that is gone", () => {
    publish(generation("old", ["dev", "prod"]), outdir);
    publish(generation("new", ["dev"]), outdir);
    expect(textOf("dev")).toBe("new");
    expect(existsSync(join(outdir, "stacks", "prod", "cdk.tf.json"))).toBe(false);
  });
});
