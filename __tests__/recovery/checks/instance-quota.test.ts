import { expect, it } from "vitest";
import { EC2 } from "../../compute/ecs/ec2/environments.ts";
import { merge } from "../../support/environments.ts";
import { find, line } from "../../support/inquiry.ts";

const usage = (used: number, quota: number) => ({
  standby: { instanceVcpus: async () => ({ used, quota }) },
});

it.each([
  ["pass: 0 of 64 vCPU of standard instances are used; 3 m7g.large need 6, at most 18", {}],
  ["warn: 4 of 16 vCPU of standard instances are used; prod may grow to 18", usage(4, 16)],
  ["fail: 12 of 16 vCPU of standard instances are used; 3 m7g.large need 6", usage(12, 16)],
])("%s", async (expected, answers) => {
  expect(line(await find("compute-quota", answers, EC2))).toBe(expected);
});

it("names the quota that is too small", async () => {
  const { remedy } = await find("compute-quota", usage(12, 16), EC2);
  expect(remedy).toContain("--service-code ec2 --quota-code L-1216C47A --desired-value 30");
});

it("does not take a quota that it does not know for a pass", async () => {
  const capacity = { instanceType: "g5g.xlarge" };
  const finding = await find("compute-quota", {}, merge(EC2, { prod: { compute: { capacity } } }));
  expect(finding.status).toBe("unknown");
});
