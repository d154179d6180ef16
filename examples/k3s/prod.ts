import { defineEnvironment } from "../../src/config/define.ts";

/** The default prod on a Kubernetes cluster of its own: three servers keep it, and workers run the service. */
export default defineEnvironment({
  kind: "service",
  production: true,
  network: { cidr: "10.20.0.0/16", zones: ["a", "b", "c"] },
  registry: { replication: { enabled: true } },
  ingress: {
    certificateArn: "arn:aws:acm:eu-west-1:111122223333:certificate/2b7e0f9c-51d3-4f0e-9a51-5d0a3d1c8e42",
  },
  compute: {
    platform: "k3s",
    // Baked by the team with k3s in it; its copy in the standby's region has an id of its own.
    amiId: "ami-0a1b2c3d4e5f60718",
    architecture: "arm64",
    servers: { instanceType: "m7g.medium", count: 3 },
    workers: { instanceType: "m7g.large", minCount: 3, maxCount: 9 },
    // Off in the first apply of both environments: S3 wants the other bucket to be there.
    snapshots: { replicated: true },
    replicas: 6,
    cpuMillicores: 768,
    memoryMiB: 1536,
    container: { image: { tag: "1.0.0" } },
  },
  database: {
    engineVersion: "17",
    instanceClass: "db.m7g.large",
    storageGiB: 100,
    maxStorageGiB: 500,
    backupRetentionDays: 14,
    preventDestroy: true,
    backup: { enabled: true },
  },
  observability: { alarmEmails: ["oncall@example.com"] },
  budget: { monthlyLimitUsd: 1500, emails: ["finops@example.com"] },
});
