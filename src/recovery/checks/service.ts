import { type Check, fail, pass, warn } from "./check.ts";
import { clusterOf, serviceOf } from "./compute-names.ts";
import { postureOf } from "./inapplicable.ts";

/** The standby's service, which has to be as large as its posture says. */
export const service: Check = {
  id: "service",
  asks: "is the standby's service there, with as many tasks as its posture says",
  because: "tasks in a standby write to an empty database and cost money; none in an active one is an outage",
  remedy: "apply the standby; whoever scaled it by hand is overruled",
  side: "standby",
  async run({ subject, standby }) {
    const { standby: spec } = subject;
    const found = await standby.service(clusterOf(spec), serviceOf(spec));
    const apply = `npx cdktf deploy ${spec.name}`;
    if (found === undefined) return fail(`no service ${serviceOf(spec)} in ${standby.region}`, apply);
    const { desiredCount, runningCount, status } = found;
    const facts = { desiredCount, runningCount, status };
    const posture = postureOf(subject);
    const seen = `${runningCount} of ${desiredCount} tasks run`;
    if (status !== "ACTIVE") return fail(`the service is ${status}`, apply, facts);
    if (posture === "standby") {
      return desiredCount === 0 && runningCount === 0
        ? pass("no task runs", facts)
        : fail(`${seen}, while ${spec.name} is a standby`, apply, facts);
    }
    if (desiredCount === 0) return fail(`no task is wanted, while ${spec.name} is ${posture}`, apply, facts);
    const look = `aws ecs describe-services --region ${standby.region} --cluster ${clusterOf(spec)} --services ${serviceOf(spec)} --query "services[].events[:5]"`;
    return runningCount < desiredCount ? warn(seen, look, facts) : pass(seen, facts);
  },
};
