import { z } from "zod";
import type { WrittenPolicies } from "../../corrections/bucket-policies.ts";
import type { Emulation, World } from "../../gateway/emulation.ts";
import type { Changes } from "../changes.ts";
import { AnonymousRead } from "../s3/anonymous-read.ts";
import { Answers } from "./answers.ts";
import { endpointOf } from "./endpoint.ts";
import { HealthChecks } from "./health-checks.ts";
import { ipRanges } from "./ip-ranges.ts";
import { LoadBalancers } from "./load-balancer.ts";
import { StatusMetric } from "./metrics.ts";
import { Probe } from "./probe.ts";
import { isStatusAction, statusReply } from "./status-replies.ts";
import { TargetHealth } from "./target-health.ts";

const questionSchema = z.strictObject({
  name: z.string().min(1),
  type: z.enum(["A", "AAAA", "CNAME"]).default("A"),
});

/** Services whose calls decide what an endpoint answers. */
const WATCHED = ["s3", "elasticloadbalancing", "ec2", "ecs", "autoscaling"];
const READ = /^(Get|Head|List|Describe)/;
const HEALTH_CHECK_CHANGE = /^(Create|Update|Delete)HealthCheck$/;

/**
 * Health checks that look at what they point to, and the answers that failover records give. moto calls every check
 * healthy and resolves nothing.
 */
export function route53(world: World, policies: WrittenPolicies, changes: Changes): Emulation[] {
  const targets = new TargetHealth(world);
  const balancers = new LoadBalancers(world, targets);
  const probe = new Probe({ world, objects: new AnonymousRead(world, policies), balancers, changes });
  const onTurn = async () => {
    await answers.refresh();
    await metric.write();
  };
  const checks = new HealthChecks({ world, probe, onTurn });
  const answers = new Answers({ world, checks, balancers });
  const metric = new StatusMetric(world, checks);
  const dns: Emulation = {
    service: "route53",
    handles: ({ action }) => isStatusAction(action),
    handle: ({ action, parameters }) =>
      Promise.resolve().then(() => statusReply(checks, action, parameters["healthCheckId"] ?? "")),
    async observe({ action }, { status }) {
      if (status < 300 && HEALTH_CHECK_CHANGE.test(action)) {
        await checks.follow();
        await answers.refresh();
      }
      if (status < 300 && action === "ChangeResourceRecordSets") {
        await answers.refresh();
      }
    },
    async serves(host, port) {
      const endpoint = endpointOf(host, "/");
      return endpoint.kind === "load balancer"
        ? balancers.serve({ region: endpoint.region, dnsName: endpoint.dnsName, port })
        : undefined;
    },
    control: {
      "GET /dns": ({ query }) => {
        const { name, type } = questionSchema.parse(Object.fromEntries(query));
        return answers.resolve(name, type);
      },
      "GET /health-checks": () => checks.ids().map((id) => ({ id, healthy: checks.isHealthy(id) })),
      "PUT /target-health": ({ input }) => {
        changes.mark();
        return targets.set(input);
      },
      "GET /ip-ranges.json": ipRanges,
    },
  };
  const watching = WATCHED.map((service): Emulation => ({
    service,
    observe: ({ action }) => {
      if (!READ.test(action)) {
        changes.mark();
      }
    },
  }));
  return [dns, metric.emulation(), ...watching];
}
