import { describe, expect, it } from "vitest";
import { checkReadiness } from "../../../src/recovery/readiness.ts";
import { CHECKS } from "../../../src/recovery/checks/all.ts";
import { EKS } from "../../compute/eks/environments.ts";
import { activation, type Changes, merge } from "../../support/environments.ts";
import { find, inquire, line } from "../../support/inquiry.ts";
import { type Answers } from "../../support/memory-aws.ts";

const peace: Changes = EKS;
const active: Changes = merge(EKS, activation("active"));

interface Nodes {
  readonly desired: number;
  readonly running: number;
  readonly targets?: readonly string[];
  readonly group?: object;
}

const healthy = { clusterStatus: "ACTIVE", status: "ACTIVE", groups: ["eks-nodes"], problems: [] };

const nodes = ({ desired, running, targets = [], group = {} }: Nodes): Answers => ({
  standby: {
    nodeGroup: async () => ({ ...healthy, desiredCount: desired, ...group }),
    instanceGroup: async () => ({ desiredCount: desired, inServiceCount: running }),
    targets: async () => targets.map((state) => ({ id: state, state, reason: undefined })),
  },
});
const three = ["healthy", "healthy", "healthy"];

describe("the nodes of a standby", () => {
  it.each<[string, Answers, Changes]>([
    ["pass: no node runs", {}, peace],
    ["fail: 0 of 1 nodes run, while dr is a standby", nodes({ desired: 1, running: 0 }), peace],
    // What is told to have none may still have one.
    ["fail: 1 of 0 nodes run, while dr is a standby", nodes({ desired: 0, running: 1 }), peace],
    [
      "fail: no node group shop-dr-nodes of cluster shop-dr in eu-central-1",
      { standby: { nodeGroup: async () => undefined } },
      peace,
    ],
    [
      "fail: the cluster is FAILED",
      nodes({ desired: 0, running: 0, group: { clusterStatus: "FAILED" } }),
      peace,
    ],
    ["fail: the cluster is gone", nodes({ desired: 0, running: 0, group: { clusterStatus: "" } }), peace],
    [
      "fail: the node group is DEGRADED; Ec2LaunchTemplateNotFound: it is gone",
      nodes({
        desired: 0,
        running: 0,
        group: { status: "DEGRADED", problems: ["Ec2LaunchTemplateNotFound: it is gone"] },
      }),
      peace,
    ],
    [
      "pass: 3 of 3 nodes run, 3 of 3 targets are healthy",
      nodes({ desired: 3, running: 3, targets: three }),
      active,
    ],
    [
      "warn: 2 of 3 nodes run, 2 of 2 targets are healthy",
      nodes({ desired: 3, running: 2, targets: ["healthy", "healthy"] }),
      active,
    ],
    [
      "warn: 3 of 3 nodes run, 2 of 3 targets are healthy",
      nodes({ desired: 3, running: 3, targets: ["healthy", "healthy", "unhealthy"] }),
      active,
    ],
    // Nodes without pods that answer are no service.
    [
      "fail: 3 of 3 nodes run, 0 of 3 targets are healthy: no pod answers on the node port",
      nodes({ desired: 3, running: 3, targets: ["unhealthy", "unhealthy", "initial"] }),
      active,
    ],
    [
      "fail: 3 of 3 nodes run, 0 of 0 targets are healthy: no pod answers on the node port",
      nodes({ desired: 3, running: 3 }),
      active,
    ],
    [
      "fail: 1 of 1 nodes run, while dr is active and wants 3 or more",
      nodes({ desired: 1, running: 1, targets: ["healthy"] }),
      active,
    ],
    [
      "fail: 0 of 0 nodes run, while dr is active and wants 3 or more",
      nodes({ desired: 0, running: 0 }),
      active,
    ],
  ])("%s", async (expected, answers, changes) => {
    expect(line(await find("service", answers, changes))).toBe(expected);
  });
});

it("count towards the quota of instances, not of tasks", async () => {
  const answers: Answers = { standby: { instanceVcpus: async () => ({ used: 60, quota: 64 }) } };
  expect(line(await find("compute-quota", answers, peace))).toBe(
    "fail: 60 of 64 vCPU of standard instances are used; 3 m7g.large need 6",
  );
});

describe("readiness of a pair on nodes in which all is well", () => {
  it("passes, and says that nobody sees the images of its pods", async () => {
    const readiness = await checkReadiness(CHECKS, inquire(peace), 500);
    expect(readiness.results.filter(({ status }) => status !== "pass")).toEqual([]);
    expect(readiness.ready).toBe(true);
    expect(readiness.notApplicable).toContainEqual({
      id: "running-image",
      reason:
        "AWS does not see which images run on prod's nodes; the image check asks for the configured one",
    });
    expect(readiness.results.map(({ id }) => id)).toEqual(expect.arrayContaining(["image", "service"]));
  });
});
