import { describe, expect, it } from "vitest";
import { complaints, merge } from "../../support/environments.ts";
import { K3S, REPLICATED } from "./environments.ts";

const ofProd = (compute: object) => complaints({ ...merge(K3S, { prod: { compute } }), dr: undefined });

describe("what a person reads about a k3s cluster", () => {
  it("is nothing when all is well", () => {
    expect(complaints(K3S)).toEqual([]);
    expect(complaints(REPLICATED)).toEqual([]);
  });

  it("names every mistake, and what would do", () => {
    expect(
      ofProd({
        servers: { instanceType: "m7i.large", count: 4 },
        workers: { minCount: 10 },
        nodePort: 8080,
      }),
    ).toEqual([
      "environments/prod.ts: compute.servers.count: is even, and survives the loss of no more servers than 3, got 4; choose 3 or 5",
      "environments/prod.ts: compute.nodePort: is outside the node ports of Kubernetes, got 8080; choose 30000 to 32767",
      "environments/prod.ts: compute.servers.instanceType: is x86_64 while compute.architecture is arm64, got m7i.large; choose one of the image's architecture, or build the image for x86_64",
      "environments/prod.ts: compute.workers.minCount: is above the maximum 9, got 10; lower it",
    ]);
  });

  it("asks for an AMI of the standby's region", () => {
    expect(complaints(merge(K3S, { dr: { compute: { amiId: undefined } } }))).toEqual([
      "environments/dr.ts: compute.amiId: missing, expected an AMI id such as ami-0a1b2c3d4e5f60718; add the key",
    ]);
  });

  it("refuses a standby on another platform", () => {
    const [line, ...others] = complaints({ prod: K3S.prod });
    expect(line).toBe(
      'environments/dr.ts: compute.platform: differs from prod\'s "k3s", got "ecs"; make them equal',
    );
    expect(others).toEqual([]);
  });

  it("says that copies need a pair", () => {
    expect(complaints({ ...REPLICATED, dr: undefined })).toEqual([
      "environments/prod.ts: compute.snapshots.replicated: has no effect without a standby, got true; add one, or remove the key",
    ]);
  });
});
