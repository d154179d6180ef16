import { describe, expect, it } from "vitest";
import { encryptedLogs } from "../../src/guardrails/encrypted-logs.ts";
import { breaches } from "../support/breaches.ts";
import { synthesizeOne } from "../support/environments.ts";
import { mutate } from "../support/mutate.ts";

const LOG = "aws_cloudwatch_log_group.database_postgresql_log";
const dev = synthesizeOne("dev");

describe("encrypted-logs", () => {
  it("holds in every environment (T35)", () => {
    for (const name of ["dev", "prod", "dr"])
      expect(breaches(encryptedLogs, synthesizeOne(name))).toEqual([]);
  });

  it("says what is missing", () => {
    expect(
      breaches(encryptedLogs, mutate(dev, LOG, { kms_key_id: undefined, retention_in_days: undefined })),
    ).toEqual([
      `${LOG} lacks a customer key or an end, got kms_key_id nothing and retention_in_days nothing; give it both`,
    ]);
  });

  it.each([{ kms_key_id: undefined }, { kms_key_id: "alias/aws/logs" }, { retention_in_days: 0 }])(
    "refuses %o",
    (changes) => {
      expect(breaches(encryptedLogs, mutate(dev, LOG, changes))).toHaveLength(1);
    },
  );
});
