import type { ResourceRecordSet } from "@aws-sdk/client-route-53";
import { containsCidr } from "cidr-tools";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { chooseRecord } from "../../sandbox/emulations/route53/choose-record.ts";
import { endpointOf } from "../../sandbox/emulations/route53/endpoint.ts";
import { HEALTH_CHECKERS, ipRanges } from "../../sandbox/emulations/route53/ip-ranges.ts";
import { answered } from "../../sandbox/emulations/route53/observation.ts";
import { FIRST_OPINION, isHealthyOverall, revise } from "../../sandbox/emulations/route53/verdict.ts";

describe("a checker's opinion", () => {
  it("is that of the latest run of equal observations as long as the threshold", () => {
    fc.assert(
      fc.property(fc.array(fc.boolean()), fc.integer({ min: 1, max: 10 }), (seen, threshold) => {
        const opinion = seen.reduce((before, success) => revise(before, success, threshold), FIRST_OPINION);
        const runEnd = seen.findLastIndex((_, end) => {
          const run = seen.slice(Math.max(0, end + 1 - threshold), end + 1);
          return run.length === threshold && run.every((success) => success === run[0]);
        });
        expect(opinion.isHealthy).toBe(runEnd === -1 ? true : seen[runEnd]);
      }),
    );
  });

  it("is one among many, of which more than 18 % decide", () => {
    const opinions = (healthy: number) =>
      Array.from({ length: 50 }, (_, index) => ({ isHealthy: index < healthy, contradictions: 0 }));
    expect(isHealthyOverall(opinions(9))).toBe(false);
    expect(isHealthyOverall(opinions(10))).toBe(true);
    expect(isHealthyOverall([])).toBe(true);
  });

  it.each([
    [200, true],
    [301, true],
    [399, true],
    [400, false],
    [503, false],
  ])("of the status %i is success: %s", (status, isSuccess) => {
    expect(answered(status).isSuccess).toBe(isSuccess);
  });
});

describe("an endpoint", () => {
  it.each([
    [
      "shop.switch.s3.eu-central-1.amazonaws.com",
      "/a%20b?x=1",
      { kind: "object", region: "eu-central-1", bucket: "shop.switch", key: "a b" },
    ],
    [
      "b.s3.dualstack.us-west-2.amazonaws.com.",
      "/k",
      { kind: "object", region: "us-west-2", bucket: "b", key: "k" },
    ],
    [
      "dualstack.Shop-1.eu-west-1.elb.amazonaws.com",
      "/health",
      { kind: "load balancer", region: "eu-west-1", dnsName: "shop-1.eu-west-1.elb.amazonaws.com" },
    ],
    ["shop.example.com", "/", { kind: "unknown", name: "shop.example.com" }],
  ])("named %s is understood", (name, path, endpoint) => {
    expect(endpointOf(name, path)).toEqual(endpoint);
  });
});

describe("the address ranges", () => {
  it("hold every checker in a range of Route 53's health checks, and nothing else of it", () => {
    const { prefixes, createDate, syncToken } = ipRanges();
    const own = prefixes.filter(({ service }) => service === "ROUTE53_HEALTHCHECKS");
    for (const { address } of HEALTH_CHECKERS) {
      expect(own.some(({ ip_prefix: range }) => containsCidr(range, address))).toBe(true);
    }
    expect(new Set(HEALTH_CHECKERS.map(({ address }) => address)).size).toBe(HEALTH_CHECKERS.length);
    expect(own.length).toBeLessThan(prefixes.length);
    expect(createDate).toMatch(/^\d{4}(-\d\d){5}$/);
    expect(syncToken).toMatch(/^\d{10}$/);
  });
});

describe("a failover record", () => {
  const primary: ResourceRecordSet = { Name: "a.", Type: "A", SetIdentifier: "p", Failover: "PRIMARY" };
  const secondary: ResourceRecordSet = { Name: "a.", Type: "A", SetIdentifier: "s", Failover: "SECONDARY" };
  const choose = async (...healthy: readonly ResourceRecordSet[]) => {
    const chosen = await chooseRecord([secondary, primary], (set) => Promise.resolve(healthy.includes(set)));
    return typeof chosen === "string" ? chosen : chosen?.SetIdentifier;
  };

  it("answers the secondary only while it alone is healthy", async () => {
    expect(await choose(primary, secondary)).toBe("p");
    expect(await choose(primary)).toBe("p");
    expect(await choose(secondary)).toBe("s");
    expect(await choose()).toBe("p");
  });

  it("is not guessed for other policies", async () => {
    const weighted: ResourceRecordSet = { Name: "a.", Type: "A", SetIdentifier: "w", Weight: 1 };
    expect(await chooseRecord([weighted, weighted], () => Promise.resolve(true))).toBe("unsupported");
    expect(await chooseRecord([], () => Promise.resolve(true))).toBeUndefined();
  });
});
