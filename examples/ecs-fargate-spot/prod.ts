import { defineEnvironment } from "../../src/config/define.ts";

/** The default prod with two tasks on demand; those above them are on Fargate Spot, which AWS may take back. */
export default defineEnvironment({
  kind: "service",
  production: true,
  exceptions: [
    {
      guardrail: "spot-in-production",
      reason: "two tasks stay on demand and carry the base load; the others may go with two minutes' notice",
    },
  ],
  network: { cidr: "10.20.0.0/16", zones: ["a", "b", "c"] },
  registry: { replication: { enabled: true } },
  ingress: {
    certificateArn: "arn:aws:acm:eu-west-1:111122223333:certificate/2b7e0f9c-51d3-4f0e-9a51-5d0a3d1c8e42",
  },
  compute: {
    platform: "ecs",
    capacity: { mode: "fargate-spot", onDemandBase: 2 },
    desiredCount: 3,
    cpu: 512,
    memoryMiB: 1024,
    architecture: "arm64",
    container: { image: { tag: "1.0.0" } },
    autoscaling: { minCount: 3, maxCount: 12 },
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
