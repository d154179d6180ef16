import { expect, it } from "vitest";
import { standardVcpus } from "../../../src/compute/instances/vcpus.ts";

it.each([
  ["t2.micro", 1],
  ["t3.nano", 2],
  ["t4g.medium", 2],
  ["m7g.medium", 1],
  ["c7a.large", 2],
  ["m7i-flex.xlarge", 4],
  ["r8g.2xlarge", 8],
  ["im4gn.16xlarge", 64],
  ["m8gd.metal-24xl", 96],
])("counts %s as %i", (type, vcpus) => {
  expect(standardVcpus(type)).toBe(vcpus);
});

it.each([
  "g4dn.xlarge",
  "g5g.xlarge",
  "p5.48xlarge",
  "x2gd.large",
  "u-6tb1.metal",
  "hpc7g.16xlarge",
  "trn2.48xlarge",
])("does not count %s, which has a quota of its own", (type) => {
  expect(standardVcpus(type)).toBeUndefined();
});

it("does not guess the size of bare metal", () => {
  expect(standardVcpus("m5.metal")).toBeUndefined();
});
