import { describe, expect, it } from "vitest";
import type { Changes } from "../../support/environments.ts";
import { find, line } from "../../support/inquiry.ts";
import { certificate, DAY_MS, NOW, type Answers } from "../../support/memory-aws.ts";

const inDays = (days: number): Date => new Date(NOW.getTime() + days * DAY_MS);

describe("certificates", () => {
  const issued = (changes: object): Answers => ({
    standby: { certificate: async () => ({ ...certificate, ...changes }) },
  });
  const withoutTraffic = { traffic: undefined };

  it.each<[string, Answers]>([
    ["pass: issued for shop.example.com, *.shop.example.com, expires on 2026-09-26", {}],
    ["warn: expires on 2026-03-30, in 20 days, and is not renewed yet", issued({ expiresAt: inDays(20) })],
    [
      "warn: expires on 2026-05-09; its renewal is PENDING_VALIDATION",
      issued({ expiresAt: inDays(60), renewalProblem: "PENDING_VALIDATION" }),
    ],
    ["fail: expired on 2026-03-05", issued({ expiresAt: inDays(-5) })],
    ["fail: is PENDING_VALIDATION", issued({ status: "PENDING_VALIDATION" })],
    ["fail: covers other.example.com, and not shop.example.com", issued({ names: ["other.example.com"] })],
    ["pass: issued for *.example.com, expires on 2026-09-26", issued({ names: ["*.example.com"] })],
    ["fail: covers *.com, and not shop.example.com", issued({ names: ["*.com"] })],
  ])("%s", async (expected, answers) => {
    expect(line(await find("certificate", answers))).toBe(expected);
  });

  it("fails when it does not exist", async () => {
    expect((await find("certificate", { standby: { certificate: async () => undefined } })).status).toBe(
      "fail",
    );
  });

  /** The documented migration: users' record stays, and is led to the failover records under another name. */
  const MIGRATED = {
    traffic: { recordName: "serving.shop.example.com" },
    prod: { ingress: { userNames: ["shop.example.com", "www.example.com"] } },
  };
  const pairOf = (prod: readonly string[], dr: readonly string[]): Answers => ({
    primary: { certificate: async () => ({ ...certificate, names: prod }) },
    standby: { certificate: async () => ({ ...certificate, names: dr }) },
  });

  it.each<[string, string, Answers, Changes]>([
    [
      "certificate-names",
      "fail: covers shop.example.com, and not www.example.com, shop.example.de",
      pairOf(["shop.example.com", "www.example.com", "shop.example.de"], ["shop.example.com"]),
      {},
    ],
    [
      "certificate",
      "pass: issued for shop.example.com, *.example.com, expires on 2026-09-26",
      pairOf(["shop.example.com", "*.example.com"], ["shop.example.com", "*.example.com"]),
      MIGRATED,
    ],
    [
      "certificate-names",
      "pass: both cover shop.example.com, *.example.com",
      pairOf(["shop.example.com", "*.example.com"], ["shop.example.com", "*.example.com"]),
      MIGRATED,
    ],
    [
      "certificate",
      "fail: covers serving.shop.example.com, and not shop.example.com, www.example.com",
      pairOf(["*.example.com"], ["serving.shop.example.com"]),
      MIGRATED,
    ],
    [
      "certificate-names",
      "fail: that of prod covers shop.example.com, and not www.example.com",
      pairOf(["shop.example.com"], ["*.example.com"]),
      MIGRATED,
    ],
    [
      "certificate-names",
      "warn: covers *.example.com, and not old.example.org, which no user comes by as ingress.userNames says",
      pairOf(["*.example.com", "old.example.org"], ["*.example.com"]),
      MIGRATED,
    ],
  ])("%s: %s", async (id, expected, answers, changes) => {
    expect(line(await find(id, answers, changes))).toBe(expected);
  });

  it("are compared where no record says the name", async () => {
    expect(line(await find("certificate-names", {}, withoutTraffic))).toBe(
      "pass: both cover shop.example.com, *.shop.example.com",
    );
    const other = await find("certificate-names", issued({ names: ["shop.example.com"] }), withoutTraffic);
    expect(line(other)).toBe("fail: covers shop.example.com, and not *.shop.example.com");
    expect(other.remedy).toContain(
      '--domain-name shop.example.com --subject-alternative-names "*.shop.example.com"',
    );
    const none = await find(
      "certificate-names",
      { primary: { certificate: async () => undefined } },
      withoutTraffic,
    );
    expect(line(none)).toBe("unknown: no certificate of prod to compare");
  });
});

describe("engine and quotas (T46)", () => {
  const offers = (...versions: readonly string[]): Answers => ({
    standby: {
      offeredVersions: async () => versions.map((engineVersion) => ({ engineVersion, multiAz: false })),
    },
  });
  const usage = (used: number, quota: number) => async () => ({ used, quota });

  it.each<[string, string, Answers]>([
    ["engine", "pass: PostgreSQL 17.4 on db.m7g.large, multi-AZ", {}],
    ["engine", "fail: eu-central-1 offers no PostgreSQL on db.m7g.large", offers()],
    ["engine", "fail: eu-central-1 offers no PostgreSQL 17 on db.m7g.large", offers("16.8", "1.7")],
    ["engine", "fail: eu-central-1 offers db.m7g.large in one zone only", offers("17.4")],
    ["database-quota", "pass: 1 of 40 instances, 100 of 100000 GiB", {}],
    [
      "database-quota",
      "fail: 40 of 40 instances, 100 of 100000 GiB; one more instance is needed",
      { standby: { databaseInstances: usage(40, 40) } },
    ],
    [
      "database-quota",
      "fail: 1 of 40 instances, 950 of 1000 GiB; 120 GiB are needed",
      { standby: { databaseStorageGiB: usage(950, 1000) } },
    ],
    [
      "database-quota",
      "warn: 1 of 40 instances, 800 of 1000 GiB; storage may have grown to 500 GiB",
      { standby: { databaseStorageGiB: usage(800, 1000) } },
    ],
    ["compute-quota", "pass: 0 of 100 on-demand vCPU are used; 3 tasks need 1.5, at most 6", {}],
    [
      "compute-quota",
      "warn: 2 of 6 on-demand vCPU are used; prod may grow to 6",
      { standby: { fargateVcpus: usage(2, 6) } },
    ],
    [
      "compute-quota",
      "fail: 5 of 6 on-demand vCPU are used; 3 tasks need 1.5",
      { standby: { fargateVcpus: usage(5, 6) } },
    ],
    ["elastic-ips", "pass: 1 of 5 addresses are used, a drill needs 1", {}],
    [
      "elastic-ips",
      "warn: 5 of 5 addresses are used, a drill needs 1",
      { standby: { elasticIps: usage(5, 5) } },
    ],
  ])("%s %s", async (id, expected, answers) => {
    expect(line(await find(id, answers))).toBe(expected);
  });
});
