import { describe, expect, it } from "vitest";
import { complaints, merge } from "../../../support/environments.ts";
import { AMI_NAME, EC2 } from "./environments.ts";

const OWN = "ami-0a1b2c3d4e5f60718";
const ABROAD = "ami-08f7e6d5c4b3a2918";
const ofCapacity = (capacity: object) => merge(EC2, { dr: undefined, prod: { compute: { capacity } } });
const named = (ami: object) =>
  merge(EC2, { prod: { compute: { capacity: { ami: { name: undefined, ...ami } } } } });

describe("what a person reads about instances", () => {
  it("is nothing when all is well", () => {
    expect(complaints(EC2)).toEqual([]);
  });

  it("names every mistake, and what would do", () => {
    const wrong = {
      instanceType: "m7i.large",
      minInstances: 10,
      ami: { name: AMI_NAME.replace("arm64", "x86_64") },
    };
    expect(complaints(ofCapacity(wrong))).toEqual([
      "environments/prod.ts: compute.capacity.instanceType: is x86_64 while compute.architecture is arm64, got m7i.large; choose one of the image's architecture, or build the image for x86_64",
      "environments/prod.ts: compute.capacity.minInstances: is above the maximum 9, got 10; lower it",
      `environments/prod.ts: compute.capacity.ami.name: is of another architecture than compute.architecture, got ${AMI_NAME.replace("arm64", "x86_64")}; choose one that ends in arm64`,
    ]);
  });

  it.each(["recommended", "al2023-ami-ecs-hvm-*-arm64", "amazon-linux-2023/recommended/image_id"])(
    "refuses %s, which is another AMI tomorrow (T11)",
    (name) => {
      const [line, ...others] = complaints(ofCapacity({ ami: { name } }));
      expect(line).toMatch(/^environments\/prod\.ts: compute\.capacity\.ami/);
      expect(others).toEqual([]);
    },
  );

  it("takes any size of task, since no one sells them", () => {
    const sizes = { prod: { compute: { cpu: 700, memoryMiB: 1300 } } };
    expect(complaints(merge(EC2, sizes))).toEqual([]);
    expect(complaints({ dr: undefined, ...sizes })).toEqual([
      "environments/prod.ts: compute.cpu: Fargate does not offer 700 CPU units, got 700; choose 256, 512, 1024, 2048, 4096, 8192, 16384",
    ]);
  });

  it("refuses one instance in production, which is none after its failure", () => {
    const [line, ...others] = complaints(ofCapacity({ minInstances: 1 }));
    expect(line).toMatch(/^environments\/prod\.ts: compute\.capacity\.minInstances: .* got min_size 1; /);
    expect(others).toEqual([]);
  });
});

describe("an AMI by id, which belongs to one region,", () => {
  it("has to be named for the standby, too", () => {
    expect(complaints(named({ id: OWN }))).toEqual([
      `environments/dr.ts: compute.amiId: missing, while the primary names an AMI of its own region, got ${OWN}; name its copy in the standby's region, or an ECS-optimized AMI by name in the primary`,
    ]);
    expect(complaints(merge(named({ id: OWN }), { dr: { compute: { amiId: ABROAD } } }))).toEqual([]);
  });

  it.each([
    ["a name", EC2],
    ["Fargate", {}],
  ])("is refused in a standby whose primary has %s", (_, changes) => {
    expect(complaints(merge(changes, { dr: { compute: { amiId: ABROAD } } }))).toEqual([
      `environments/dr.ts: compute.amiId: has no effect, since the primary names no AMI by id, got ${ABROAD}; remove the key`,
    ]);
  });
});
