import { describe, expect, it } from "vitest";
import { resourcesOf } from "../../src/guardrails/template.ts";
import { copying } from "../backup/environments.ts";
import {
  type Changes,
  complaints,
  merge,
  resourceAt,
  type Synthesized,
  synthesizeOne,
} from "../support/environments.ts";

const DATABASE = "aws_db_instance.database_instance";
const SNAPSHOT = "arn:aws:rds:eu-west-1:111122223333:snapshot:shop-dr-failback-20260207";

/** The record that a failback leaves beside the primary. */
const record = (posture: "restored" | "active", changes: Changes = {}): Changes => ({
  "prod.activation": merge(
    {
      posture,
      recoveryPoint: {
        kind: "snapshot",
        snapshotArn: SNAPSHOT,
        engine: "postgres",
        engineVersion: "17.4",
        createdAt: "2026-02-07T05:00:00Z",
      },
      declaredAt: "2026-02-05T04:00:00Z",
      operator: "on-call",
      reason: "the primary region is back",
    },
    changes,
  ),
});

const prod = (changes: Changes = {}): Synthesized => copying("prod", changes);
const peace = prod();
const restored = prod(record("restored"));
const active = prod(record("active"));

describe("a primary whose record names a recovery point", () => {
  it.each(["restored", "active"] as const)("breaks no rule in posture %s", (posture) => {
    expect(complaints(record(posture))).toEqual([]);
  });

  it("restores its database at the same address, under a name of its own", () => {
    const before = resourceAt(peace.template, DATABASE);
    for (const { template } of [restored, active]) {
      expect(resourcesOf(template, "aws_db_instance").map(({ address }) => address)).toEqual([DATABASE]);
      const body = resourceAt(template, DATABASE);
      expect(body["identifier"]).toMatch(/^shop-prod-database-[0-9a-f]{8}$/);
      expect(body).toMatchObject({
        snapshot_identifier: SNAPSHOT,
        deletion_protection: true,
        kms_key_id: before["kms_key_id"],
        instance_class: before["instance_class"],
        multi_az: before["multi_az"],
      });
    }
    expect(resourceAt(active.template, DATABASE)).toEqual(resourceAt(restored.template, DATABASE));
  });

  it("can't destroy the older database at that address, whatever its file says of protection", () => {
    const unprotected = { prod: { database: { preventDestroy: false, deletionProtection: false } } };
    const { template } = prod(merge(record("restored"), unprotected));
    expect(resourceAt(template, DATABASE)["lifecycle"]).toMatchObject({ prevent_destroy: true });
  });

  it("is closed to the public until it is active, and then as open as its file says", () => {
    const doors = (template: typeof peace.template): string[] =>
      Object.keys(template.resource["aws_vpc_security_group_ingress_rule"] ?? {}).filter((name) =>
        name.startsWith("ingress_"),
      );
    expect(doors(restored.template)).toEqual([]);
    expect(doors(active.template)).toEqual(doors(peace.template));
    expect(doors(peace.template)).not.toEqual([]);
    const closed = prod(merge(record("active"), { prod: { ingress: { public: false } } }));
    expect(doors(closed.template)).toEqual([]);
  });

  it("refers to the restored database everywhere: roles, tasks, backups, alarms and outputs stay as they were written", () => {
    const without = ({ template }: typeof peace): Record<string, unknown> => {
      const {
        aws_db_instance: _instance,
        aws_cloudwatch_log_group: _logs,
        terraform_data: _incarnation,
        ...rest
      } = template.resource;
      return { ...rest, output: template.output };
    };
    expect(without(active)).toEqual(without(peace));
    const kept = JSON.stringify(without(peace));
    for (const attribute of ["address", "arn", "identifier", "endpoint", "master_user_secret[0].secret_arn"])
      expect(kept.includes(`\${${DATABASE}.${attribute}}`)).toBe(true);
  });

  it("logs to groups of its own, so that those of the older database stay", () => {
    const names = resourcesOf(active.template, "aws_cloudwatch_log_group").map(({ body }) => body["name"]);
    const { identifier } = resourceAt(active.template, DATABASE);
    expect(names).toContain(`/aws/rds/instance/${String(identifier)}/postgresql`);
  });
});

describe("a primary without a record", () => {
  it("keeps the database that is there, so that a record taken away costs none (T24)", () => {
    expect(resourceAt(peace.template, DATABASE)["lifecycle"]).toMatchObject({
      ignore_changes: ["identifier", "snapshot_identifier", "restore_to_point_in_time"],
    });
    for (const log of ["postgresql", "upgrade"])
      expect(resourceAt(peace.template, `aws_cloudwatch_log_group.database_${log}_log`)).toMatchObject({
        lifecycle: { ignore_changes: ["name"] },
      });
    expect(resourceAt(peace.template, "terraform_data.database_incarnation")).toMatchObject({
      lifecycle: { ignore_changes: ["triggers_replace"] },
    });
  });

  it("is unlike a standby, whose empty database must give way", () => {
    const lifecycle = resourceAt(synthesizeOne("dr").template, DATABASE)["lifecycle"];
    expect(lifecycle).not.toHaveProperty("ignore_changes");
  });
});

describe("a standby whose primary came back", () => {
  const replicating: Changes = { dr: { database: { recovery: { strategy: "automated-backups" } } } };
  const source = (changes: Changes): unknown =>
    resourceAt(
      synthesizeOne("dr", merge(replicating, changes)).template,
      "aws_db_instance_automated_backups_replication.automated_backups_replication",
    )["source_db_instance_arn"];

  it("replicates the automated backups of the restored database", () => {
    const { identifier } = resourceAt(active.template, DATABASE);
    expect(source(record("active"))).toBe(`arn:aws:rds:eu-west-1:111122223333:db:${String(identifier)}`);
    expect(source({})).toBe("arn:aws:rds:eu-west-1:111122223333:db:shop-prod-database");
  });
});

describe("a record of a primary", () => {
  const FILE = "environments/prod.activation.json";

  it.each([
    {
      mistake: "a recovery point that was not copied back",
      changes: {
        recoveryPoint: { snapshotArn: "arn:aws:rds:eu-central-1:111122223333:snapshot:failback" },
      },
      line: `${FILE}: recoveryPoint.snapshotArn: is in another region, got eu-central-1; name a recovery point that was copied to eu-west-1`,
    },
    {
      mistake: "a key for standbys",
      changes: { posture: "active", hardened: true },
      line: `${FILE}: hardened: is for standbys, got true; remove the key, since a restored primary is guarded by its record from the first`,
    },
  ])("with $mistake is one line", ({ changes, line }) => {
    expect(complaints(record("restored", changes))).toEqual([line]);
  });

  it("may be younger than its declaration by days: a return takes as long as it takes", () => {
    const recoveryPoint = { createdAt: "2026-02-20T05:00:00Z" };
    expect(complaints(record("active", { recoveryPoint }))).toEqual([]);
  });

  it("does not stand in the way of an upgrade, once its database serves", () => {
    const newer = { database: { engineVersion: "18" } };
    const upgraded = (posture: "restored" | "active"): Changes =>
      merge(record(posture), { prod: newer, dr: newer });
    expect(complaints(upgraded("active"))).toEqual([]);
    expect(resourceAt(prod(upgraded("active")).template, DATABASE)).toMatchObject({ engine_version: "18" });
    expect(resourceAt(active.template, DATABASE)).not.toHaveProperty("engine_version");
    expect(complaints(upgraded("restored"))).toEqual([
      `${FILE}: recoveryPoint.engineVersion: can't be restored as PostgreSQL 18, got 17.4; choose a recovery point of version 18, or set database.engineVersion of the pair to 17`,
    ]);
  });

  it("stands beside one of the standby during the return", () => {
    const snapshotArn = "arn:aws:rds:eu-central-1:111122223333:snapshot:awsbackup:copyjob-0001";
    const { "prod.activation": primary } = record("restored");
    const standby = merge(primary, {
      posture: "active",
      declaredAt: "2026-02-07T04:00:00Z",
      recoveryPoint: { snapshotArn },
    });
    expect(complaints({ "prod.activation": primary, "dr.activation": standby })).toEqual([]);
  });
});
