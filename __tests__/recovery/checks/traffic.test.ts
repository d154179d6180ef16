import { describe, expect, it } from "vitest";
import { CHECKS } from "../../../src/recovery/checks/all.ts";
import { activation, type Changes } from "../../support/environments.ts";
import { find, findBy, inquire, line } from "../../support/inquiry.ts";
import {
  ago,
  DAY_MS,
  deciding,
  healthyObjects,
  HOUR_MS,
  records,
  SWITCH_BUCKET,
  type Answers,
} from "../../support/memory-aws.ts";

describe("traffic", () => {
  const on = (milliseconds = HOUR_MS): Answers => ({
    objects: healthyObjects().put(SWITCH_BUCKET, { "serve-from-standby": "dr" }, ago(milliseconds)),
  });
  const check = (changes: object): Answers => ({
    dns: { healthCheck: async () => ({ ...deciding, ...changes }) },
  });
  const [primary, secondary] = records;
  const albZoneId = "Z215JYRZR1TBD5";
  const OWN = {
    primary: { albDnsName: "a.example.net", albZoneId },
    standby: { albDnsName: "b.example.net", albZoneId },
  };
  const recordsBeing = (...found: readonly (typeof primary | undefined)[]): Answers => ({
    dns: { failoverRecords: async () => found.flatMap((one) => one ?? []) },
  });

  const AUTOMATIC: Changes = {
    traffic: {
      mode: { by: "automatic", reason: "the standby shows a maintenance page until it is restored" },
    },
  };

  it.each<[string, string, Answers, Changes]>([
    ["switch", "pass: off: traffic goes to prod", {}, {}],
    ["switch", "fail: on since 2026-03-10 11:00Z, 1 h, while dr is a standby without data", on(), {}],
    [
      "switch",
      "warn: on since 2026-03-10 11:00Z, 1 h, while dr is closed to the public",
      on(),
      activation("restored"),
    ],
    [
      "switch",
      "pass: on since 2026-03-08 12:00Z, 2 days: traffic goes to dr, and stays there until an operator releases it",
      on(2 * DAY_MS),
      activation("active"),
    ],
    ["switch", "fail: off, while dr is active: traffic goes to prod", {}, activation("active")],
    [
      "records",
      "fail: hosted zone Z0123456789ABCDEFGHIJ is private: no user outside its VPCs asks it (T59)",
      { dns: { hostedZone: async () => ({ name: "example.com", isPrivate: true }) } },
      {},
    ],
    [
      "records",
      "fail: there is no hosted zone Z0123456789ABCDEFGHIJ",
      { dns: { hostedZone: async () => undefined } },
      {},
    ],
    [
      "records",
      "fail: AAAA of shop.example.com leads to 2001:db8::1, and not to shop.example.com",
      { dns: { simpleRecords: async () => [{ type: "AAAA", target: "2001:db8::1" }] } },
      {},
    ],
    [
      "records",
      "fail: CNAME of www.example.com leads to shop-prod-alb-1.eu-west-1.elb.amazonaws.com, and not to shop.example.com",
      {
        dns: {
          simpleRecords: async (_, name) =>
            name === "www.example.com"
              ? [{ type: "CNAME", target: "shop-prod-alb-1.eu-west-1.elb.amazonaws.com" }]
              : [{ type: "TXT", target: "v=spf1 -all" }],
        },
      },
      { prod: { ingress: { userNames: ["shop.example.com", "www.example.com", "shop.example.de"] } } },
    ],
    [
      "health-check",
      "pass: 0 of 16 checkers get an answer: traffic goes to the standby",
      check({ inverted: false, fqdn: "shop-prod-alb-1.eu-west-1.elb.amazonaws.com", path: "/health" }),
      { ...AUTOMATIC, ...activation("active") },
    ],
    ["health-check", "pass: 0 of 16 checkers get an answer: traffic goes to the primary", {}, {}],
    [
      "health-check",
      "fail: 16 of 16 checkers get an answer: traffic goes to the standby",
      check({ succeeding: 16 }),
      {},
    ],
    [
      "health-check",
      "pass: 16 of 16 checkers get an answer: traffic goes to the standby",
      check({ succeeding: 16 }),
      activation("active"),
    ],
    [
      "health-check",
      "fail: 0 of 16 checkers get an answer: traffic goes to the primary",
      {},
      activation("active"),
    ],
    [
      "health-check",
      "fail: check-1 is disabled, and counts as healthy whatever happens",
      check({ disabled: true }),
      {},
    ],
    [
      "health-check",
      `fail: check-1 does not watch the switch, got ${deciding.fqdn}/serve-from-standby, not inverted`,
      check({ inverted: false }),
      {},
    ],
    [
      "health-check",
      "fail: check-1 does not watch the switch, got elsewhere.example.com/serve-from-standby",
      check({ fqdn: "elsewhere.example.com" }),
      {},
    ],
    ["health-check", "unknown: check-1 has no reports yet", check({ reporting: 0 }), {}],
    [
      "health-check",
      "fail: health check check-1 does not exist",
      { dns: { healthCheck: async () => undefined } },
      {},
    ],
    [
      "health-check",
      "fail: the primary record of shop.example.com goes by no health check",
      recordsBeing(secondary),
      {},
    ],
    ["records", "pass: shop.example.com: A, primary and secondary", {}, {}],
    ["records", "fail: shop.example.com lacks A secondary", recordsBeing(primary), {}],
    [
      "records",
      "fail: shop.example.com lacks AAAA primary, AAAA secondary",
      {},
      { traffic: { dualStack: true, loadBalancers: OWN } },
    ],
    [
      "records",
      "fail: the secondary leads to old.example.com, and the standby's load balancer is shop-dr-alb-1.eu-central-1.elb.amazonaws.com",
      recordsBeing(primary, secondary && { ...secondary, target: "old.example.com" }),
      {},
    ],
    [
      "records",
      "warn: 1 of them evaluate their target's health, so that traffic moves by itself (T41)",
      recordsBeing(primary && { ...primary, evaluatesTargetHealth: true }, secondary),
      {},
    ],
  ])("%s %s", async (id, expected, answers, changes) => {
    expect(line(await find(id, answers, changes))).toBe(expected);
  });

  it("has no switch where it moves by itself, and goes by the primary's answers", async () => {
    const mode = { by: "automatic", reason: "a read-only copy is good enough" };
    const inquiry = inquire({ traffic: { mode } }, check({ inverted: false, fqdn: "alb", succeeding: 16 }));
    const lever = CHECKS.find(({ id }) => id === "switch");
    expect(lever?.inapplicable?.(inquiry.subject, inquiry)).toContain("mode automatic has no switch");
    expect(line(await findBy("health-check", inquiry))).toBe(
      "pass: 16 of 16 checkers get an answer: traffic goes to the primary",
    );
  });

  it("takes a bucket that is missing for an error, not for an absent switch (T47)", async () => {
    const { questions } = { questions: healthyObjects().questions("eu-central-1") };
    const list: typeof questions.list = async (bucket, prefix) =>
      questions.list(bucket === SWITCH_BUCKET ? "gone" : bucket, prefix);
    await expect(find("switch", { standby: { list } })).rejects.toThrow("NoSuchBucket");
  });
});
