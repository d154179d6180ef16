import { describe, expect, it } from "vitest";
import { specsOf } from "../../src/config/spec.ts";
import { refersTo, resourcesOf, type Template } from "../../src/guardrails/template.ts";
import { synthesize } from "../../src/stacks/synthesize.ts";
import { switchObject } from "../../src/traffic/switch-object.ts";
import {
  activation,
  configure,
  merge,
  resourceAt,
  synthesizeTraffic,
  TRAFFIC,
} from "../support/environments.ts";

const REASON = "the standby shows a maintenance page until it is restored";
const OWN = {
  primary: { albDnsName: "one-1.eu-west-1.elb.amazonaws.com", albZoneId: "Z32O12XQLNTSW2" },
  standby: { albDnsName: "two-2.eu-central-1.elb.amazonaws.com", albZoneId: "Z215JYRZR1TBD5" },
};

const operator = synthesizeTraffic();
const automatic = synthesizeTraffic({ traffic: { mode: { by: "automatic", reason: REASON } } });

const CHECK = "aws_route53_health_check.switch_health_check";
const ENDPOINT = "aws_route53_health_check.endpoint_health_check";
const SETTLED = "terraform_data.switch_settled";

const records = (template: Template): readonly Readonly<Record<string, unknown>>[] =>
  resourcesOf(template, "aws_route53_record").map(({ body }) => body);

const outputsOf = ({ output }: Template): Record<string, unknown> =>
  Object.fromEntries(Object.entries(output).map(([name, { value }]) => [name, value]));

describe("without a traffic file", () => {
  it("there is no traffic stack, and with one no other stack changes by a byte", () => {
    const without = synthesize(specsOf(configure())).files;
    const beside = synthesize(specsOf(configure({ traffic: TRAFFIC }))).files;
    const templates = [...without].filter(([path]) => path.endsWith("cdk.tf.json"));
    expect(templates.map(([path]) => path)).not.toContain("stacks/traffic/cdk.tf.json");
    expect(beside.has("stacks/traffic/cdk.tf.json")).toBe(true);
    expect(templates.length).toBeGreaterThan(3);
    for (const [path, text] of templates) expect(beside.get(path), path).toBe(text);
  });
});

/** The record that a failback leaves beside the primary while its database is restored. */
const RETURNING = {
  "prod.activation": merge(activation("restored")["dr.activation"], {
    recoveryPoint: { snapshotArn: "arn:aws:rds:eu-west-1:111122223333:snapshot:shop-dr-failback-1" },
  }),
};

describe("during a failback, whose primary is closed", () => {
  it.each([
    ["operator", {}],
    ["automatic", { mode: { by: "automatic", reason: REASON } }],
  ])("mode %s is built from the same as in peace", (_, traffic) => {
    const inPeace = synthesizeTraffic({ traffic }).template;
    const { template } = synthesizeTraffic({ traffic, ...activation("active"), ...RETURNING });
    expect(template.resource).toEqual(inPeace.resource);
    expect(resourceAt(template, ENDPOINT)).toBeDefined();
  });
});

describe("a removal or another name", () => {
  it("is refused by Terraform before anything is changed, as long as no reason is given", () => {
    expect(records(operator.template)).toHaveLength(2);
    for (const record of records(operator.template))
      expect(record["lifecycle"]).toMatchObject({ prevent_destroy: true, create_before_destroy: true });
  });

  it("comes to its end with a reason: the switch's history does not stop it half-way", () => {
    const { template } = synthesizeTraffic({
      traffic: { removalReason: "the service moves to another zone" },
    });
    for (const record of records(template))
      expect(record["lifecycle"]).not.toHaveProperty("prevent_destroy", true);
    expect(resourceAt(template, "aws_s3_bucket.switch_bucket_bucket")).toMatchObject({ force_destroy: true });
  });
});

describe("the records", () => {
  it("are a primary and a secondary, each an alias of what its stack says", () => {
    const pairs = records(operator.template).map(({ name, type, failover_routing_policy, alias }) => ({
      name,
      type,
      failover_routing_policy,
      alias,
    }));
    const from = (member: string) => ({
      name: `\${data.terraform_remote_state.${member}_state.outputs.alb_dns_name}`,
      zone_id: `\${data.terraform_remote_state.${member}_state.outputs.alb_zone_id}`,
      evaluate_target_health: false,
    });
    const record = { name: "shop.example.com", type: "A" };
    expect(pairs).toEqual([
      { ...record, failover_routing_policy: { type: "PRIMARY" }, alias: from("prod") },
      { ...record, failover_routing_policy: { type: "SECONDARY" }, alias: from("dr") },
    ]);
  });

  it("read each state where its stack keeps it, and say which stack is missing", () => {
    const states = Object.entries(operator.template.data["terraform_remote_state"] ?? {});
    const services = synthesize(specsOf(configure({ traffic: TRAFFIC }))).templates;
    expect(states.map(([name]) => name)).toEqual(["dr_state", "prod_state"]);
    for (const [name, { config, lifecycle }] of states) {
      const member = name.replace("_state", "");
      const { bucket, key, region } = services.get(member)?.terraform.backend["s3"] ?? {};
      expect(config).toMatchObject({ bucket, key, region });
      expect(JSON.stringify(lifecycle)).toContain(`apply ${member} before traffic`);
    }
  });

  it("name load balancers of one's own without asking any state, AAAA where they are dual-stack", () => {
    const { template } = synthesizeTraffic({ traffic: { loadBalancers: OWN, dualStack: true } });
    expect(template.data["terraform_remote_state"]).toBeUndefined();
    const answers = records(template).map(({ type, set_identifier, alias }) => [type, set_identifier, alias]);
    const aliasOf = ({ albDnsName, albZoneId }: (typeof OWN)["primary"]) => ({
      name: albDnsName,
      zone_id: albZoneId,
      evaluate_target_health: false,
    });
    expect(answers).toHaveLength(4);
    for (const type of ["A", "AAAA"]) {
      expect(answers).toContainEqual([type, "primary", aliasOf(OWN.primary)]);
      expect(answers).toContainEqual([type, "standby", aliasOf(OWN.standby)]);
    }
  });

  it("go by the switch, the standby's by nothing that could give traffic back (T38, T42)", () => {
    for (const record of records(operator.template)) {
      const isPrimary = record["set_identifier"] === "primary";
      expect(refersTo(record["health_check_id"], CHECK)).toBe(isPrimary);
    }
  });

  it("are created primary first, since the one that is alone answers everybody", () => {
    for (const { template } of [operator, automatic]) {
      const [primary, standby] = records(template);
      expect(primary?.["set_identifier"]).toBe("primary");
      expect(standby?.["depends_on"]).toEqual(["aws_route53_record.records_primary_a"]);
    }
  });

  it("fail the apply when the zone has another name than the file says", () => {
    const [{ lifecycle } = {}] = records(operator.template);
    expect(JSON.stringify(lifecycle)).toContain('self.fqdn == \\"shop.example.com\\"');
  });
});

describe("the health check of the switch", () => {
  const check = resourceAt(operator.template, CHECK);

  it("is inverted and watches the object by the bucket's regional name", () => {
    const { bucketName, key, region } = switchObject(operator.spec.names, operator.spec.region);
    expect(region).toBe("eu-central-1");
    expect(check).toMatchObject({
      type: "HTTPS",
      invert_healthcheck: true,
      fqdn: `${bucketName}.s3.eu-central-1.amazonaws.com`,
      resource_path: `/${key}`,
    });
    expect(bucketName).not.toContain(".");
    expect(resourceAt(operator.template, "aws_s3_bucket.switch_bucket_bucket")).toMatchObject({
      bucket: bucketName,
    });
  });

  it("has settled before any record goes by it, also when it is replaced (T39)", () => {
    expect(records(operator.template)[0]).toMatchObject({ set_identifier: "primary", depends_on: [SETTLED] });
    const settled = resourceAt(operator.template, SETTLED);
    expect(settled["triggers_replace"]).toEqual({ health_check_id: `\${${CHECK}.id}` });
    expect(check["lifecycle"]).toEqual({ create_before_destroy: true });
    const seconds = Number(/"sleep (\d+)"/.exec(JSON.stringify(settled["provisioner"]))?.[1]);
    expect(seconds).toBeGreaterThan(Number(check["request_interval"]) * Number(check["failure_threshold"]));
  });

  it("lies where the standby is, wherever that is", () => {
    const certificateArn =
      "arn:aws:acm:eu-north-1:111122223333:certificate/9c1de2a7-04b6-4a0b-8f9e-6a1b7c2d3e4f";
    const { template } = synthesizeTraffic({ dr: { region: "eu-north-1", ingress: { certificateArn } } });
    expect(template.provider["aws"]?.[0]).toMatchObject({ region: "eu-north-1" });
    expect(resourceAt(template, CHECK)["fqdn"]).toMatch(/-eu-north-1\.s3\.eu-north-1\.amazonaws\.com$/);
  });
});

describe("mode automatic", () => {
  it("goes by the primary's endpoint, and needs no switch", () => {
    const [primary, standby] = records(automatic.template);
    expect(refersTo(primary?.["health_check_id"], ENDPOINT)).toBe(true);
    expect(standby?.["health_check_id"]).toBeUndefined();
    expect(resourceAt(automatic.template, ENDPOINT)).toMatchObject({
      type: "HTTPS",
      port: 443,
      resource_path: "/health",
      failure_threshold: 3,
      request_interval: 30,
    });
    expect(automatic.template.resource["aws_s3_bucket"]).toBeUndefined();
  });
});

describe("the outputs", () => {
  it("tell a command where the switch is and what decides", () => {
    expect(outputsOf(operator.template)).toMatchObject({
      switch_key: "serve-from-standby",
      switch_region: "eu-central-1",
      deciding_health_check_id: `\${${CHECK}.id}`,
      endpoint_health_check_id: `\${${ENDPOINT}.id}`,
      record_name: "shop.example.com",
      mode: "operator",
      cut_over_seconds: "150",
    });
    const without = outputsOf(automatic.template);
    expect(without).toMatchObject({ deciding_health_check_id: `\${${ENDPOINT}.id}`, mode: "automatic" });
    expect(Object.keys(without).filter((name) => name.startsWith("switch"))).toEqual([]);
  });
});

describe("where nothing but the allowed ranges reaches the primary", () => {
  it("no alarm watches an endpoint that never answers", () => {
    const { template } = synthesizeTraffic({ prod: { ingress: { allowedCidrs: ["198.51.100.0/24"] } } });
    expect(template.resource["aws_route53_health_check"]).not.toHaveProperty("endpoint_health_check");
    expect(Object.keys(template.resource["aws_cloudwatch_metric_alarm"] ?? {})).toEqual([
      "health_metrics_alarms_switch",
    ]);
  });
});

describe("a standby in the region of the metrics", () => {
  const certificateArn =
    "arn:aws:acm:us-east-1:111122223333:certificate/9c1de2a7-04b6-4a0b-8f9e-6a1b7c2d3e4f";
  const { template } = synthesizeTraffic({ dr: { region: "us-east-1", ingress: { certificateArn } } });

  it("has one topic for the switch and the alarms, since names are unique in a region", () => {
    const topics = resourcesOf(template, "aws_sns_topic");
    expect(topics).toHaveLength(1);
    expect(template.provider["aws"]).toHaveLength(1);
    for (const { body } of resourcesOf(template, "aws_cloudwatch_metric_alarm")) {
      expect(body["alarm_actions"]).toEqual([`\${${topics[0]?.address}.arn}`]);
    }
  });
});

describe("addresses", () => {
  it("are a contract: a new one destroys the record, the check or the bucket behind the old one", () => {
    const stateful = ["aws_route53_record", "aws_route53_health_check", "aws_s3_bucket", "aws_sns_topic"];
    const addresses = stateful.flatMap((type) =>
      resourcesOf(
        synthesizeTraffic({ traffic: merge({ loadBalancers: OWN }, { dualStack: true }) }).template,
        type,
      ),
    );
    expect(addresses.map(({ address }) => address)).toEqual([
      "aws_route53_record.records_primary_a",
      "aws_route53_record.records_primary_aaaa",
      "aws_route53_record.records_standby_a",
      "aws_route53_record.records_standby_aaaa",
      ENDPOINT,
      CHECK,
      "aws_s3_bucket.switch_bucket_bucket",
      "aws_sns_topic.alerts_topic_topic",
      "aws_sns_topic.health_metrics_alerts_topic_topic",
    ]);
  });
});
