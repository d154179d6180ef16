import { describe, expect, it } from "vitest";
import { type Changes, complaints, merge, TRAFFIC } from "../support/environments.ts";

const withTraffic = (changes: Changes, others: Changes = {}): readonly string[] =>
  complaints({ ...others, traffic: merge(TRAFFIC, changes) });

const OWN = {
  primary: { albDnsName: "one-1.eu-west-1.elb.amazonaws.com", albZoneId: "Z32O12XQLNTSW2" },
  standby: { albDnsName: "two-2.eu-central-1.elb.amazonaws.com", albZoneId: "Z215JYRZR1TBD5" },
};
const REASON = "the standby shows a maintenance page until it is restored";

describe("a traffic file", () => {
  it("needs nothing but the standby and the name", () => {
    expect(withTraffic({})).toEqual([]);
  });

  it.each<[string, Changes, unknown]>([
    [
      "automatic mode without a reason",
      { mode: { by: "automatic" } },
      "environments/traffic.ts: mode.reason: missing, and dr has no database until it is restored (T41); choose mode operator, or say why traffic may move to it by itself",
    ],
    [
      "a record outside the zone",
      { recordName: "shop.example.org" },
      "environments/traffic.ts: recordName: lies outside the zone example.com, got shop.example.org; name a record that ends with .example.com",
    ],
    [
      "a record that only ends like the zone",
      { recordName: "shop-example.com" },
      "environments/traffic.ts: recordName: lies outside the zone example.com, got shop-example.com; name a record that ends with .example.com",
    ],
    [
      "an operator of another account",
      { operators: ["arn:aws:iam::444455556666:role/on-call"] },
      "environments/traffic.ts: operators[0]: belongs to another account, got 444455556666; name a role of 111122223333 that they take on",
    ],
    [
      "the session of an operator",
      { operators: ["arn:aws:sts::111122223333:assumed-role/on-call/me"] },
      'environments/traffic.ts: operators[0]: expected an ARN such as arn:aws:iam::111122223333:role/on-call, got "arn:aws:sts::111122223333:assumed-role/on-call/me"; correct the value',
    ],
    [
      "everybody as an operator",
      { operators: ["arn:aws:iam::111122223333:role/*"] },
      'environments/traffic.ts: operators[0]: expected an ARN such as arn:aws:iam::111122223333:role/on-call, got "arn:aws:iam::111122223333:role/*"; correct the value',
    ],
    [
      "operators of a switch that is not there",
      {
        mode: { by: "automatic", reason: REASON },
        operators: ["arn:aws:iam::111122223333:role/on-call"],
      },
      "environments/traffic.ts: operators: has no effect in mode automatic, which has no switch, got 1 roles; remove it",
    ],
    [
      "a path without a leading slash",
      { healthCheck: { path: "health" } },
      'environments/traffic.ts: healthCheck.path: expected a path such as /health, at most 255 characters long, others than RFC 3986 allows percent-encoded, got "health"; correct the value',
    ],
    [
      "an interval that Route 53 does not offer",
      { healthCheck: { intervalSeconds: 15 } },
      "environments/traffic.ts: healthCheck.intervalSeconds: not accepted, got 15; choose one of 10, 30",
    ],
    [
      "a standby that is none",
      { standby: "prod" },
      'environments/traffic.ts: standby: names no standby, got "prod"; choose among: dr',
    ],
    [
      "a region of its own, since the switch lies in the standby's (T39)",
      { region: "eu-west-1" },
      expect.stringMatching(/^environments\/traffic\.ts: region: unknown key, got "region"; /),
    ],
    [
      "AAAA records for load balancers without IPv6",
      { dualStack: true },
      "environments/traffic.ts: dualStack: the load balancers of prod and dr speak IPv4 only, got true; remove it, or name loadBalancers of your own",
    ],
    [
      "a check that meets only the redirect to HTTPS",
      { healthCheck: { protocol: "HTTP" } },
      "environments/traffic.ts: healthCheck.protocol: prod answers HTTPS on 443, and anything else with a redirect or not at all, got HTTP on 80; remove protocol and port",
    ],
  ])("is refused for %s", (_, changes, line) => {
    expect(withTraffic(changes)).toEqual([line]);
  });

  it("is refused for a pair without certificates", () => {
    const plain = { ingress: { certificateArn: undefined, allowHttp: true } };
    const lines = withTraffic({}, { prod: { production: false, ...plain }, dr: plain });
    expect(lines).toEqual([
      "environments/traffic.ts: standby: prod has no certificate, so that its users would meet an error; set ingress.certificateArn in environments/prod.ts",
      "environments/traffic.ts: standby: dr has no certificate, so that its users would meet an error; set ingress.certificateArn in environments/dr.ts",
    ]);
  });

  it("is refused for automatic mode before a load balancer that health checkers can't reach", () => {
    const prod = { ingress: { allowedCidrs: ["198.51.100.0/24"] } };
    const mode = { by: "automatic", reason: REASON };
    expect(withTraffic({ mode }, { prod })).toEqual([
      'environments/traffic.ts: mode.by: health checkers can\'t reach prod, so that traffic would leave it at once, got "automatic"; choose mode operator, or open ingress in environments/prod.ts',
    ]);
    expect(withTraffic({}, { prod })).toEqual([]);
  });

  it("asks nothing of load balancers that somebody else made", () => {
    const changes = {
      loadBalancers: OWN,
      dualStack: true,
      mode: { by: "automatic", reason: REASON },
      healthCheck: { protocol: "HTTP" },
    };
    const prod = { ingress: { allowedCidrs: ["198.51.100.0/24"] } };
    expect(withTraffic(changes, { prod })).toEqual([]);
  });

  it("exists once", () => {
    expect(complaints({ traffic: TRAFFIC, dns: TRAFFIC })).toEqual([
      expect.stringMatching(/: kind: a second one, got "traffic" again, .*; keep one$/),
    ]);
  });
});
