import { describe, expect, it } from "vitest";
import { httpsOnly } from "../../src/guardrails/https-only.ts";
import { loadBalancerDeletionProtection } from "../../src/guardrails/load-balancer-deletion-protection.ts";
import { loadBalancerLogs } from "../../src/guardrails/load-balancer-logs.ts";
import { tlsPolicy } from "../../src/guardrails/tls-policy.ts";
import { breaches } from "../support/breaches.ts";
import { complaints, synthesizeOne } from "../support/environments.ts";
import { mutate, remove } from "../support/mutate.ts";

const LOAD_BALANCER = "aws_lb.ingress_load_balancer";
const HTTP = "aws_lb_listener.ingress_http";
const HTTPS = "aws_lb_listener.ingress_https";

const [dev, prod, dr] = [synthesizeOne("dev"), synthesizeOne("prod"), synthesizeOne("dr")];

describe("https-only", () => {
  it("refuses a production environment that names no certificate, in one line", () => {
    const prod = { ingress: { certificateArn: undefined, allowHttp: true } };
    const dr = { ingress: { certificateArn: undefined, allowHttp: true } };
    expect(complaints({ prod, dr })).toEqual([
      "environments/prod.ts: ingress.certificateArn: aws_lb.ingress_load_balancer serves plain HTTP in production, got HTTP on 80; name an issued certificate, or add an exception with a reason (guardrail https-only)",
    ]);
  });

  it("refuses a load balancer whose HTTPS listener is gone or another's", () => {
    const gone = remove(prod, HTTPS);
    expect(breaches(httpsOnly, gone)).toHaveLength(1);
    const other = mutate(prod, HTTPS, { load_balancer_arn: "${aws_lb.ingress_load_balancer_two.arn}" });
    expect(breaches(httpsOnly, other)).toHaveLength(1);
  });

  it("refuses plain HTTP beside HTTPS, unless it redirects there", () => {
    const forward = [{ type: "forward", target_group_arn: "${aws_lb_target_group.ingress_targets.arn}" }];
    expect(breaches(httpsOnly, mutate(prod, HTTP, { default_action: forward }))).toHaveLength(1);
    const loop = [
      { type: "redirect", redirect: { protocol: "HTTP", port: "8080", status_code: "HTTP_301" } },
    ];
    expect(breaches(httpsOnly, mutate(prod, HTTP, { default_action: loop }))).toHaveLength(1);
    expect(breaches(httpsOnly, mutate(prod, HTTP, { default_action: [] }))).toHaveLength(1);
  });

  it("holds in prod, and asks nothing of dev and of a standby", () => {
    expect([prod, dev, dr].flatMap((subject) => breaches(httpsOnly, subject))).toEqual([]);
  });
});

describe("load-balancer-logs", () => {
  it("refuses a production load balancer without access logs", () => {
    for (const logs of [{ enabled: false }, { enabled: undefined }]) {
      expect(breaches(loadBalancerLogs, mutate(prod, LOAD_BALANCER, { access_logs: logs }))).toEqual([
        "ingress.accessLogs.enabled: aws_lb.ingress_load_balancer writes no access logs in production, got false; set it to true",
      ]);
    }
    expect(breaches(loadBalancerLogs, mutate(prod, LOAD_BALANCER, { access_logs: undefined }))).toHaveLength(
      1,
    );
  });

  it("reads the block as an object and as a list, and leaves dev alone", () => {
    expect(breaches(loadBalancerLogs, prod)).toEqual([]);
    const list = mutate(prod, LOAD_BALANCER, { access_logs: [{ enabled: true, bucket: "logs" }] });
    expect(breaches(loadBalancerLogs, list)).toEqual([]);
    expect(breaches(loadBalancerLogs, dev)).toEqual([]);
  });
});

describe("load-balancer-deletion-protection", () => {
  it("refuses a production load balancer that may be deleted", () => {
    for (const value of [false, undefined]) {
      const subject = mutate(prod, LOAD_BALANCER, { enable_deletion_protection: value });
      expect(breaches(loadBalancerDeletionProtection, subject)).toEqual([
        "ingress.deletionProtection: aws_lb.ingress_load_balancer may be deleted in production, got false; set it to true",
      ]);
    }
  });

  it("holds in prod, and leaves dev alone", () => {
    expect([prod, dev].flatMap((subject) => breaches(loadBalancerDeletionProtection, subject))).toEqual([]);
  });
});

describe("tls-policy", () => {
  it.each([
    "ELBSecurityPolicy-2016-08",
    "ELBSecurityPolicy-TLS-1-2-2017-01",
    "ELBSecurityPolicy-TLS13-1-0-2021-06",
    "ELBSecurityPolicy-TLS13-1-1-2021-06",
    undefined,
  ])("refuses %s everywhere, standby included", (policy) => {
    const [breach, ...others] = breaches(tlsPolicy, mutate(dr, HTTPS, { ssl_policy: policy }));
    expect(breach).toContain(`${HTTPS} accepts outdated TLS, got ${policy}`);
    expect(others).toEqual([]);
  });

  it("accepts stricter policies, and plain listeners, which are the business of others", () => {
    const strict = mutate(prod, HTTPS, { ssl_policy: "ELBSecurityPolicy-TLS13-1-3-2021-06" });
    expect([strict, prod, dr, dev].flatMap((subject) => breaches(tlsPolicy, subject))).toEqual([]);
  });
});
