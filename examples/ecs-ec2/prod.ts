import { defineEnvironment } from "../../src/config/define.ts";

/** The default prod on instances of its own, with Graviton processors; ECS adds and removes them as tasks need. */
export default defineEnvironment({
  kind: "service",
  production: true,
  network: { cidr: "10.20.0.0/16", zones: ["a", "b", "c"] },
  registry: { replication: { enabled: true } },
  ingress: {
    certificateArn: "arn:aws:acm:eu-west-1:111122223333:certificate/2b7e0f9c-51d3-4f0e-9a51-5d0a3d1c8e42",
  },
  compute: {
    platform: "ecs",
    capacity: {
      mode: "ec2",
      instanceType: "m7g.large",
      minInstances: 3,
      maxInstances: 9,
      ami: { name: "al2023-ami-ecs-hvm-2023.0.20260922-kernel-6.1-arm64" },
    },
    desiredCount: 3,
    cpu: 768,
    memoryMiB: 1536,
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
