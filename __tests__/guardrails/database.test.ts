import { describe, expect, it } from "vitest";
import { backupRetention } from "../../src/guardrails/backup-retention.ts";
import { databaseDeletionProtection } from "../../src/guardrails/database-deletion-protection.ts";
import { databaseEncryption } from "../../src/guardrails/database-encryption.ts";
import { finalSnapshot } from "../../src/guardrails/final-snapshot.ts";
import type { Guardrail } from "../../src/guardrails/guardrail.ts";
import { multiAz } from "../../src/guardrails/multi-az.ts";
import { breaches } from "../support/breaches.ts";
import { activation, complaints, synthesizeOne } from "../support/environments.ts";
import { mutate } from "../support/mutate.ts";

const DATABASE = "aws_db_instance.database_instance";
const prod = synthesizeOne("prod");
const dev = synthesizeOne("dev");
const standby = synthesizeOne("dr");
const active = synthesizeOne("dr", activation("hardened"));

const inProduction: readonly {
  readonly guardrail: Guardrail;
  readonly changes: Readonly<Record<string, unknown>>;
  readonly breach: string;
}[] = [
  {
    guardrail: multiAz,
    changes: { multi_az: false },
    breach: `database.multiAz: ${DATABASE} runs in one zone in production, got false; set it to true`,
  },
  {
    guardrail: databaseDeletionProtection,
    changes: { deletion_protection: undefined },
    breach: `database.deletionProtection: ${DATABASE} can be deleted in production, got nothing; set it to true`,
  },
  {
    guardrail: backupRetention,
    changes: { backup_retention_period: 6 },
    breach: `database.backupRetentionDays: ${DATABASE} keeps its backups too briefly for production, got 6; set it to 7 or more`,
  },
  {
    guardrail: backupRetention,
    changes: { backup_retention_period: undefined },
    breach: `database.backupRetentionDays: ${DATABASE} keeps its backups too briefly for production, got 0; set it to 7 or more`,
  },
  {
    guardrail: backupRetention,
    changes: { delete_automated_backups: undefined },
    breach: `database.retainAutomatedBackups: ${DATABASE} loses its backups when it is deleted (T25), got false; set it to true`,
  },
  {
    guardrail: finalSnapshot,
    changes: { skip_final_snapshot: true },
    breach: `database.finalSnapshot: ${DATABASE} leaves no snapshot behind in production, got false; set it to true`,
  },
  {
    guardrail: finalSnapshot,
    changes: { final_snapshot_identifier: undefined },
    breach: `database.finalSnapshot: ${DATABASE} leaves no snapshot behind in production, got false; set it to true`,
  },
];

describe.each(inProduction)("$guardrail.name with $changes", ({ guardrail, changes, breach }) => {
  it("is breached in production, and in a standby that has become production", () => {
    expect(breaches(guardrail, mutate(prod, DATABASE, changes))).toEqual([breach]);
    expect(breaches(guardrail, mutate(active, DATABASE, changes))).toEqual([breach]);
  });

  it("asks nothing of development and of a pilot light", () => {
    expect(breaches(guardrail, mutate(dev, DATABASE, changes))).toEqual([]);
    expect(breaches(guardrail, mutate(standby, DATABASE, changes))).toEqual([]);
  });

  it("holds in production as it is", () => {
    expect(breaches(guardrail, prod)).toEqual([]);
    expect(breaches(guardrail, active)).toEqual([]);
  });
});

describe("database-encryption", () => {
  it.each([
    ["kms_key_id", undefined],
    ["kms_key_id", "alias/aws/rds"],
    ["kms_key_id", "${data.aws_kms_alias.rds.target_key_arn}"],
    ["master_user_secret_kms_key_id", undefined],
    ["performance_insights_kms_key_id", undefined],
    ["storage_encrypted", false],
  ])("refuses %s %s", (attribute, value) => {
    expect(breaches(databaseEncryption, mutate(prod, DATABASE, { [attribute]: value }))).toEqual([
      `database: ${DATABASE} is not encrypted with a customer key, got ${attribute} ${value === undefined ? "nothing" : JSON.stringify(value)}; give it the environment's data key`,
    ]);
  });

  it("takes the key of another stack by its ARN", () => {
    const key = "arn:aws:kms:eu-west-1:111122223333:key/1a2b3c4d-5678-90ab-cdef-111122223333";
    expect(breaches(databaseEncryption, mutate(prod, DATABASE, { kms_key_id: key }))).toEqual([]);
  });

  it("asks for no key of metrics that are not collected", () => {
    const off = { performance_insights_enabled: false, performance_insights_kms_key_id: undefined };
    expect(breaches(databaseEncryption, mutate(prod, DATABASE, off))).toEqual([]);
  });

  it.each([dev, prod, standby, active])("holds in every environment", (subject) => {
    expect(breaches(databaseEncryption, subject)).toEqual([]);
  });
});

describe("an environment file that weakens the database", () => {
  const weakened = { database: { multiAz: false, backupRetentionDays: 1 } };
  const reason = "a rehearsal environment, rebuilt every night";

  it("is refused with the name of each guardrail", () => {
    expect(complaints({ prod: weakened })).toEqual([
      expect.stringMatching(/^environments\/prod\.ts: database\.multiAz: .*\(guardrail multi-az\)$/),
      expect.stringMatching(
        /^environments\/prod\.ts: database\.backupRetentionDays: .*\(guardrail backup-retention\)$/,
      ),
    ]);
  });

  it("is accepted with a reason for each", () => {
    const exceptions = ["multi-az", "backup-retention"].map((guardrail) => ({ guardrail, reason }));
    expect(complaints({ prod: { ...weakened, exceptions } })).toEqual([]);
  });
});

it("says of a standby that serves from one zone that it is not hardened, and how it is", () => {
  expect(breaches(multiAz, synthesizeOne("dr", activation("active")))).toEqual([
    `hardened: ${DATABASE} serves from one zone, and nothing copies its backups, until dr is hardened, got false; resume the failover (npm run dr -- failover --execute), or set hardened to true in dr.activation.json and apply dr`,
  ]);
});
