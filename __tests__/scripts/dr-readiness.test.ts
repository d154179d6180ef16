import { spawnSync } from "node:child_process";
import { resolve } from "node:path";
import process from "node:process";
import { describe, expect, it } from "vitest";

const SCRIPT = resolve("scripts/dr-readiness.sh");

const readinessIn = (directory: string, environments: string): { status: number | null; errors: string } => {
  const { status, stderr } = spawnSync(SCRIPT, ["--environment", "nowhere"], {
    cwd: directory,
    env: { ...process.env, ENVIRONMENTS_DIR: environments },
    encoding: "utf8",
  });
  return { status, errors: stderr };
};

describe("scripts/dr-readiness.sh", () => {
  // Which standbys there are is known only once the files were read.
  it.each([
    ["the project's root", ".", "examples/eks"],
    ["the folder's parent", "examples", "eks"],
    ["anywhere, as the project names it", "/", "examples/eks"],
  ])("takes a relative ENVIRONMENTS_DIR in %s", (_, directory, environments) => {
    const { status, errors } = readinessIn(resolve(directory), environments);
    expect(status).toBe(2);
    expect(errors).toContain("no standby nowhere in it; choose among: dr");
  });

  it("names a folder that is nowhere, in one line", () => {
    const { status, errors } = readinessIn("/", "examples/none");
    expect(status).toBe(2);
    expect(errors.trim()).toMatch(/^examples\/none: folder can't be read, got ENOENT[^\n]*$/);
  });
});
