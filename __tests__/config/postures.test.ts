import { describe, expect, it } from "vitest";
import { type ServiceSpec, specsOf } from "../../src/config/spec.ts";
import type { Template } from "../../src/guardrails/template.ts";
import {
  activation,
  type Changes,
  complaints,
  merge,
  resourceAt,
  synthesizeOne,
} from "../support/environments.ts";
import { EXAMPLES, exampleConfigurator } from "../support/examples.ts";
import { templatesOf } from "../support/synthesis.ts";

type Posture = "standby" | "restored" | "active" | "hardened";

const DATABASE = "aws_db_instance.database_instance";

/** Types whose control plane is in us-east-1 (T36, T33). */
const GLOBAL = /^aws_(iam|route53|budgets|s3|cloudfront|acm)_/;

interface Standby {
  readonly spec: ServiceSpec;
  readonly template: Template;
}

const recordOf = (posture: Posture): Changes => (posture === "standby" ? {} : activation(posture));

const inPosture = (posture: Posture, changes: Changes = {}): Standby =>
  synthesizeOne("dr", merge(recordOf(posture), changes));

/** The bodies of everything that an activation must leave alone, by address. */
const globalResources = ({ template }: Standby): ReadonlyMap<string, unknown> =>
  new Map(
    Object.entries(template.resource).flatMap(([type, bodies]) =>
      GLOBAL.test(type)
        ? Object.entries(bodies).map(([name, body]) => [`${type}.${name}`, body] as const)
        : [],
    ),
  );

describe.each(EXAMPLES)("the standbys of examples/%s", async (example) => {
  const configure = await exampleConfigurator(example);
  const names = configure().pairs.map(({ standby }) => standby.name);

  it.each(names)("change no IAM, DNS, budget or bucket when %s is activated", (name) => {
    const standbyIn = (posture: Posture): Standby => {
      const record = { [`${name}.activation`]: recordOf(posture)["dr.activation"] };
      const specs = specsOf(configure(record));
      const services = specs.services.filter((spec) => spec.name === name);
      const templates = templatesOf({ ...specs, bootstrap: undefined, services, traffic: undefined });
      const [[spec], template] = [services, templates.get(name)];
      if (spec === undefined || template === undefined) throw new Error(`no standby ${name}`);
      return { spec, template };
    };
    const peace = globalResources(standbyIn("standby"));
    expect(peace.size).toBeGreaterThan(3);
    for (const posture of ["restored", "active", "hardened"] as const) {
      expect(globalResources(standbyIn(posture))).toEqual(peace);
    }
  });
});

describe("a standby that differs from its primary in all that it may", () => {
  const changes: Changes = {
    prod: {
      ingress: { accessLogs: { enabled: false }, deletionProtection: false },
      compute: { exec: true, containerInsights: true },
      database: { backup: { enabled: true, continuous: true } },
      observability: { alarmEmails: ["primary@example.com"] },
      exceptions: ["load-balancer-logs", "load-balancer-deletion-protection", "no-exec-in-production"].map(
        (guardrail) => ({ guardrail, reason: "this is a test of postures" }),
      ),
    },
    dr: {
      ingress: { accessLogs: { retentionDays: 30 } },
      database: { recovery: { strategy: "backup-copy", vault: { restoreTesting: { enabled: true } } } },
      observability: { alarmEmails: ["standby@example.com"] },
    },
  };

  it.each(["restored", "active"] as const)(
    "changes no IAM, DNS, budget or bucket in posture %s",
    (posture) => {
      expect(globalResources(inPosture(posture, changes))).toEqual(
        globalResources(inPosture("standby", changes)),
      );
    },
  );
});

describe("the database of a standby", () => {
  const bodyIn = (posture: Posture, changes: Changes = {}): Readonly<Record<string, unknown>> =>
    resourceAt(inPosture(posture, changes).template, DATABASE);

  it("is empty in peace and restored afterwards, at one address", () => {
    expect(bodyIn("standby")).toMatchObject({ db_name: "app", identifier: "shop-dr-database" });
    expect(bodyIn("standby")).not.toHaveProperty("snapshot_identifier");
    for (const posture of ["restored", "active"] as const) {
      expect(Object.keys(inPosture(posture).template.resource["aws_db_instance"] ?? {})).toEqual([
        "database_instance",
      ]);
    }
  });

  it("is named after its recovery point, so that another one gives another instance", () => {
    const identifierOf = (snapshotArn: string): unknown =>
      bodyIn("restored", { "dr.activation": { recoveryPoint: { snapshotArn } } })["identifier"];
    const [first, second] = ["copyjob-0001", "copyjob-0002"].map((name) =>
      identifierOf(`arn:aws:rds:eu-central-1:111122223333:snapshot:awsbackup:${name}`),
    );
    expect(first).toMatch(/^shop-dr-database-[0-9a-f]{8}$/);
    expect(second).not.toBe(first);
  });

  /** Arguments that the provider can't change in place. Source: the provider's schema of aws_db_instance. */
  const REPLACING = [
    "identifier",
    "snapshot_identifier",
    "restore_to_point_in_time",
    "kms_key_id",
    "storage_encrypted",
    "db_name",
    "username",
    "engine",
    "db_subnet_group_name",
  ];

  it("is hardened without being replaced (T24)", () => {
    const [restored, active, hardened] = [bodyIn("restored"), bodyIn("active"), bodyIn("hardened")];
    for (const argument of REPLACING) {
      expect([active[argument], hardened[argument]]).toEqual([restored[argument], restored[argument]]);
    }
    expect(restored).toMatchObject({ multi_az: false, deletion_protection: false });
    // RDS converts for tens of minutes, and Terraform waits for it: users are served first.
    expect(active).toMatchObject({ multi_az: false, deletion_protection: true });
    expect(Number(active["backup_retention_period"])).toBeGreaterThan(0);
    expect(hardened).toMatchObject({ multi_az: true, deletion_protection: true });
  });

  it("is guarded against Terraform from when it serves", () => {
    const guards = (posture: Posture): unknown => bodyIn(posture)["lifecycle"];
    // Without it a record that is gone renames the restored database to the empty one's name.
    const lifecycle = {
      create_before_destroy: true,
      replace_triggered_by: ["terraform_data.database_incarnation"],
    };
    const open = { ...lifecycle, prevent_destroy: false };
    expect([guards("standby"), guards("restored")]).toEqual([open, open]);
    const closed = { ...lifecycle, prevent_destroy: true };
    expect([guards("active"), guards("hardened")]).toEqual([closed, closed]);
  });

  it("makes way for the restored one without protection or snapshot, once that is there", () => {
    expect(bodyIn("standby")).toMatchObject({
      deletion_protection: false,
      skip_final_snapshot: true,
      lifecycle: { create_before_destroy: true, prevent_destroy: false },
    });
    expect(bodyIn("restored")["lifecycle"]).toMatchObject({ create_before_destroy: true });
  });

  it("has the primary's class when it is restored, and its own in peace", () => {
    expect([bodyIn("standby")["instance_class"], bodyIn("restored")["instance_class"]]).toEqual([
      "db.t4g.micro",
      "db.m7g.large",
    ]);
  });

  it("is asked for neither size nor version that its recovery point may exceed (T21)", () => {
    for (const posture of ["restored", "active"] as const) {
      const body = bodyIn(posture);
      for (const argument of ["allocated_storage", "engine_version", "db_name", "username"]) {
        expect(body).not.toHaveProperty(argument);
      }
      expect(body["parameter_group_name"]).toBe(bodyIn("standby")["parameter_group_name"]);
    }
  });

  it("keeps the key of the copy, which is the vault's (T18)", () => {
    expect(bodyIn("restored")["kms_key_id"]).toBe(bodyIn("standby")["kms_key_id"]);
  });

  it("is restored to a moment of the replicated automated backup", () => {
    const recoveryPoint = {
      kind: "point-in-time",
      automatedBackupArn: "arn:aws:rds:eu-central-1:111122223333:auto-backup:ab-1a2b3c4d5e6f",
      restoreTime: "2026-01-31T03:55:00Z",
      createdAt: undefined,
      snapshotArn: undefined,
    };
    const body = bodyIn("restored", { "dr.activation": { recoveryPoint } });
    expect(body["restore_to_point_in_time"]).toEqual({
      source_db_instance_automated_backups_arn: recoveryPoint.automatedBackupArn,
      restore_time: recoveryPoint.restoreTime,
    });
    expect(body).not.toHaveProperty("snapshot_identifier");
  });

  it("is what the tasks are pointed at, by reference", () => {
    const definitions = String(
      resourceAt(inPosture("active").template, "aws_ecs_task_definition.compute_task")[
        "container_definitions"
      ],
    );
    for (const attribute of ["address", "master_user_secret[0].secret_arn"]) {
      expect(definitions).toContain(`\${${DATABASE}.${attribute}}`);
    }
  });
});

describe("an active standby", () => {
  const active = inPosture("hardened");

  it("has the primary's size, alarms and openness without anyone retyping them (T45)", () => {
    const prod = synthesizeOne("prod");
    expect(active.spec.config.compute).toEqual(prod.spec.config.compute);
    expect(active.spec.config.observability.thresholds).toEqual(prod.spec.config.observability.thresholds);
    const alarmsOf = ({ template }: Pick<Standby, "template">): string[] =>
      Object.keys(template.resource["aws_cloudwatch_metric_alarm"] ?? {}).toSorted();
    expect(alarmsOf(active)).toEqual(alarmsOf(prod));
    const doorsOf = ({ template }: Pick<Standby, "template">): string[] =>
      Object.keys(template.resource["aws_vpc_security_group_ingress_rule"] ?? {}).filter((name) =>
        name.startsWith("ingress_"),
      );
    expect(doorsOf(active)).toEqual(doorsOf(prod));
    expect(doorsOf(inPosture("restored"))).toEqual([]);
  });

  it("keeps the standby's own addresses, certificate and budget", () => {
    const { ingress, network, budget } = active.spec.config;
    const peace = inPosture("standby").spec.config;
    expect(ingress.certificateArn).toBe(peace.ingress.certificateArn);
    expect([network, budget]).toEqual([peace.network, peace.budget]);
  });
});

describe("a standby that could not become what its primary is", () => {
  it("has no bucket for access logs (T33)", () => {
    expect(complaints({ dr: { ingress: { accessLogs: { enabled: false } } } })).toContain(
      "environments/dr.ts: ingress.accessLogs.enabled: is off while prod's is on, got false; set it to true, since an activation must not create a bucket (T33)",
    );
  });

  it("has no web ACL", () => {
    const webAclArn = "arn:aws:wafv2:eu-west-1:111122223333:regional/webacl/shop/1a2b3c4d";
    expect(complaints({ prod: { ingress: { webAclArn } } })).toEqual([
      "environments/dr.ts: ingress.webAclArn: missing, while prod is behind a web ACL; name one in eu-central-1, since an incident is too late",
    ]);
  });
});
