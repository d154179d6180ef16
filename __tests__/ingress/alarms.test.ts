import { describe, expect, it } from "vitest";
import { loadBalancerAlarms } from "../../src/ingress/alarms.ts";
import { observabilitySchema } from "../../src/observability/schema.ts";

const { thresholds } = observabilitySchema.parse({
  thresholds: { serverErrorsPerMinute: 25, latencyP95Milliseconds: 750 },
});
const alarms = loadBalancerAlarms({ loadBalancer: "app/lb/1", targetGroup: "targetgroup/tg/2" }, thresholds);
const alarm = (id: string) => {
  const found = alarms.find((one) => one.id === id);
  if (found === undefined) throw new Error(`no alarm ${id}`);
  return found;
};

describe("alarms of the load balancer", () => {
  it("count errors of the service and of the load balancer apart, per minute", () => {
    for (const id of ["target-5xx", "load-balancer-5xx"]) {
      expect(alarm(id)).toMatchObject({ threshold: 25, statistic: "Sum", periodSeconds: 60 });
    }
    expect(alarm("target-5xx").metric).not.toBe(alarm("load-balancer-5xx").metric);
  });

  it("ask for the load balancer's own errors without a target group, under which there are none", () => {
    expect(Object.keys(alarm("load-balancer-5xx").dimensions)).toEqual(["LoadBalancer"]);
  });

  it("compare latency in seconds, the unit of the metric", () => {
    expect(alarm("latency-p95")).toMatchObject({ threshold: 0.75, statistic: "p95" });
  });

  it("go off when one target stays unhealthy", () => {
    const unhealthy = alarm("unhealthy-hosts");
    expect(unhealthy).toMatchObject({ comparison: "above", threshold: 0, statistic: "Maximum" });
    expect(unhealthy.evaluationPeriods).toBeGreaterThan(1);
  });

  it("belong to the service and stay silent without traffic, as in a standby", () => {
    expect(new Set(alarms.map(({ scope }) => scope))).toEqual(new Set(["service"]));
    expect(new Set(alarms.map(({ missing }) => missing))).toEqual(new Set(["notBreaching"]));
  });
});
