/** Changes that put the default pair on k3s clusters. */
const compute = {
  platform: "k3s",
  architecture: "arm64",
  amiId: "ami-0a1b2c3d4e5f60718",
  servers: { instanceType: "m7g.medium" },
  workers: { instanceType: "m7g.large", minCount: 3, maxCount: 9 },
  container: { image: { tag: "1.0.0" } },
};

/** The AMI of the standby's region. */
export const AMI_ABROAD = "ami-08f7e6d5c4b3a2918";

/** What a primary on another platform says of its compute, and this one does not. */
const without = {
  capacity: undefined,
  desiredCount: undefined,
  cpu: undefined,
  autoscaling: undefined,
  healthCheckGraceSeconds: undefined,
  exec: undefined,
  containerInsights: undefined,
  logRetentionDays: undefined,
};

export const K3S = {
  prod: { compute: { ...without, ...compute, memoryMiB: 1536 } },
  dr: { compute: { ...without, platform: "k3s", amiId: AMI_ABROAD } },
};

/** The same with snapshots that reach the other region. */
export const REPLICATED = {
  ...K3S,
  prod: { compute: { ...K3S.prod.compute, snapshots: { replicated: true } } },
};
