import type { RegionalAws } from "../../aws/port.ts";
import { factsOf } from "../../compute/facts.ts";
import type { Scale } from "../../compute/scale.ts";
import type { ServiceSpec } from "../../config/spec.ts";
import { type Check, fail, type Finding, pass, warn } from "./check.ts";
import { postureOf } from "./inapplicable.ts";
import { judgeNodes } from "./running-nodes.ts";

/** The standby's service, which has to be as large as its posture says. */
export const service: Check = {
  id: "service",
  asks: "is the standby's service there, with as many tasks or nodes as its posture says",
  because:
    "what runs in a standby writes to an empty database and costs money; nothing in an active one is an outage",
  remedy: "apply the standby; whoever scaled it by hand is overruled",
  side: "standby",
  goesByPosture: true,
  run({ subject, standby }) {
    const { standby: spec } = subject;
    const posture = postureOf(subject);
    const scale = factsOf(spec.config.compute).scale(spec.names);
    switch (scale.kind) {
      case "tasks":
        return judgeTasks(spec, scale, posture, standby);
      case "node-group":
      case "instance-groups":
        return judgeNodes(spec, scale, posture, standby);
    }
  },
};

async function judgeTasks(
  spec: ServiceSpec,
  { clusterName, serviceName }: Extract<Scale, { readonly kind: "tasks" }>,
  posture: "standby" | "restored" | "active",
  aws: RegionalAws,
): Promise<Finding> {
  const found = await aws.service(clusterName, serviceName);
  const apply = `npx cdktf deploy ${spec.name}`;
  if (found === undefined) return fail(`no service ${serviceName} in ${aws.region}`, apply);
  const { desiredCount, runningCount, status } = found;
  const facts = { desiredCount, runningCount, status };
  const seen = `${runningCount} of ${desiredCount} tasks run`;
  if (status !== "ACTIVE") return fail(`the service is ${status}`, apply, facts);
  if (posture === "standby") {
    return desiredCount === 0 && runningCount === 0
      ? pass("no task runs", facts)
      : fail(`${seen}, while ${spec.name} is a standby`, apply, facts);
  }
  if (desiredCount === 0) return fail(`no task is wanted, while ${spec.name} is ${posture}`, apply, facts);
  const look = `aws ecs describe-services --region ${aws.region} --cluster ${clusterName} --services ${serviceName} --query "services[].events[:5]"`;
  return runningCount < desiredCount ? warn(seen, look, facts) : pass(seen, facts);
}
