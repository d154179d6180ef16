import { defineEnvironment } from "../src/config/define.ts";

/** Cheap and disposable: interruptible tasks, one NAT gateway, a small database, plain HTTP. */
export default defineEnvironment({
  kind: "service",
  production: false,
  network: { cidr: "10.10.0.0/16", nat: "single", flowLogs: { enabled: false } },
  ingress: { allowHttp: true, accessLogs: { enabled: false }, deletionProtection: false },
  compute: {
    platform: "ecs",
    capacity: { mode: "fargate-spot" },
    desiredCount: 1,
    cpu: 256,
    memoryMiB: 512,
    container: { image: { tag: "1.0.0" } },
    exec: true,
    containerInsights: false,
    logRetentionDays: 7,
  },
  database: {
    engineVersion: "17",
    instanceClass: "db.t4g.micro",
    storageGiB: 20,
    multiAz: false,
    backupRetentionDays: 1,
    performanceInsights: false,
    deletionProtection: false,
    finalSnapshot: false,
    retainAutomatedBackups: false,
    applyImmediately: true,
  },
  observability: { alarms: "none", dashboard: false },
  budget: { monthlyLimitUsd: 150, emails: ["platform@example.com"] },
});
