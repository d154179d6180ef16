import { describe, expect, it } from "vitest";
import {
  referenced,
  refersTo,
  resourcesOf,
  type Resource,
  type Template,
} from "../../src/guardrails/template.ts";
import { accessIn } from "../support/access.ts";
import { resourceAt, synthesizeOne } from "../support/environments.ts";

const synthesizeNetwork = (network: Readonly<Record<string, unknown>>): Template =>
  synthesizeOne("prod", { prod: { network } }).template;

/** Where each subnet's default route leads, by address of the subnet. */
function waysOut(template: Template): Map<string, Resource | undefined> {
  return new Map(
    resourcesOf(template, "aws_subnet").map((subnet) => {
      const table = tableOf(template, subnet);
      const route = resourcesOf(template, "aws_route").find(
        ({ body }) =>
          refersTo(body["route_table_id"], table.address) && body["destination_cidr_block"] === "0.0.0.0/0",
      );
      return [
        subnet.address,
        referenced(template, route?.body["gateway_id"] ?? route?.body["nat_gateway_id"]),
      ];
    }),
  );
}

function tableOf(template: Template, { address }: Resource): Resource {
  const [association, ...others] = resourcesOf(template, "aws_route_table_association").filter(({ body }) =>
    refersTo(body["subnet_id"], address),
  );
  const table = referenced(template, association?.body["route_table_id"]);
  if (table === undefined || others.length > 0)
    throw new Error(`${address} is not in exactly one route table`);
  return table;
}

const subnet = (tier: string, zone: string): string => `aws_subnet.network_${tier}_${zone}`;

describe("ways out of the network", () => {
  it.each(["none", "single", "per-zone"])(
    "lead public subnets to the internet, databases nowhere (nat %s)",
    (nat) => {
      const ways = waysOut(synthesizeNetwork({ nat, interfaceEndpoints: true }));
      expect(ways.size).toBe(9);
      for (const zone of ["a", "b", "c"]) {
        expect(ways.get(subnet("public", zone))?.address).toBe("aws_internet_gateway.network_internet");
        expect(ways.has(subnet("database", zone))).toBe(true);
        expect(ways.get(subnet("database", zone))).toBeUndefined();
      }
    },
  );

  it("lead through a NAT gateway of the same zone, with one per zone", () => {
    const template = synthesizeNetwork({ nat: "per-zone" });
    const ways = waysOut(template);
    expect(resourcesOf(template, "aws_nat_gateway")).toHaveLength(3);
    expect(resourcesOf(template, "aws_eip")).toHaveLength(3);
    for (const zone of ["a", "b", "c"]) {
      const home = referenced(template, ways.get(subnet("private", zone))?.body["subnet_id"]);
      expect(home?.address).toBe(subnet("public", zone));
    }
  });

  it("lead through one NAT gateway, with a single one", () => {
    const template = synthesizeNetwork({ nat: "single" });
    const ways = waysOut(template);
    expect(resourcesOf(template, "aws_nat_gateway")).toHaveLength(1);
    expect(resourcesOf(template, "aws_eip")).toHaveLength(1);
    for (const zone of ["a", "b", "c"]) {
      expect(ways.get(subnet("private", zone))?.address).toBe("aws_nat_gateway.network_nat_a");
    }
  });

  it("do not exist for private subnets without NAT", () => {
    const template = synthesizeNetwork({ nat: "none", interfaceEndpoints: true });
    expect(resourcesOf(template, "aws_nat_gateway")).toEqual([]);
    expect(resourcesOf(template, "aws_eip")).toEqual([]);
    expect(waysOut(template).get(subnet("private", "a"))).toBeUndefined();
  });

  it("stay where they are when a zone is added behind the others", () => {
    const two = synthesizeNetwork({ nat: "single", zones: ["a", "b"] });
    const three = synthesizeNetwork({ nat: "single", zones: ["a", "b", "c"] });
    for (const type of ["aws_subnet", "aws_nat_gateway", "aws_eip", "aws_route_table", "aws_route"]) {
      expect(three.resource[type]).toMatchObject(two.resource[type] ?? {});
    }
  });
});

describe("endpoints", () => {
  it("reach S3 and DynamoDB from every route table, at no cost", () => {
    const template = synthesizeNetwork({});
    const tables = resourcesOf(template, "aws_route_table").map(({ address }) => `\${${address}.id}`);
    expect(resourcesOf(template, "aws_vpc_endpoint").map(({ body }) => body["service_name"])).toEqual([
      "com.amazonaws.eu-west-1.dynamodb",
      "com.amazonaws.eu-west-1.s3",
    ]);
    for (const { body } of resourcesOf(template, "aws_vpc_endpoint")) {
      expect(body["vpc_endpoint_type"]).toBe("Gateway");
      expect(new Set([body["route_table_ids"]].flat())).toEqual(new Set(tables));
    }
  });

  it("give tasks without NAT all that they need to start", () => {
    const template = synthesizeNetwork({ nat: "none", interfaceEndpoints: true });
    const interfaces = resourcesOf(template, "aws_vpc_endpoint").filter(
      ({ body }) => body["vpc_endpoint_type"] === "Interface",
    );
    const services = interfaces.map(({ body }) =>
      String(body["service_name"]).replace(/^com\.amazonaws\.eu-west-1\./, ""),
    );
    expect(services.toSorted()).toEqual([
      "ecr.api",
      "ecr.dkr",
      "kms",
      "logs",
      "secretsmanager",
      "ssmmessages",
      "sts",
    ]);
    for (const { body } of interfaces) {
      expect(body["private_dns_enabled"]).toBe(true);
      expect(body["subnet_ids"]).toEqual(["a", "b", "c"].map((zone) => `\${${subnet("private", zone)}.id}`));
    }
  });

  it("admit HTTPS from the VPC and nothing else", () => {
    const template = synthesizeNetwork({ interfaceEndpoints: true });
    const group = "aws_security_group.network_endpoints_access";
    const rules = resourcesOf(template, "aws_vpc_security_group_ingress_rule").filter(({ body }) =>
      refersTo(body["security_group_id"], group),
    );
    expect(
      rules.map(({ body }) => [body["cidr_ipv4"], body["ip_protocol"], body["from_port"], body["to_port"]]),
    ).toEqual([["10.20.0.0/16", "tcp", 443, 443]]);
  });
});

const onBehalfOf = (account: string) => ({
  "aws:SourceAccount": account,
  "aws:SourceArn": `arn:aws:ec2:eu-west-1:${account}:vpc-flow-log/fl-1`,
});

describe("flow logs", () => {
  const subject = synthesizeOne("prod");
  const access = accessIn(subject);
  const role = "aws_iam_role.network_flow_logs_role";
  const group = access.arnOf("aws_cloudwatch_log_group.network_flow_logs_group");
  const { accountId } = subject.spec.project;

  it("are written to their own group and nowhere else", async () => {
    expect(await access.roleMay(role, "logs:PutLogEvents", `${group}:log-stream:eni-1`)).toBe(true);
    expect(await access.roleMay(role, "logs:PutLogEvents", `${group}-other:log-stream:eni-1`)).toBe(false);
    expect(await access.roleMay(role, "logs:DeleteLogGroup", group)).toBe(false);
  });

  it("are written for this account's flow logs only", async () => {
    expect(await access.serviceMayAssume("vpc-flow-logs.amazonaws.com", role, onBehalfOf(accountId))).toBe(
      true,
    );
    expect(
      await access.serviceMayAssume("vpc-flow-logs.amazonaws.com", role, onBehalfOf("444455556666")),
    ).toBe(false);
    expect(await access.serviceMayAssume("ec2.amazonaws.com", role, onBehalfOf(accountId))).toBe(false);
  });

  it("do not exist where they are off", () => {
    const { template } = synthesizeOne("dev");
    expect(resourcesOf(template, "aws_flow_log")).toEqual([]);
    expect(template.resource["aws_cloudwatch_log_group"]).not.toHaveProperty("network_flow_logs_group");
  });
});

describe("zones", () => {
  it("that the region does not offer stop the plan (T12)", () => {
    const vpc = resourceAt(synthesizeNetwork({ zones: ["a", "f"] }), "aws_vpc.network_vpc");
    const text = JSON.stringify(vpc["lifecycle"]);
    expect(text).toContain("eu-west-1a");
    expect(text).toContain("eu-west-1f");
    expect(text).toContain("data.aws_availability_zones.network_zones");
  });
});
