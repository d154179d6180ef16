import { describe, expect, it } from "vitest";
import { z } from "zod";
import { resourcesOf } from "../../src/guardrails/template.ts";
import { accessIn } from "../support/access.ts";
import { activation, type Changes, merge, resourceAt, synthesizeOne } from "../support/environments.ts";
import { COPYING, copying, copyingIn } from "./environments.ts";

const PLAN = "aws_backup_plan.backup_plan_plan";
const SELECTION = "aws_backup_selection.backup_plan_selection";
const ALARM = "aws_cloudwatch_metric_alarm.observability_missing_copy";

const ruleSchema = z.object({
  schedule: z.string(),
  start_window: z.number(),
  completion_window: z.number(),
  target_vault_name: z.string(),
  lifecycle: z.object({ delete_after: z.number() }),
  copy_action: z
    .array(z.object({ destination_vault_arn: z.string(), lifecycle: z.object({ delete_after: z.number() }) }))
    .default([]),
});

const ruleOf = (subject: ReturnType<typeof copying>) => {
  const [rule, ...others] = z.array(ruleSchema).parse(resourceAt(subject.template, PLAN)["rule"]);
  if (rule === undefined || others.length > 0) throw new Error("expected one rule");
  const { resolve } = accessIn(subject);
  return { ...rule, target_vault_name: resolve(rule.target_vault_name) };
};

const typesOf = (subject: ReturnType<typeof copying>): string[] =>
  Object.keys(subject.template.resource).filter((type) => type.startsWith("aws_backup"));

describe("backups that nobody asked for", () => {
  it.each(["dev", "prod", "dr"])("leave nothing in %s", (name) => {
    expect(typesOf(synthesizeOne(name))).toEqual([]);
    expect(resourcesOf(synthesizeOne(name).template, "aws_cloudwatch_event_rule")).toEqual([]);
  });
});

describe("the plan of a primary", () => {
  const prod = copying("prod");

  it("backs up its own database and nothing else", () => {
    expect(resourceAt(prod.template, SELECTION)["resources"]).toEqual([
      "${aws_db_instance.database_instance.arn}",
    ]);
  });

  it("copies into the vault that the standby makes", () => {
    const { output } = copying("dr").template;
    const vaultArn = accessIn(copying("dr")).resolve(String(output["dr_backup_vault_arn"]?.["value"]));
    const [copy] = ruleOf(prod).copy_action;
    expect(copy?.destination_vault_arn).toBe(vaultArn);
  });

  it("copies into a vault of the file's choice", () => {
    const copyDestinationVaultArn = "arn:aws:backup:eu-central-1:111122223333:backup-vault:safe";
    const changes: Changes = { prod: { database: { backup: { copyDestinationVaultArn } } } };
    const [copy] = ruleOf(copying("prod", changes)).copy_action;
    expect(copy?.destination_vault_arn).toBe(copyDestinationVaultArn);
  });

  it("keeps its backups at home without a standby that wants them", () => {
    const alone = synthesizeOne("prod", { prod: { database: { backup: { enabled: true } } } });
    expect(ruleOf(alone).copy_action).toEqual([]);
    expect(alone.template.resource["aws_cloudwatch_metric_alarm"]).not.toHaveProperty(
      "observability_missing_copy",
    );
  });

  it("waits for the role's policy", () => {
    expect(resourceAt(prod.template, SELECTION)["depends_on"]).toEqual([
      "aws_iam_role_policy.backup_role_policy",
    ]);
  });
});

describe("the plan of a standby", () => {
  it.each(["standby", "restored"] as const)(
    "is not there in posture %s, unlike vault and role",
    (posture) => {
      expect(typesOf(copyingIn(posture)).toSorted()).toEqual([
        "aws_backup_vault",
        "aws_backup_vault_lock_configuration",
        "aws_backup_vault_policy",
      ]);
      expect(resourceAt(copyingIn(posture).template, "aws_iam_role.backup_role_role")).toBeDefined();
    },
  );

  it("copies back into the primary's vault once it is active", () => {
    const prod = accessIn(copying("prod"));
    const [copy] = ruleOf(copyingIn("hardened")).copy_action;
    expect(copy?.destination_vault_arn).toBe(prod.arnOf("aws_backup_vault.backup_vault_vault"));
    expect(ruleOf(copyingIn("hardened")).schedule).toBe(ruleOf(copying("prod")).schedule);
  });

  it("gives each vault the retention that it has in peace, so that no lock refuses it (T20)", () => {
    const retentions: Changes = {
      prod: {
        database: {
          backup: {
            retentionDays: 8,
            copyRetentionDays: 40,
            lock: { mode: "governance", maxRetentionDays: 10 },
          },
        },
      },
      dr: { database: { recovery: { vault: { lock: { mode: "governance", minRetentionDays: 30 } } } } },
    };
    const [peace, war] = [ruleOf(copying("prod", retentions)), ruleOf(copyingIn("hardened", retentions))];
    const days = (rule: typeof peace) => [
      rule.lifecycle.delete_after,
      rule.copy_action[0]?.lifecycle.delete_after,
    ];
    expect(days(peace)).toEqual([8, 40]);
    expect(days(war)).toEqual([40, 8]);
  });

  it("copies back even if the primary copied into a vault of the file's choice", () => {
    const copyDestinationVaultArn = "arn:aws:backup:eu-central-1:111122223333:backup-vault:safe";
    const changes: Changes = { prod: { database: { backup: { copyDestinationVaultArn } } } };
    const [copy] = ruleOf(copyingIn("hardened", changes)).copy_action;
    expect(copy?.destination_vault_arn).toContain(":eu-west-1:");
  });
});

describe("the alarm on missing copies", () => {
  it("counts what arrives in the vault of the other region, and takes silence for a failure (T28)", () => {
    const alarm = resourceAt(copying("prod").template, ALARM);
    expect(alarm).toMatchObject({
      metric_name: "NumberOfCopyJobsCompleted",
      dimensions: { BackupVaultName: "shop-dr-backup" },
      comparison_operator: "LessThanThreshold",
      threshold: 1,
      treat_missing_data: "breaching",
    });
    expect(resourceAt(copyingIn("hardened").template, ALARM)["dimensions"]).toEqual({
      BackupVaultName: "shop-prod-backup",
    });
  });

  it("waits as long as the objective counts with, and no longer", () => {
    const hours = (changes: Changes): number => {
      const alarm = resourceAt(copying("prod", changes).template, ALARM);
      return (Number(alarm["period"]) * Number(alarm["evaluation_periods"])) / 3600;
    };
    expect(hours({})).toBe(12 + 1 + 2 + 1);
    expect(hours({ prod: { database: { backup: { schedule: "cron(0 0,6,12,18 * * ? *)" } } } })).toBe(
      6 + 1 + 2 + 1,
    );
  });

  it("reads a schedule whose signs begin code elsewhere, as the objective does", () => {
    const weekly = (day: string): unknown =>
      resourceAt(
        copying("prod", {
          prod: { database: { backup: { schedule: `cron(0 8 ? * ${day} *)`, copyRetentionDays: 90 } } },
          dr: { objectives: { rpoHours: 900 } },
        }).template,
        ALARM,
      )["evaluation_periods"];
    expect(weekly("MON#1")).toBe(weekly("MONL"));
  });

  it("stays within the week that CloudWatch looks back", () => {
    const monthly: Changes = {
      prod: { database: { backup: { schedule: "cron(0 12 1 * ? *)", copyRetentionDays: 90 } } },
      dr: { objectives: { rpoHours: 800 } },
    };
    const alarm = resourceAt(copying("prod", monthly).template, ALARM);
    expect(Number(alarm["period"]) * Number(alarm["evaluation_periods"])).toBeLessThanOrEqual(7 * 86_400);
  });
});

describe("jobs that failed", () => {
  const pattern = z.object({ source: z.array(z.string()), "detail-type": z.array(z.string()) });

  it.each(["prod", "dr"])(
    "are told to the topic of %s, which AWS's events may reach (T28, T30)",
    async (name) => {
      const subject = copying(name);
      const access = accessIn(subject);
      const [rule, ...others] = resourcesOf(subject.template, "aws_cloudwatch_event_rule");
      expect(others).toEqual([]);
      expect(pattern.parse(JSON.parse(String(rule?.body["event_pattern"])))).toEqual({
        source: ["aws.backup"],
        "detail-type": ["Backup", "Copy", "Restore"].map((job) => `${job} Job State Change`),
      });
      const [target] = resourcesOf(subject.template, "aws_cloudwatch_event_target");
      const topic = access.resolve(String(target?.body["arn"]));
      expect(await access.principalMay("events.amazonaws.com", "sns:Publish", topic)).toBe(true);
      const key = access.arnOf("aws_kms_key.keys_telemetry_key");
      expect(await access.principalMay("events.amazonaws.com", "kms:GenerateDataKey", key)).toBe(true);
    },
  );
});

describe("continuous backups", () => {
  const ignored = (changes: Changes): string =>
    JSON.stringify(
      resourceAt(copying("prod", changes).template, "aws_db_instance.database_instance")["lifecycle"],
    );

  it("leave the database's backup window and retention to AWS Backup, or every plan would set them back", () => {
    const windowAndRetention = '"backup_window","backup_retention_period"';
    expect(ignored({ prod: { database: { backup: { continuous: true } } } })).toContain(windowAndRetention);
    expect(ignored({})).not.toContain("backup_");
  });

  it("go on in an active standby, unless its vault keeps longer than AWS Backup can", () => {
    const continuous = (copyRetentionDays: number): unknown => {
      const changes = { prod: { database: { backup: { continuous: true, copyRetentionDays } } } };
      const [rule] = z
        .array(z.looseObject({ enable_continuous_backup: z.boolean() }))
        .parse(resourceAt(copyingIn("hardened", changes).template, PLAN)["rule"]);
      return rule?.enable_continuous_backup;
    };
    expect([continuous(35), continuous(36)]).toEqual([true, false]);
  });
});

describe("replicated automated backups", () => {
  const replicating: Changes = {
    dr: {
      database: { recovery: { strategy: "automated-backups", retentionDays: 9 } },
      objectives: { rpoHours: 1 },
    },
  };
  const REPLICATION = "aws_db_instance_automated_backups_replication.automated_backups_replication";

  it("come from the primary's database, under the standby's key (T26)", () => {
    const { template } = synthesizeOne("dr", replicating);
    const prod = accessIn(synthesizeOne("prod", replicating));
    expect(resourceAt(template, REPLICATION)).toMatchObject({
      source_db_instance_arn: prod.arnOf("aws_db_instance.database_instance"),
      kms_key_id: "${aws_kms_key.keys_data_key.arn}",
      retention_period: 9,
    });
  });

  it("stay in every posture, and change nothing in the primary", () => {
    const restored = synthesizeOne("dr", merge(replicating, activation("restored")));
    expect(resourceAt(restored.template, REPLICATION)).toEqual(
      resourceAt(synthesizeOne("dr", replicating).template, REPLICATION),
    );
    // But for what keeps a fenced primary from being planned, which makes nothing.
    expect(synthesizeOne("prod", replicating).template.resource).toEqual(
      synthesizeOne("prod").template.resource,
    );
  });

  it("need no vault", () => {
    expect(typesOf(synthesizeOne("dr", replicating))).toEqual([]);
  });
});

describe("a primary", () => {
  it("is the same, byte for byte, with a standby that wants nothing of it as with none", () => {
    const text = (changes: Changes): string => JSON.stringify(synthesizeOne("prod", changes).template);
    expect(text({ dr: undefined })).toBe(text({}));
    expect(text(COPYING)).not.toBe(text({}));
  });
});
