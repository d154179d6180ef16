import { describe, expect, it } from "vitest";
import { closedDefaultSecurityGroup } from "../../src/guardrails/closed-default-security-group.ts";
import { flowLogs } from "../../src/guardrails/flow-logs.ts";
import { natPerZone } from "../../src/guardrails/nat-per-zone.ts";
import { noPublicIp } from "../../src/guardrails/no-public-ip.ts";
import { complaints, synthesizeOne } from "../support/environments.ts";
import { add, mutate, remove } from "../support/mutate.ts";

const prod = synthesizeOne("prod");
const dev = synthesizeOne("dev");
const reason = "the whole region shares one egress address";

describe("nat-per-zone", () => {
  it("refuses a shared NAT gateway in production, once for each zone that leaves home", () => {
    const lines = complaints({ prod: { network: { nat: "single" } } });
    expect(lines).toEqual(
      ["b", "c"].map(
        (zone) =>
          `environments/prod.ts: network.nat: aws_route.network_private_${zone}_default leads to another zone in production, got a shared NAT gateway; set it to "per-zone", or add an exception with a reason (guardrail nat-per-zone)`,
      ),
    );
  });

  it("accepts it with a reason, and outside production", () => {
    expect(
      complaints({
        prod: { network: { nat: "single" }, exceptions: [{ guardrail: "nat-per-zone", reason }] },
      }),
    ).toEqual([]);
    expect(natPerZone.violations(dev)).toEqual([]);
  });

  it("accepts a production network without any NAT", () => {
    const network = { nat: "none", interfaceEndpoints: true };
    expect(natPerZone.violations(synthesizeOne("prod", { prod: { network } }))).toEqual([]);
  });

  it("sees through names: a gateway that stands in another zone is shared, whatever it is called", () => {
    const subnet = { subnet_id: "${aws_subnet.network_public_a.id}" };
    const moved = mutate(prod, "aws_nat_gateway.network_nat_b", subnet);
    expect(natPerZone.violations(moved).map(({ message }) => message)).toEqual([
      expect.stringContaining("aws_route.network_private_b_default"),
    ]);
  });
});

describe("flow-logs", () => {
  it("refuses a production VPC that records nothing, or not all", () => {
    expect(flowLogs.violations(prod)).toEqual([]);
    expect(flowLogs.violations(remove(prod, "aws_flow_log.network_flow_logs_flow_log"))).toHaveLength(1);
    const partial = mutate(prod, "aws_flow_log.network_flow_logs_flow_log", { traffic_type: "REJECT" });
    expect(flowLogs.violations(partial)).toHaveLength(1);
    const stray = add(prod, "aws_vpc.second", { cidr_block: "10.99.0.0/16" });
    expect(flowLogs.violations(stray).map(({ message }) => message)).toEqual([
      expect.stringContaining("aws_vpc.second"),
    ]);
  });

  it("leaves other environments their choice", () => {
    expect(flowLogs.violations(dev)).toEqual([]);
  });
});

describe("closed-default-security-group", () => {
  const address = "aws_default_security_group.network_closed";

  it.each([
    ["a missing group", remove(dev, address)],
    [
      "a rule in it",
      mutate(dev, address, { ingress: [{ protocol: "-1", self: true, from_port: 0, to_port: 0 }] }),
    ],
    ["a way out of it", mutate(dev, address, { egress: [{ protocol: "-1", cidr_blocks: ["0.0.0.0/0"] }] })],
    ["rules that nobody empties", mutate(dev, address, { ingress: null })],
  ])("refuses %s, everywhere", (_, subject) => {
    expect(closedDefaultSecurityGroup.violations(subject)).toHaveLength(1);
  });

  it("holds for both kinds of environment", () => {
    expect(closedDefaultSecurityGroup.violations(prod)).toEqual([]);
    expect(closedDefaultSecurityGroup.violations(dev)).toEqual([]);
  });
});

describe("no-public-ip", () => {
  it.each([
    ["a subnet", mutate(dev, "aws_subnet.network_public_a", { map_public_ip_on_launch: true })],
    ["a database", mutate(dev, "aws_db_instance.database_instance", { publicly_accessible: "true" })],
    ["an instance", add(dev, "aws_instance.bastion", { associate_public_ip_address: true })],
    ["an unknown answer", add(dev, "aws_instance.bastion", { associate_public_ip_address: "${var.open}" })],
    [
      "a template",
      add(dev, "aws_launch_template.node", { network_interfaces: [{ associate_public_ip_address: true }] }),
    ],
    ["a task", add(dev, "aws_ecs_service.other", { network_configuration: { assign_public_ip: true } })],
  ])("refuses %s that gets one", (_, subject) => {
    expect(noPublicIp.violations(subject)).toHaveLength(1);
  });

  it("accepts what says no, or nothing", () => {
    expect(noPublicIp.violations(dev)).toEqual([]);
    expect(
      noPublicIp.violations(add(dev, "aws_instance.inside", { associate_public_ip_address: "false" })),
    ).toEqual([]);
  });
});
