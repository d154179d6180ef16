import { describe, expect, it } from "vitest";
import { complaints, configure, merge } from "../../support/environments.ts";
import { AMI_RELEASE, EKS } from "./environments.ts";

const FILE = "environments/prod.ts: compute";
const prod = (compute: object) => merge(EKS, { prod: { compute } });

describe("what a person reads about EKS", () => {
  it("is nothing when all is well", () => {
    expect(complaints(EKS)).toEqual([]);
  });

  it("names every mistake of one section, and what would do", () => {
    const wrong = {
      kubernetesVersion: "1.27",
      endpoint: { public: true },
      nodePort: 8080,
    };
    expect(complaints(prod(wrong))).toEqual([
      `${FILE}.kubernetesVersion: is no version that Amazon EKS supports, got 1.27; choose one of 1.32, 1.33, 1.34, 1.35, 1.36`,
      `${FILE}.endpoint.allowedCidrs: is empty while the endpoint is public, which lets in the whole internet, got []; name the ranges that may reach it, or set public to false`,
      `${FILE}.nodePort: is outside the node ports of Kubernetes, got 8080; choose 30000 to 32767`,
    ]);
  });

  it("names what does not fit together", () => {
    const nodes = { instanceType: "m7i.large", minCount: 10, amiRelease: "1.36.1-20261001" };
    expect(complaints(prod({ nodes }))).toEqual([
      `${FILE}.nodes.instanceType: is x86_64 while compute.architecture is arm64, got m7i.large; choose one of the image's architecture, or build the image for x86_64`,
      `${FILE}.nodes.minCount: is above the maximum 9, got 10; lower it`,
      `${FILE}.nodes.amiRelease: is no release for nodes of Kubernetes 1.35, got 1.36.1-20261001; choose one from 1.32 to 1.35`,
    ]);
    expect(complaints(prod({ nodes: { desiredCount: 12 } }))).toEqual([
      `${FILE}.nodes.desiredCount: is not between 3 and 9, got 12; choose one that is`,
    ]);
  });

  it.each([29_999, 32_768])("refuses node port %i", (nodePort) => {
    expect(complaints(prod({ nodePort }))).toHaveLength(1);
  });

  it.each([30_000, 32_767])("takes node port %i", (nodePort) => {
    expect(complaints(prod({ nodePort }))).toEqual([]);
  });

  it.each([
    ["the whole internet", { public: true, allowedCidrs: ["0.0.0.0/0"] }, "too large"],
    ["ranges for nothing", { allowedCidrs: ["198.51.100.0/24"] }, "has no effect"],
    ["a private range that is none", { privateCidrs: ["198.51.100.0/24"] }, "range is public"],
  ])("refuses %s", (_, endpoint, reason) => {
    const [line, ...others] = complaints(prod({ endpoint }));
    expect(line).toContain(reason);
    expect(others).toEqual([]);
  });

  it.each(["latest", "recommended", "1.35", `${AMI_RELEASE}*`])(
    "refuses %s as a release, which is another one tomorrow (T11)",
    (amiRelease) => {
      expect(complaints(prod({ nodes: { amiRelease } }))).toEqual([
        `${FILE}.nodes.amiRelease: expected a release of the EKS-optimized AMI such as 1.34.2-20260108, got "${amiRelease}"; name one, since the latest is another one tomorrow (T11)`,
      ]);
    },
  );

  it("refuses principals whom nobody could tell apart, and powers that EKS does not give", () => {
    const [{ principalArn }] = EKS.prod.compute.access;
    const view = { principalArn, policy: "view" };
    expect(complaints(prod({ access: [view, view] }))).toEqual([
      expect.stringContaining(`${FILE}.access: a principal is named twice, got`),
    ]);
    expect(
      complaints(prod({ access: [{ principalArn, policy: "cluster-admin", namespaces: ["app"] }] })),
    ).toEqual([
      expect.stringContaining(`${FILE}.access[0].namespaces: a cluster-admin is one everywhere, got`),
    ]);
    expect(complaints(prod({ access: [{ principalArn, policy: "system:masters" }] }))).toHaveLength(1);
    expect(complaints(prod({ access: [] }))).toHaveLength(1);
  });
});

describe("a pair", () => {
  it("is on one platform", () => {
    const [line, ...others] = complaints(merge(EKS, { dr: { compute: { platform: "ecs" } } }));
    expect(line).toBe(
      'environments/dr.ts: compute.platform: differs from prod\'s "eks", got "ecs"; make them equal',
    );
    expect(others).toEqual([]);
  });

  it("runs no node in its standby, which nobody can ask for", () => {
    expect(complaints(merge(EKS, { dr: { compute: { desiredCount: 1 } } }))).toHaveLength(1);
    expect(() => configure(EKS)).not.toThrow();
  });
});
