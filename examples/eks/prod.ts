import { defineEnvironment } from "../../src/config/define.ts";

/** The default prod on Amazon EKS: a control plane with a managed node group; a team deploys the service to it. */
export default defineEnvironment({
  kind: "service",
  production: true,
  network: { cidr: "10.20.0.0/16", zones: ["a", "b", "c"] },
  registry: { replication: { enabled: true } },
  ingress: {
    certificateArn: "arn:aws:acm:eu-west-1:111122223333:certificate/2b7e0f9c-51d3-4f0e-9a51-5d0a3d1c8e42",
  },
  compute: {
    platform: "eks",
    kubernetesVersion: "1.35",
    // Manifests reach the standby's cluster in peace, when there is no node to go through.
    endpoint: { public: true, allowedCidrs: ["198.51.100.0/24"] },
    access: [
      { principalArn: "arn:aws:iam::111122223333:role/platform-admin", policy: "cluster-admin" },
      { principalArn: "arn:aws:iam::111122223333:role/deploy", policy: "admin", namespaces: ["app"] },
    ],
    nodeSessions: true,
    architecture: "arm64",
    nodes: {
      instanceType: "m7g.large",
      minCount: 3,
      maxCount: 9,
      amiRelease: "1.35.2-20260923",
    },
    replicas: 6,
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
