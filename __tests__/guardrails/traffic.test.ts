import { describe, expect, it } from "vitest";
import { alarmsInProduction } from "../../src/guardrails/alarms-in-production.ts";
import { enabledHealthChecks } from "../../src/guardrails/enabled-health-checks.ts";
import { operatorMovesTraffic } from "../../src/guardrails/operator-moves-traffic.ts";
import { readableSwitch } from "../../src/guardrails/readable-switch.ts";
import { singleAnswer } from "../../src/guardrails/single-answer.ts";
import { breaches } from "../support/breaches.ts";
import { synthesizeOne, synthesizeTraffic } from "../support/environments.ts";
import { add, mutate, remove } from "../support/mutate.ts";

const operator = synthesizeTraffic();
const automatic = synthesizeTraffic({
  traffic: { mode: { by: "automatic", reason: "the standby shows a maintenance page until it is restored" } },
});
const service = synthesizeOne("dev");

const PRIMARY = "aws_route53_record.records_primary_a";
const STANDBY = "aws_route53_record.records_standby_a";
const CHECK = "aws_route53_health_check.switch_health_check";
const ENDPOINT = "aws_route53_health_check.endpoint_health_check";

describe("single-answer", () => {
  const record = { name: "Shop.Example.com.", type: "CNAME", records: ["elsewhere.example.net"], ttl: 300 };

  it("finds a simple record beside the failover records, however its name is written", () => {
    expect(breaches(singleAnswer, add(operator, "aws_route53_record.old", record))).toEqual([
      "recordName: is answered around the failover records, got aws_route53_record.old of traffic; remove that record",
    ]);
  });

  it("finds any record of that name in another stack", () => {
    const second = add(service, PRIMARY, { ...record, failover_routing_policy: { type: "PRIMARY" } });
    const others = new Map([["dev", second.template]]);
    expect(breaches(singleAnswer, { ...operator, others })).toEqual([
      `recordName: is answered around the failover records, got ${PRIMARY} of dev; remove that record`,
    ]);
  });

  it("holds beside records of other names", () => {
    const other = add(service, "aws_route53_record.mail", { ...record, name: "mail.example.com" });
    const others = new Map([["dev", other.template]]);
    expect(breaches(singleAnswer, { ...operator, others })).toEqual([]);
    expect(breaches(singleAnswer, other)).toEqual([]);
  });
});

describe("operator-moves-traffic", () => {
  it.each([PRIMARY, STANDBY])("refuses to evaluate the target of %s (T41)", (address) => {
    const evaluating = mutate(operator, address, { alias: { evaluate_target_health: true } });
    expect(breaches(operatorMovesTraffic, evaluating)).toEqual([
      `mode.by: ${address} moves traffic when its targets fail, got evaluate_target_health true; set it to false`,
    ]);
  });

  it.each([
    ["the endpoint", { health_check_id: `\${${ENDPOINT}.id}` }, `\${${ENDPOINT}.id}`],
    ["nothing", { health_check_id: undefined }, "undefined"],
    ["a check that nobody knows", { health_check_id: "1a2b3c4d" }, "1a2b3c4d"],
  ])("refuses a primary that goes by %s", (_, changes, got) => {
    expect(breaches(operatorMovesTraffic, mutate(operator, PRIMARY, changes))).toEqual([
      `mode.by: ${PRIMARY} does not go by the switch, got health check ${got}; name the inverted one of the switch object`,
    ]);
  });

  it("refuses a switch that works the wrong way round", () => {
    expect(
      breaches(operatorMovesTraffic, mutate(operator, CHECK, { invert_healthcheck: false })),
    ).toHaveLength(1);
  });

  it("refuses a check on the standby, whose failure would give traffic back (T42)", () => {
    const checked = mutate(operator, STANDBY, { health_check_id: `\${${ENDPOINT}.id}` });
    expect(breaches(operatorMovesTraffic, checked)).toEqual([
      `mode.by: ${STANDBY} gives traffic back to the primary when the standby fails, got a health check of its own; remove it`,
    ]);
  });

  it("holds as it is, and does not concern mode automatic", () => {
    expect(breaches(operatorMovesTraffic, operator)).toEqual([]);
    expect(breaches(operatorMovesTraffic, automatic)).toEqual([]);
  });
});

describe("enabled-health-checks", () => {
  it("refuses a check that is disabled, or may be", () => {
    expect(breaches(enabledHealthChecks, mutate(automatic, ENDPOINT, { disabled: true }))).toEqual([
      `${ENDPOINT} watches nothing, got disabled true; enable it, or remove it with its records`,
    ]);
    expect(breaches(enabledHealthChecks, mutate(operator, CHECK, { disabled: "${var.x}" }))).toHaveLength(1);
    expect(breaches(enabledHealthChecks, operator)).toEqual([]);
  });
});

describe("readable-switch", () => {
  const BUCKET = "aws_s3_bucket.switch_bucket_bucket";
  const ENCRYPTION = "aws_s3_bucket_server_side_encryption_configuration.switch_bucket_encryption";
  const unreadable = `${BUCKET} is encrypted with a key that no health checker may use, got no SSE-S3; leave out the key (T39)`;

  it("refuses a customer key, and an encryption that is not stated", () => {
    const rule = [{ apply_server_side_encryption_by_default: { sse_algorithm: "aws:kms" } }];
    expect(breaches(readableSwitch, mutate(operator, ENCRYPTION, { rule }))).toEqual([unreadable]);
    expect(breaches(readableSwitch, remove(operator, ENCRYPTION))).toEqual([unreadable]);
  });

  it("refuses a bucket outside the standby's region (T39)", () => {
    const fqdn = `${operator.spec.names.bucket("switch")}.s3.eu-west-1.amazonaws.com`;
    expect(breaches(readableSwitch, mutate(operator, CHECK, { fqdn }))).toEqual([
      `${BUCKET} lies outside the standby's region eu-central-1, got eu-west-1; leave it there (T39)`,
    ]);
    expect(breaches(readableSwitch, mutate(operator, BUCKET, { provider: "aws.us-east-1" }))).toHaveLength(1);
  });

  it("refuses a bucket that is not there", () => {
    expect(breaches(readableSwitch, remove(operator, BUCKET))).toEqual([
      `${CHECK} watches a bucket that is none of this stack, got shop-traffic-switch-111122223333-eu-central-1; watch the switch's own`,
    ]);
  });

  it("holds as it is", () => {
    expect(breaches(readableSwitch, operator)).toEqual([]);
    expect(breaches(readableSwitch, automatic)).toEqual([]);
  });
});

describe("alarms-in-production", () => {
  it("asks for someone who hears that traffic moves, before a production environment", () => {
    const deaf = synthesizeTraffic({ traffic: { alarmEmails: [] } });
    expect(breaches(alarmsInProduction, deaf)).toEqual([
      expect.stringMatching(
        /^alarmEmails: alarms reach nobody in production, got no subscriber for .*switch; /,
      ),
    ]);
    expect(breaches(alarmsInProduction, operator)).toEqual([]);
  });
});
