import { describe, expect, it } from "vitest";
import { activation, type Changes } from "../../support/environments.ts";
import { find, line } from "../../support/inquiry.ts";
import type { Answers } from "../../support/memory-aws.ts";
import { loadBalancer } from "../../support/memory-service.ts";

describe("what serves", () => {
  const service = (desiredCount: number, runningCount: number, status = "ACTIVE"): Answers => ({
    standby: { service: async () => ({ status, desiredCount, runningCount, images: [] }) },
  });
  const active = activation("active");
  const targets = (...states: readonly string[]): Answers => ({
    standby: {
      targets: async () => states.map((state) => ({ id: state, state, reason: "Health checks failed" })),
    },
  });

  it.each<[string, string, Answers, Changes]>([
    ["service", "pass: no task runs", {}, {}],
    ["service", "fail: 2 of 2 tasks run, while dr is a standby", service(2, 2), {}],
    [
      "service",
      "fail: no service shop-dr-app in eu-central-1",
      { standby: { service: async () => undefined } },
      {},
    ],
    ["service", "fail: the service is DRAINING", service(0, 0, "DRAINING"), {}],
    ["service", "pass: 3 of 3 tasks run", service(3, 3), active],
    ["service", "warn: 1 of 3 tasks run", service(3, 1), active],
    ["service", "fail: no task is wanted, while dr is active", service(0, 0), active],
    ["load-balancer", "pass: active, listens on 80 and 443", {}, {}],
    [
      "load-balancer",
      "fail: no load balancer shop-dr-alb in eu-central-1",
      { standby: { loadBalancer: async () => undefined } },
      {},
    ],
    [
      "load-balancer",
      "fail: is active_impaired",
      { standby: { loadBalancer: async () => ({ ...loadBalancer, state: "active_impaired" }) } },
      {},
    ],
    [
      "load-balancer",
      "fail: has no listener",
      { standby: { loadBalancer: async () => ({ ...loadBalancer, listenerPorts: [] }) } },
      {},
    ],
    ["load-balancer", "pass: active, listens on 80 and 443, 1 targets healthy", {}, active],
    [
      "load-balancer",
      "warn: 1 of 2 targets are not healthy: unhealthy, Health checks failed",
      targets("healthy", "unhealthy"),
      active,
    ],
    [
      "load-balancer",
      "fail: none of 1 targets is healthy: initial, Health checks failed",
      targets("initial"),
      active,
    ],
    ["load-balancer", "fail: none of 0 targets is healthy", targets(), active],
  ])("%s %s", async (id, expected, answers, changes) => {
    expect(line(await find(id, answers, changes))).toBe(expected);
  });
});

describe("alarms", () => {
  const subscribed =
    (...confirmed: readonly boolean[]) =>
    async () =>
      confirmed.map((one, index) => ({
        protocol: "email",
        endpoint: `${index}@example.com`,
        confirmed: one,
      }));

  it.each<[string, string, Answers]>([
    ["alarms", "pass: 1 confirmed: oncall@example.com", {}],
    [
      "alarms",
      "warn: 1 confirmed, 1@example.com not yet",
      { standby: { subscriptions: subscribed(true, false) } },
    ],
    [
      "alarms",
      "fail: nobody has confirmed: 0@example.com",
      { standby: { subscriptions: subscribed(false) } },
    ],
    ["alarms", "fail: nobody is subscribed", { standby: { subscriptions: subscribed() } }],
    [
      "alarms",
      "fail: no topic shop-dr-alerts in eu-central-1",
      { standby: { subscriptions: async () => undefined } },
    ],
    ["primary-alarms", "fail: nobody is subscribed", { primary: { subscriptions: subscribed() } }],
  ])("%s %s", async (id, expected, answers) => {
    expect(line(await find(id, answers))).toBe(expected);
  });
});

describe("databases, as RDS has them and not as a file says", () => {
  const KEYS = "arn:aws:kms:eu-central-1:111122223333:key";
  const instance = {
    arn: "arn",
    status: "available",
    engineVersion: "17.4",
    storageGiB: 100,
    keyArn: `${KEYS}/shop-dr-data`,
    protected: true,
  };
  const has = (changes: Partial<typeof instance>): Answers => ({
    standby: { database: async () => ({ ...instance, ...changes }) },
  });
  const none: Answers = { standby: { database: async () => undefined } };

  it.each<[string, string, Answers, Changes]>([
    ["database", "pass: shop-dr-database is available, PostgreSQL 17.4, 100 GiB", {}, {}],
    ["database", "fail: there is no database shop-dr-database in eu-central-1", none, {}],
    [
      "database",
      "fail: there is no database shop-dr-database-cf33281a in eu-central-1",
      none,
      activation("restored"),
    ],
    [
      "database",
      "fail: there is no database shop-dr-database-cf33281a in eu-central-1",
      none,
      activation("active"),
    ],
    ["database", "fail: shop-dr-database is failed", has({ status: "failed" }), {}],
    [
      "database",
      "fail: shop-dr-database runs PostgreSQL 16.8, and not 17",
      has({ engineVersion: "16.8" }),
      {},
    ],
    [
      "database",
      `fail: shop-dr-database is encrypted with ${KEYS}/other, and alias/shop-dr-data is ${KEYS}/shop-dr-data`,
      has({ keyArn: `${KEYS}/other` }),
      {},
    ],
    ["primary-database", "pass: shop-prod-database is available, PostgreSQL 17.4, 100 GiB", {}, {}],
    [
      "primary-database",
      "fail: there is no database shop-prod-database in eu-west-1",
      { primary: { database: async () => undefined } },
      {},
    ],
  ])("%s: %s", async (id, expected, answers, changes) => {
    expect(line(await find(id, answers, changes))).toBe(expected);
  });

  it.each<[string, Changes]>([
    ["npx cdktf deploy dr", {}],
    ["npm run dr -- failover --environment dr", activation("active")],
  ])("says how it comes back: %s", async (remedy, changes) => {
    expect((await find("database", none, changes)).remedy).toContain(remedy);
  });
});
