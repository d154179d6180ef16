import { defineEnvironment } from "../../src/config/define.ts";

/** The default dr with neither server nor worker, and with the cluster's state at hand: its first server restores the newest snapshot. */
export default defineEnvironment({
  kind: "standby",
  recovers: "prod",
  network: { cidr: "10.30.0.0/16", zones: ["a", "b", "c"] },
  ingress: {
    certificateArn: "arn:aws:acm:eu-central-1:111122223333:certificate/9c1de2a7-04b6-4a0b-8f9e-6a1b7c2d3e4f",
  },
  compute: { platform: "k3s", amiId: "ami-08f7e6d5c4b3a2918" },
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
