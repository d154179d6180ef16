import { expect, it } from "vitest";
import { serviceAlarms } from "../../../src/compute/ecs/alarms.ts";
import { synthesizeOne } from "../../support/environments.ts";

const { thresholds } = synthesizeOne("prod").spec.config.observability;
const service = { clusterName: "shop-prod", serviceName: "shop-prod-app" };
const alarm = (id: string, leastCount = 3) =>
  serviceAlarms({ ...service, leastCount }, thresholds).find((one) => one.id === id);

it("counts tasks by what they report, and takes silence for none", () => {
  expect(alarm("service-tasks")).toMatchObject({
    metric: "CPUUtilization",
    statistic: "SampleCount",
    // A longer period would count each task more than once.
    periodSeconds: 60,
    comparison: "below",
    threshold: 3,
    missing: "breaching",
  });
});

it.each(["service-cpu", "service-memory"])("does not take a missing task for trouble with %s", (id) => {
  expect(alarm(id)).toMatchObject({ comparison: "above", missing: "notBreaching" });
});

it("is silent about a service that is meant to have no task", () => {
  expect(serviceAlarms({ ...service, leastCount: 0 }, thresholds)).toEqual([]);
});
