import { TerraformStack, Testing } from "cdktf";
import { describe, expect, it } from "vitest";
import dev from "../../environments/dev.ts";
import { specsOf } from "../../src/config/spec.ts";
import { Keys } from "../../src/encryption/keys.ts";
import { parseTemplate, resourcesOf, type Template } from "../../src/guardrails/template.ts";
import { Ingress } from "../../src/ingress/ingress.ts";
import { Network } from "../../src/network/network.ts";
import { configure, resourceAt, synthesizeOne } from "../support/environments.ts";

const GROUP = "aws_security_group.ingress_access";

/** Who may come in through the load balancer's own group, as `port from range`. */
const doors = (template: Template): string[] =>
  resourcesOf(template, "aws_vpc_security_group_ingress_rule")
    .filter(({ body }) => body["security_group_id"] === `\${${GROUP}.id}`)
    .map(
      ({ body }) =>
        `${String(body["from_port"])}-${String(body["to_port"])} from ${String(body["cidr_ipv4"])}`,
    )
    .sort();

describe("who may reach the load balancer", () => {
  it("is everyone in a public environment, over HTTPS and its redirect", () => {
    expect(doors(synthesizeOne("prod").template)).toEqual(["443-443 from 0.0.0.0/0", "80-80 from 0.0.0.0/0"]);
  });

  it("is the allowed ranges only", () => {
    const allowedCidrs = ["203.0.113.0/24", "198.51.100.7/32"];
    const { template } = synthesizeOne("prod", { prod: { ingress: { allowedCidrs } } });
    expect(doors(template)).toEqual([
      "443-443 from 198.51.100.7/32",
      "443-443 from 203.0.113.0/24",
      "80-80 from 198.51.100.7/32",
      "80-80 from 203.0.113.0/24",
    ]);
  });

  it("is asked on port 80 alone where there is no certificate", () => {
    expect(doors(synthesizeOne("dev").template)).toEqual(["80-80 from 0.0.0.0/0"]);
  });

  it("is nobody in a standby", () => {
    const { template } = synthesizeOne("dr");
    expect(doors(template)).toEqual([]);
    expect(resourceAt(template, GROUP)["ingress"]).toBeUndefined();
  });

  it("is nobody in an environment that isn't public", () => {
    expect(doors(synthesizeOne("prod", { prod: { ingress: { public: false } } }).template)).toEqual([]);
  });
});

describe("listeners", () => {
  it.each(["dev", "prod", "dr"])("of %s associate the target group with the load balancer (T1)", (name) => {
    const { template } = synthesizeOne(name);
    const forwards = resourcesOf(template, "aws_lb_listener").filter(({ body }) =>
      JSON.stringify(body["default_action"]).includes("${aws_lb_target_group.ingress_targets.arn}"),
    );
    expect(forwards.map(({ body }) => body["load_balancer_arn"])).toEqual([
      "${aws_lb.ingress_load_balancer.arn}",
    ]);
  });

  it("speak TLS with the environment's certificate, and redirect everything else to it", () => {
    const { template, spec } = synthesizeOne("dr");
    const https = resourceAt(template, "aws_lb_listener.ingress_https");
    expect(https).toMatchObject({
      port: 443,
      protocol: "HTTPS",
      certificate_arn: spec.config.ingress.certificateArn,
    });
    expect(https["ssl_policy"]).toMatch(/TLS13-1-2/);
    expect(resourceAt(template, "aws_lb_listener.ingress_http")["default_action"]).toEqual([
      { type: "redirect", redirect: { protocol: "HTTPS", port: "443", status_code: "HTTP_301" } },
    ]);
  });

  it("keep the address of port 80 when a certificate arrives, and redirect only once HTTPS answers", () => {
    const certificateArn =
      "arn:aws:acm:eu-west-1:111122223333:certificate/2b7e0f9c-51d3-4f0e-9a51-5d0a3d1c8e42";
    const before = synthesizeOne("dev").template;
    const after = synthesizeOne("dev", { dev: { ingress: { certificateArn, allowHttp: false } } }).template;
    expect(resourceAt(before, "aws_lb_listener.ingress_http")["port"]).toBe(80);
    expect(resourceAt(after, "aws_lb_listener.ingress_http")).toMatchObject({
      port: 80,
      depends_on: ["aws_lb_listener.ingress_https"],
    });
  });
});

describe("the load balancer", () => {
  it("waits for the way out of its VPC, without which AWS refuses it", () => {
    const { template } = synthesizeOne("dev");
    expect(resourceAt(template, "aws_lb.ingress_load_balancer")["depends_on"]).toContain(
      "aws_route.network_public_default",
    );
  });

  it("drops invalid headers and stands in the public subnets", () => {
    const { template } = synthesizeOne("dev");
    const { subnets, ...body } = resourceAt(template, "aws_lb.ingress_load_balancer");
    expect(body).toMatchObject({ drop_invalid_header_fields: true, internal: false });
    expect(subnets).toEqual(["${aws_subnet.network_public_a.id}", "${aws_subnet.network_public_b.id}"]);
  });

  it("is protected by a web ACL when one is named", () => {
    const webAclArn = "arn:aws:wafv2:eu-west-1:111122223333:regional/webacl/shop/1a2b3c4d";
    const { template } = synthesizeOne("prod", { dr: undefined, prod: { ingress: { webAclArn } } });
    expect(resourceAt(template, "aws_wafv2_web_acl_association.ingress_firewall")).toMatchObject({
      resource_arn: "${aws_lb.ingress_load_balancer.arn}",
      web_acl_arn: webAclArn,
    });
    expect(resourcesOf(synthesizeOne("prod").template, "aws_wafv2_web_acl_association")).toEqual([]);
  });

  it("has names that AWS takes, even where the environment's own name is as long as it may be", () => {
    const longest = { project: { name: "a-project-of-20-char" }, bootstrap: undefined, preview: dev };
    const { template, spec } = synthesizeOne("preview", longest);
    expect(spec.names.prefix).toHaveLength(28);
    for (const address of ["aws_lb.ingress_load_balancer", "aws_lb_target_group.ingress_targets"]) {
      expect(resourceAt(template, address)["name"]).toMatch(/^[a-z][a-z0-9-]{0,30}[a-z0-9]$/);
    }
  });
});

const targetGroupName = (port: number): unknown => {
  const { template } = synthesizeOne("dev", { dev: { compute: { container: { port } } } });
  return resourceAt(template, "aws_lb_target_group.ingress_targets")["name"];
};

describe("the target group", () => {
  it("can be replaced while a listener holds on to it", () => {
    const { lifecycle } = resourceAt(synthesizeOne("dev").template, "aws_lb_target_group.ingress_targets");
    expect(lifecycle).toMatchObject({ create_before_destroy: true });
    expect(targetGroupName(9090)).not.toBe(targetGroupName(8080));
  });

  it("asks for health as the environment file says", () => {
    const healthCheck = { path: "/ready", intervalSeconds: 20, timeoutSeconds: 7, healthyCount: 4 };
    const { template } = synthesizeOne("dev", { dev: { ingress: { healthCheck } } });
    expect(resourceAt(template, "aws_lb_target_group.ingress_targets")["health_check"]).toMatchObject({
      path: "/ready",
      interval: 20,
      timeout: 7,
      healthy_threshold: 4,
    });
  });
});

describe("a lone ingress", () => {
  const [spec] = specsOf(configure()).services;
  if (spec === undefined) throw new Error("no service environment");
  const { config, names, region, project } = spec;
  const stack = new TerraformStack(Testing.app(), "lone");
  const keys = new Keys(stack, "keys", { spec, storageServices: [] });
  const { accountId } = project;
  const network = new Network(stack, "network", {
    config: config.network,
    names,
    accountId,
    region,
    keys,
    endpoints: [],
    excludedZoneIds: [],
  });
  const ingress = new Ingress(stack, "ingress", {
    config: config.ingress,
    names,
    accountId,
    network,
    targetPort: 8080,
    targetType: "instance",
  });
  const egress = (): unknown[] => {
    const template = parseTemplate(JSON.parse(Testing.synth(stack)));
    return resourcesOf(template, "aws_vpc_security_group_egress_rule").map(({ body }) => body);
  };

  it("reaches nothing until it is told to, and then the service's group on its port alone", () => {
    expect(egress()).toEqual([]);
    ingress.forwardTo("sg-service", 30_080);
    expect(egress()).toEqual([
      expect.objectContaining({
        referenced_security_group_id: "sg-service",
        ip_protocol: "tcp",
        from_port: 30_080,
        to_port: 30_080,
      }),
    ]);
    const [rule] = egress();
    expect(rule).not.toHaveProperty("cidr_ipv4");
  });
});
