import { assert, constantFrom, integer, pre, property } from "fast-check";
import { describe, expect, it } from "vitest";
import { fargateSizeProblem } from "../../../src/compute/ecs/schema.ts";
import { complaints } from "../../support/environments.ts";

describe("what a person reads about the service", () => {
  it("names every mistake, and what would do", () => {
    expect(
      complaints({
        dr: undefined,
        prod: {
          compute: {
            desiredCount: 2,
            cpu: 1024,
            memoryMiB: 1024,
            container: { writablePaths: ["/tmp", "/cache"], writableMiB: 512 },
          },
        },
      }),
    ).toEqual([
      "environments/prod.ts: compute.memoryMiB: Fargate does not offer 1024 MiB with 1024 CPU units, got 1024; choose 2048 to 8192 in steps of 1024",
      "environments/prod.ts: compute.desiredCount: is outside the autoscaling range, got 2; choose 3 to 12, or change compute.autoscaling",
      "environments/prod.ts: compute.container.writableMiB: writable paths could take more than half of the memory, got 1024 of 1024 MiB; lower it, or raise compute.memoryMiB",
    ]);
  });

  it("keeps names for itself that the application relies on", () => {
    const [line] = complaints({ dev: { compute: { container: { environment: { DATABASE_HOST: "x" } } } } });
    expect(line).toContain("is set by the project");
  });

  it("does not let a standby have rights of its own", () => {
    const [line] = complaints({ dr: { compute: { exec: true } } });
    expect(line).toMatch(/^environments\/dr\.ts: compute\.exec: unknown key/);
  });

  it.each([
    ["latest", { tag: "latest" }],
    ["a short digest", { tag: undefined, digest: "sha256:abc" }],
  ])("refuses %s as an image (T5)", (_, image) => {
    expect(complaints({ dr: undefined, prod: { compute: { container: { image } } } })).toHaveLength(1);
  });

  it.each(["0", "root", "0:0"])("refuses user %s", (user) => {
    const [line] = complaints({ dr: undefined, prod: { compute: { container: { user } } } });
    expect(line).toMatch(/^environments\/prod\.ts: compute\.container\.user: .*root/);
  });
});

const SIZES_MIB = [512, 1024, 1536, 2048, 2560, 3072, 4096, 8192, 16384, 30720, 31744, 61440, 122880];
const offered = (cpu: number): number[] =>
  SIZES_MIB.filter((memoryMiB) => fargateSizeProblem(cpu, memoryMiB) === undefined);

describe("Fargate's sizes", () => {
  it("are those of the table in Amazon ECS, 'Task size'", () => {
    expect(offered(256)).toEqual([512, 1024, 2048]);
    expect(offered(512)).toEqual([1024, 2048, 3072, 4096]);
    expect(offered(1024)).toEqual([2048, 3072, 4096, 8192]);
    expect(offered(2048)).toEqual([4096, 8192, 16384]);
    expect(offered(4096)).toEqual([8192, 16384, 30720]);
    expect(offered(8192)).toEqual([16384, 61440]);
    expect(offered(16384)).toEqual([122880]);
  });

  it("never fit between two steps", () => {
    const cpu = constantFrom(256, 512, 1024, 2048, 4096, 8192, 16384);
    assert(
      property(cpu, integer({ min: 512, max: 122_880 }), (cpu, memoryMiB) => {
        pre(memoryMiB % 512 !== 0);
        expect(fargateSizeProblem(cpu, memoryMiB)).toBeDefined();
      }),
    );
  });
});
