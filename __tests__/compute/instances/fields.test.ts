import { assert, integer, property } from "fast-check";
import { expect, it } from "vitest";
import { architectureOf, boundsProblem, instanceTypeProblem } from "../../../src/compute/instances/fields.ts";

it.each([
  "a1.large",
  "t4g.micro",
  "m7g.large",
  "m8gd.metal-24xl",
  "c6gn.xlarge",
  "c7gn.16xlarge",
  "r6gd.2xlarge",
  "x2gd.large",
  "im4gn.large",
  "is4gen.medium",
  "i8ge.large",
  "g5g.xlarge",
  "hpc7g.16xlarge",
  "p6e-gb200.36xlarge",
])("takes %s for a Graviton or Grace type", (type) => {
  expect(architectureOf(type)).toBe("arm64");
});

it.each([
  "t3.micro",
  "t3a.large",
  "m7i.large",
  "m7i-flex.large",
  "m6idn.large",
  "c7a.large",
  // The letter before the generation is the family.
  "g4dn.xlarge",
  "g6.xlarge",
  "gr6.4xlarge",
  "g6e.xlarge",
  "x2iedn.large",
  "u-6tb1.metal",
  "u7i-12tb.224xlarge",
  "p6-b200.48xlarge",
  "trn2.48xlarge",
])("takes %s for an x86 type", (type) => {
  expect(architectureOf(type)).toBe("x86_64");
});

it("refuses a type in one direction as in the other", () => {
  expect(instanceTypeProblem("m7g.large", "arm64")).toBeUndefined();
  expect(instanceTypeProblem("m7g.large", "x86_64")).toContain(
    "is arm64 while compute.architecture is x86_64",
  );
  expect(instanceTypeProblem("m7i.large", "arm64")).toContain(
    "is x86_64 while compute.architecture is arm64",
  );
});

it("accepts exactly the bounds that leave a size between them", () => {
  const size = integer({ min: 0, max: 1000 });
  assert(
    property(size, size, (least, most) => {
      const sizes = Array.from({ length: 1001 }, (_, count) => count);
      const isPossible = sizes.some((count) => count >= least && count <= most);
      expect(boundsProblem(least, most) === undefined).toBe(isPossible);
    }),
  );
});
