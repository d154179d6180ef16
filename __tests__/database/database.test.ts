import { describe, expect, it } from "vitest";
import { resourcesOf } from "../../src/guardrails/template.ts";
import { identifierOf } from "../../src/database/source.ts";
import { activation, complaints, merge, resourceAt, synthesizeOne } from "../support/environments.ts";

const INSTANCE = "aws_db_instance.database_instance";
const prod = synthesizeOne("prod");
const dev = synthesizeOne("dev");
const dr = synthesizeOne("dr");

/** What is stateful or named by something stateful: a new address would destroy it. */
const ADDRESSES = [
  INSTANCE,
  "aws_db_parameter_group.database_parameters",
  "aws_db_subnet_group.database_subnets",
  "aws_security_group.database_access",
  "aws_cloudwatch_log_group.database_postgresql_log",
  "aws_cloudwatch_log_group.database_upgrade_log",
  "terraform_data.database_incarnation",
];

describe("a database's addresses", () => {
  it.each(["dev", "prod", "dr"])("are the same in %s", (name) => {
    const { template } = synthesizeOne(name);
    for (const address of ADDRESSES) expect(resourceAt(template, address)).toBeDefined();
    expect(resourcesOf(template, "aws_db_instance").map(({ address }) => address)).toEqual([INSTANCE]);
  });

  it.each([true, false])(
    "do not move with preventDestroy %s, which changes nothing else (T24)",
    (preventDestroy) => {
      const { template } = synthesizeOne("prod", { prod: { database: { preventDestroy } } });
      const { lifecycle, ...body } = resourceAt(template, INSTANCE);
      const { lifecycle: _, ...original } = resourceAt(prod.template, INSTANCE);
      expect(lifecycle).toMatchObject({ create_before_destroy: true, prevent_destroy: preventDestroy });
      expect(body).toEqual(original);
    },
  );
});

const nameIn = (engineVersion: string): unknown =>
  resourceAt(
    synthesizeOne("dev", { dev: { database: { engineVersion } } }).template,
    "aws_db_parameter_group.database_parameters",
  )["name"];

const isOfDatabase = (body: Readonly<Record<string, unknown>>): boolean =>
  body["security_group_id"] === "${aws_security_group.database_access.id}";

describe("a database", () => {
  it("names a major version alone, and lets AWS choose the minor one (T13)", () => {
    const { engine_version, auto_minor_version_upgrade } = resourceAt(prod.template, INSTANCE);
    expect(engine_version).toMatch(/^\d+$/);
    expect(auto_minor_version_upgrade).toBe(true);
    expect(complaints({ dev: { database: { engineVersion: "17.4" } } })).toHaveLength(1);
  });

  it("admits connections over TLS only, whatever parameters are added", () => {
    const parameters = { log_min_duration_statement: "500" };
    const { template } = synthesizeOne("dev", { dev: { database: { parameters } } });
    expect(resourceAt(template, "aws_db_parameter_group.database_parameters")["parameter"]).toEqual([
      { name: "log_min_duration_statement", value: "500", apply_method: "pending-reboot" },
      { name: "rds.force_ssl", value: "1", apply_method: "pending-reboot" },
    ]);
    const off = complaints({ dev: { database: { parameters: { "rds.force_ssl": "0" } } } });
    expect(off).toHaveLength(1);
  });

  it("gives every major version a parameter group of its own name", () => {
    expect(nameIn("16")).not.toBe(nameIn("17"));
  });

  it("is entered by named groups on its own port, and by nobody else", () => {
    const rules = resourcesOf(prod.template, "aws_vpc_security_group_ingress_rule").filter(({ body }) =>
      isOfDatabase(body),
    );
    expect(rules.length).toBeGreaterThan(0);
    for (const { body } of rules) {
      expect(body["referenced_security_group_id"]).toMatch(/^\$\{aws_security_group\./);
      expect([body["from_port"], body["to_port"], body["ip_protocol"]]).toEqual([5432, 5432, "tcp"]);
    }
    expect(
      resourcesOf(prod.template, "aws_vpc_security_group_egress_rule").filter(({ body }) =>
        isOfDatabase(body),
      ),
    ).toEqual([]);
  });

  it("keeps its history when it is deleted in production, and none where it is disposable (T25)", () => {
    const kept = ({ template }: typeof prod): unknown[] => {
      const { delete_automated_backups, skip_final_snapshot } = resourceAt(template, INSTANCE);
      return [delete_automated_backups, skip_final_snapshot];
    };
    expect(kept(prod)).toEqual([false, false]);
    expect(kept(dev)).toEqual([true, true]);
    expect(kept(dr)).toEqual([true, true]);
  });

  it("names its final snapshot after itself and after something that no other instance has", () => {
    expect(resourceAt(prod.template, INSTANCE)["final_snapshot_identifier"]).toBe(
      "shop-prod-database-final-${substr(terraform_data.database_incarnation.id, 0, 8)}",
    );
    const { triggers_replace } = resourceAt(prod.template, "terraform_data.database_incarnation");
    expect(triggers_replace).toBe(resourceAt(prod.template, INSTANCE)["identifier"]);
  });

  it("has its log groups before RDS would make them", () => {
    const logs = resourcesOf(prod.template, "aws_cloudwatch_log_group").filter(({ address }) =>
      address.includes("database"),
    );
    expect(logs.map(({ body }) => body["name"])).toEqual([
      "/aws/rds/instance/shop-prod-database/postgresql",
      "/aws/rds/instance/shop-prod-database/upgrade",
    ]);
    expect(resourceAt(prod.template, INSTANCE)["depends_on"]).toEqual(logs.map(({ address }) => address));
  });
});

describe("a standby's database", () => {
  it("is minimal, and makes way for a restored one without a question", () => {
    expect(resourceAt(dr.template, INSTANCE)).toMatchObject({
      multi_az: false,
      deletion_protection: false,
      skip_final_snapshot: true,
      lifecycle: { prevent_destroy: false },
      apply_immediately: true,
    });
  });

  it("can't be protected from its own recovery", () => {
    expect(complaints({ dr: { database: { deletionProtection: true } } })).toEqual([
      expect.stringContaining("environments/dr.ts: database.deletionProtection: unknown key"),
    ]);
  });
});

describe("the name of a restored database", () => {
  // A part of each would be a number to CDKTF: one that is infinite, and one like its placeholders.
  it.each(["85a37a14-a3dc-4641-8a8e-7f60b4e9135c", "85a37a1f-8e289-4641-8a8e-7f60b4ea135c"])(
    "is the same to a stack and to a recovery, when its recovery point is %s",
    (job) => {
      const snapshotArn = `arn:aws:rds:eu-central-1:111122223333:snapshot:awsbackup:copyjob-${job}`;
      const record = merge(activation("restored"), { "dr.activation": { recoveryPoint: { snapshotArn } } });
      const { spec, template } = synthesizeOne("dr", merge({}, record));
      const instance = resourceAt(template, INSTANCE);
      expect(instance["snapshot_identifier"]).toBe(snapshotArn);
      expect(instance["identifier"]).toBe(identifierOf(spec.names, spec.recoveryPoint));
    },
  );
});
