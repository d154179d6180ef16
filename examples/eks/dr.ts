import { defineEnvironment } from "../../src/config/define.ts";

/** The default dr with a control plane and no node: the node group is there, and at 0 until it is activated. */
export default defineEnvironment({
  kind: "standby",
  recovers: "prod",
  network: { cidr: "10.30.0.0/16", zones: ["a", "b", "c"] },
  ingress: {
    certificateArn: "arn:aws:acm:eu-central-1:111122223333:certificate/9c1de2a7-04b6-4a0b-8f9e-6a1b7c2d3e4f",
  },
  compute: { platform: "eks" },
  database: {
    engineVersion: "17",
    instanceClass: "db.t4g.micro",
    storageGiB: 100,
    backupRetentionDays: 1,
    recovery: { strategy: "backup-copy" },
  },
  objectives: { rtoHours: 4, rpoHours: 24 },
  observability: { alarmEmails: ["oncall@example.com"] },
  budget: { monthlyLimitUsd: 300, emails: ["finops@example.com"] },
});
