import { build } from "esbuild";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { type Landscape, stacksOf, stacksReached } from "../../scripts/ci/reach.ts";

const LANDSCAPE: Landscape = {
  directory: "environments",
  bootstrap: "bootstrap",
  services: ["dev", "prod"],
  pairs: [{ primary: "prod", standby: "dr" }],
  traffic: { name: "traffic", standby: "dr" },
};
const ALL = stacksOf(LANDSCAPE);

const reached = (...paths: readonly string[]): readonly string[] =>
  stacksReached(
    paths.map((path) => ({ status: "M", path })),
    LANDSCAPE,
  );

describe("a change reaches", () => {
  it.each([
    ["environments/dev.ts", ["dev"]],
    ["environments/prod.ts", ["prod", "dr", "traffic"]],
    ["environments/dr.ts", ["prod", "dr", "traffic"]],
    ["environments/dr.activation.json", ["prod", "dr", "traffic"]],
    ["environments/traffic.ts", ["traffic"]],
    ["environments/bootstrap.ts", ["bootstrap", "dr", "traffic"]],
  ])("by %s what is paired with it", (path, stacks) => {
    expect(reached(path)).toEqual(stacks);
  });

  it.each([
    "environments/project.ts",
    "environments/shared/sizes.ts",
    "src/network/network.ts",
    "main.ts",
    "package-lock.json",
    "scripts/run.mjs",
    "a-file-that-nobody-has-thought-of.ts",
  ])("by %s every stack", (path) => {
    expect(reached(path)).toEqual(ALL);
  });

  it.each([
    "README.md",
    "docs/costs.md",
    "__tests__/network/network.test.ts",
    "examples/traffic-operator/dr.ts",
    "src/cli/main.ts",
    "infracost/prod.yml",
    ".github/workflows/check.yml",
  ])("by %s none", (path) => {
    expect(reached(path)).toEqual([]);
  });

  it.each(["A", "D"])("every stack when an environment comes or goes (%s)", (status) => {
    expect(stacksReached([{ status, path: "environments/dev.ts" }], LANDSCAPE)).toEqual(ALL);
  });
});

const path = fc.oneof(
  fc.constantFrom(
    "environments/dev.ts",
    "environments/prod.ts",
    "environments/dr.activation.json",
    "src/a.ts",
    "docs/a.md",
  ),
  fc.array(fc.stringMatching(/^[a-z]{1,6}$/), { minLength: 1, maxLength: 4 }).map((parts) => parts.join("/")),
);
const change = fc.record({ status: fc.constantFrom("A", "M", "D"), path });

describe("the stacks that are reached", () => {
  it("are those of each change together, so that none is lost among others", () => {
    fc.assert(
      fc.property(fc.array(change), fc.array(change), (some, others) => {
        const together = new Set(stacksReached([...some, ...others], LANDSCAPE));
        const apart = [...stacksReached(some, LANDSCAPE), ...stacksReached(others, LANDSCAPE)];
        expect(together).toEqual(new Set(apart));
      }),
    );
  });

  it("come in the order in which they are applied", () => {
    fc.assert(
      fc.property(fc.array(change), (changes) => {
        const stacks = stacksReached(changes, LANDSCAPE);
        expect(ALL.filter((stack) => stacks.includes(stack))).toEqual(stacks);
      }),
    );
  });
});

describe("what is said to reach no stack", () => {
  it("is not part of a synthesis", async () => {
    const { metafile } = await build({
      entryPoints: ["main.ts"],
      bundle: true,
      write: false,
      metafile: true,
      platform: "node",
      format: "esm",
      packages: "external",
      logLevel: "silent",
    });
    const inputs = Object.keys(metafile.inputs);
    expect(inputs.length).toBeGreaterThan(100);
    for (const input of inputs) expect(reached(input), input).toEqual(ALL);
  });
});
