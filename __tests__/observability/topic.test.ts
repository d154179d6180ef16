import { describe, expect, it } from "vitest";
import { type Access, accessIn } from "../support/access.ts";
import { resourceAt, synthesizeOne } from "../support/environments.ts";

const TOPIC = "aws_sns_topic.observability_alerts_topic";
const ACCOUNT = "111122223333";
const STRANGER = "444455556666";

const environments = ["dev", "prod", "dr"].map((name) => {
  const subject = synthesizeOne(name);
  return { name, region: subject.spec.region, access: accessIn(subject), subject };
});

const budget = (account: string): string => `arn:aws:budgets::${account}:budget/shop-monthly`;

/** A message arrives only when the service may publish and may use the key as well (T30). */
async function delivers(
  access: Access,
  service: string,
  account: string,
  sourceArn: string,
): Promise<boolean> {
  const source = {
    "aws:SourceAccount": account,
    "aws:SourceArn": sourceArn,
    "kms:EncryptionContext:aws:sns:topicArn": access.arnOf(TOPIC),
  };
  const key = access.arnOf("aws_kms_key.keys_telemetry_key");
  const published = await access.principalMay(service, "sns:Publish", access.arnOf(TOPIC), source);
  const encrypted = await access.principalMay(service, "kms:GenerateDataKey", key, source);
  const decrypted = await access.principalMay(service, "kms:Decrypt", key, source);
  return published && encrypted && decrypted;
}

describe.each(environments)("the topic of $name", ({ region, access, subject }) => {
  const alarm = (account: string): string =>
    `arn:aws:cloudwatch:${region}:${account}:alarm:shop-database-cpu`;

  it("receives from alarms and budgets of the account", async () => {
    expect(await delivers(access, "cloudwatch.amazonaws.com", ACCOUNT, alarm(ACCOUNT))).toBe(true);
    expect(await delivers(access, "budgets.amazonaws.com", ACCOUNT, budget(ACCOUNT))).toBe(true);
  });

  it("receives nothing from the same services on behalf of a stranger", async () => {
    for (const [service, arn] of [
      ["cloudwatch.amazonaws.com", alarm(STRANGER)],
      ["budgets.amazonaws.com", budget(STRANGER)],
    ] as const) {
      const source = { "aws:SourceAccount": STRANGER, "aws:SourceArn": arn };
      const key = access.arnOf("aws_kms_key.keys_telemetry_key");
      expect(await access.principalMay(service, "sns:Publish", access.arnOf(TOPIC), source)).toBe(false);
      expect(await access.principalMay(service, "kms:GenerateDataKey", key, source)).toBe(false);
      expect(await access.principalMay(service, "kms:Decrypt", key, source)).toBe(false);
    }
  });

  it("receives nothing from any other service or account", async () => {
    const source = { "aws:SourceAccount": ACCOUNT };
    const key = access.arnOf("aws_kms_key.keys_telemetry_key");
    for (const principal of ["lambda.amazonaws.com", `arn:aws:iam::${STRANGER}:role/stranger`]) {
      expect(await access.principalMay(principal, "sns:Publish", access.arnOf(TOPIC), source)).toBe(false);
      expect(await access.principalMay(principal, "kms:GenerateDataKey", key, source)).toBe(false);
    }
  });

  it("lends its key to no topic of another account or region", async () => {
    const key = access.arnOf("aws_kms_key.keys_telemetry_key");
    const uses = (topicArn: string): Promise<boolean> =>
      access.principalMay("cloudwatch.amazonaws.com", "kms:GenerateDataKey", key, {
        "aws:SourceAccount": ACCOUNT,
        "kms:EncryptionContext:aws:sns:topicArn": topicArn,
      });
    const topic = access.arnOf(TOPIC);
    expect(await uses(topic)).toBe(true);
    expect(await uses(topic.replace(ACCOUNT, STRANGER))).toBe(false);
    expect(await uses(topic.replace(region, "sa-east-1"))).toBe(false);
  });

  it("gives publishers neither subscriptions nor the data key", async () => {
    const source = { "aws:SourceAccount": ACCOUNT, "aws:SourceArn": alarm(ACCOUNT) };
    const service = "cloudwatch.amazonaws.com";
    expect(await access.principalMay(service, "sns:Subscribe", access.arnOf(TOPIC), source)).toBe(false);
    const dataKey = access.arnOf("aws_kms_key.keys_data_key");
    expect(await access.principalMay(service, "kms:Decrypt", dataKey, source)).toBe(false);
  });

  it("refuses what does not come over TLS", async () => {
    const plain = {
      "aws:SecureTransport": "false",
      "aws:SourceAccount": ACCOUNT,
      "aws:SourceArn": alarm(ACCOUNT),
    };
    const topic = access.arnOf(TOPIC);
    expect(await access.principalMay("cloudwatch.amazonaws.com", "sns:Publish", topic, plain)).toBe(false);
  });

  it("is encrypted with the key whose policy was asked", () => {
    expect(resourceAt(subject.template, TOPIC)["kms_master_key_id"]).toBe(
      "${aws_kms_key.keys_telemetry_key.arn}",
    );
  });
});

describe("whoever recovers", () => {
  const BREAK_GLASS = `arn:aws:iam::${ACCOUNT}:role/break-glass`;
  const maySend = async (name: string, principal: string, via = "sns.eu-central-1.amazonaws.com") => {
    const access = accessIn(synthesizeOne(name));
    const context = { "kms:ViaService": via, "kms:CallerAccount": ACCOUNT };
    const key = access.arnOf("aws_kms_key.keys_telemetry_key");
    return [
      await access.principalMay(principal, "sns:Publish", access.arnOf(TOPIC)),
      await access.principalMay(principal, "kms:GenerateDataKey", key, context),
      await access.principalMay(principal, "kms:Decrypt", key, context),
    ];
  };

  it("tells the standby's topic, in peace too, without a policy of its own", async () => {
    expect(await maySend("dr", BREAK_GLASS)).toEqual([true, true, true]);
  });

  it("is the break-glass role alone, through SNS alone", async () => {
    expect(await maySend("dr", `arn:aws:iam::${ACCOUNT}:role/other`)).toEqual([false, false, false]);
    expect(await maySend("dr", BREAK_GLASS, "rds.eu-central-1.amazonaws.com")).toEqual([true, false, false]);
    expect(await maySend("prod", BREAK_GLASS)).toEqual([false, false, false]);
  });
});

const subscribed = (alarmEmails: readonly string[]): unknown =>
  synthesizeOne("dev", { dev: { observability: { alarmEmails } } }).template.resource[
    "aws_sns_topic_subscription"
  ]?.["observability_alerts_email"];

describe("subscriptions", () => {
  it("are one for each address, in an order that does not matter", () => {
    const [a, b] = ["a@example.com", "b@example.com"];
    expect(subscribed([b, a, b])).toEqual(subscribed([a, b]));
    expect(subscribed([a])).not.toEqual(subscribed([a, b]));
    expect(subscribed([])).toBeUndefined();
  });
});
