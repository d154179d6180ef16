import { describe, expect, it } from "vitest";
import { privateDatabase } from "../../src/guardrails/private-database.ts";
import { breaches } from "../support/breaches.ts";
import { type Synthesized, synthesizeOne } from "../support/environments.ts";
import { add, mutate } from "../support/mutate.ts";

const DATABASE = "aws_db_instance.database_instance";
const GROUP = "aws_security_group.database_access";
const dev = synthesizeOne("dev");

const rule = (body: Readonly<Record<string, unknown>>): Synthesized =>
  add(dev, "aws_vpc_security_group_ingress_rule.added", { security_group_id: `\${${GROUP}.id}`, ...body });

describe("private-database", () => {
  it("holds in every environment", () => {
    for (const name of ["dev", "prod", "dr"])
      expect(breaches(privateDatabase, synthesizeOne(name))).toEqual([]);
  });

  it.each([true, "${var.public}"])("refuses a public address, got %s", (publicly_accessible) => {
    expect(breaches(privateDatabase, mutate(dev, DATABASE, { publicly_accessible }))).toEqual([
      `database: ${DATABASE} has a public address, got publicly_accessible ${JSON.stringify(publicly_accessible)}; set it to false`,
    ]);
  });

  it.each([
    { cidr_ipv4: "0.0.0.0/0" },
    { cidr_ipv4: "10.10.0.0/16" },
    { cidr_ipv6: "::/0" },
    { prefix_list_id: "pl-0123456789abcdef0" },
  ])("refuses a rule for addresses, private ones too: %o", (source) => {
    expect(breaches(privateDatabase, rule(source))).toEqual([
      `database: aws_vpc_security_group_ingress_rule.added admits addresses to ${DATABASE}, got ${JSON.stringify(Object.values(source)[0])}; admit a security group instead`,
    ]);
  });

  it("finds rules in every place where Terraform takes them", () => {
    const inline = {
      from_port: 5432,
      to_port: 5432,
      protocol: "tcp",
      cidr_blocks: ["10.0.0.0/8", "0.0.0.0/0"],
    };
    expect(breaches(privateDatabase, mutate(dev, GROUP, { ingress: inline }))).toHaveLength(2);
    const old = { type: "ingress", security_group_id: `\${${GROUP}.id}`, cidr_blocks: ["0.0.0.0/0"] };
    expect(breaches(privateDatabase, add(dev, "aws_security_group_rule.added", old))).toHaveLength(1);
  });

  it("lets other groups in, and other groups admit whom they like", () => {
    const peer = "${aws_security_group.ingress_access.id}";
    expect(breaches(privateDatabase, rule({ referenced_security_group_id: peer }))).toEqual([]);
    expect(breaches(privateDatabase, rule({ security_group_id: peer, cidr_ipv4: "0.0.0.0/0" }))).toEqual([]);
  });
});
