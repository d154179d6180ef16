import { execFileSync } from "node:child_process";
import { chmodSync, cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "pilot-light-price-"));
  for (const name of ["infracost.yml", "infracost.traffic.yml", "infracost.active.yml", "scripts/price.sh"]) {
    cpSync(name, join(folder, name));
  }
  // Stands for Infracost: says how it was called, and writes the file that it was asked for.
  const stub = join(folder, "bin/infracost");
  mkdirSync(join(folder, "bin"));
  writeFileSync(stub, '#!/bin/sh\necho "$*" >> calls\nfor last; do :; done\necho "{}" > "$last"\n');
  chmodSync(stub, 0o755);
});
afterEach(() => {
  rmSync(folder, { recursive: true, force: true });
});

function price(...args: readonly string[]): readonly string[] {
  rmSync(join(folder, "calls"), { force: true });
  const env = { ...process.env, PATH: `${join(folder, "bin")}:${process.env["PATH"] ?? ""}` };
  execFileSync("sh", ["scripts/price.sh", ...args], { cwd: folder, env });
  return readFileSync(join(folder, "calls"), "utf8").trim().split("\n");
}

const synthesized = (path: string): unknown =>
  mkdirSync(join(folder, "cdktf.out", path), { recursive: true });

describe("scripts/price.sh", () => {
  it("prices what has been synthesized, and leaves out what is not there", () => {
    synthesized("stacks/bootstrap");
    expect(price("prices")).toEqual([
      "breakdown --config-file prices/infracost.yml --format json --out-file prices/infracost.json",
    ]);
  });

  it("leaves out a stack that a change has removed", () => {
    synthesized("stacks/bootstrap");
    price("prices");
    const priced = readFileSync(join(folder, "prices/infracost.yml"), "utf8");
    expect(priced.match(/- path: .*/g)).toEqual(["- path: cdktf.out/stacks/bootstrap"]);
    expect(priced.match(/usage_file: .*/g)).toEqual(["usage_file: infracost/bootstrap.yml"]);
  });

  it("compares with earlier prices where there are some", () => {
    synthesized("stacks/bootstrap");
    price("before");
    synthesized("stacks/traffic");
    expect(price("after", "before")).toEqual([
      "diff --config-file after/infracost.yml --compare-to before/infracost.json --format json --out-file after/infracost.json",
      "breakdown --config-file after/infracost.traffic.yml --format json --out-file after/infracost.traffic.json",
    ]);
  });
});
