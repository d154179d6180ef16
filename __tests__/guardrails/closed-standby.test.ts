import { describe, expect, it } from "vitest";
import { closedStandby } from "../../src/guardrails/closed-standby.ts";
import { breaches } from "../support/breaches.ts";
import { type Synthesized, synthesizeOne } from "../support/environments.ts";
import { add, mutate } from "../support/mutate.ts";

const dr = synthesizeOne("dr");
const GROUP = "aws_security_group.ingress_access";

const rule = (body: Readonly<Record<string, unknown>>): Synthesized =>
  add(dr, "aws_vpc_security_group_ingress_rule.added", body);

describe("closed-standby", () => {
  it("names the rule that opens a standby, and the range", () => {
    expect(breaches(closedStandby, rule({ cidr_ipv4: "0.0.0.0/0" }))).toEqual([
      "ingress.public: aws_vpc_security_group_ingress_rule.added admits the public to a closed standby, got 0.0.0.0/0; let the activation open it",
    ]);
  });

  it.each([
    { cidr_ipv4: "203.0.113.7/32" },
    { cidr_ipv4: "10.0.0.0/7" },
    { cidr_ipv6: "::/0" },
    { cidr_ipv4: "${data.http.office.body}" },
    { prefix_list_id: "pl-0123456789abcdef0" },
  ])("refuses %o", (source) => {
    expect(breaches(closedStandby, rule(source))).toHaveLength(1);
  });

  it("finds rules in every place where Terraform takes them", () => {
    const inline = [{ from_port: 443, to_port: 443, protocol: "tcp", cidr_blocks: ["0.0.0.0/0"] }];
    expect(breaches(closedStandby, mutate(dr, GROUP, { ingress: inline }))).toHaveLength(1);
    const one = { from_port: 443, to_port: 443, ipv6_cidr_blocks: ["::/0"] };
    expect(breaches(closedStandby, mutate(dr, GROUP, { ingress: one }))).toHaveLength(1);
    const fallback = "aws_default_security_group.network_closed";
    expect(breaches(closedStandby, mutate(dr, fallback, { ingress: inline }))).toHaveLength(1);
    const separate = { type: "ingress", cidr_blocks: ["10.0.0.0/8", "198.51.100.0/24"] };
    const old = add(dr, "aws_security_group_rule.added", separate);
    expect(breaches(closedStandby, old)).toHaveLength(1);
  });

  it("lets private ranges and other groups in, and anything out", () => {
    const [cidr, group] = ["10.30.0.0/16", "${aws_security_group.ingress_access.id}"];
    expect(breaches(closedStandby, rule({ cidr_ipv4: cidr }))).toEqual([]);
    expect(breaches(closedStandby, rule({ cidr_ipv6: "fd00:1::/64" }))).toEqual([]);
    expect(breaches(closedStandby, rule({ referenced_security_group_id: group }))).toEqual([]);
    const out = { type: "egress", cidr_blocks: ["0.0.0.0/0"] };
    expect(breaches(closedStandby, add(dr, "aws_security_group_rule.added", out))).toEqual([]);
  });

  it("holds in dr, and asks nothing of an environment that serves", () => {
    expect(breaches(closedStandby, dr)).toEqual([]);
    expect(breaches(closedStandby, synthesizeOne("prod"))).toEqual([]);
  });

  it.each([
    { posture: "restored" as const, count: 1 },
    { posture: "active" as const, count: 0 },
  ])("finds $count breach once the posture is $posture", ({ posture, count }) => {
    const { spec, ...subject } = rule({ cidr_ipv4: "0.0.0.0/0" });
    const activated = { ...subject, spec: { ...spec, role: { ...spec.role, posture } } };
    expect(breaches(closedStandby, activated)).toHaveLength(count);
  });
});
