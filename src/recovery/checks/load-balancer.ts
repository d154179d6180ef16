import { type Check, fail, pass, warn } from "./check.ts";
import { postureOf } from "./inapplicable.ts";

/** The way in, which has to exist before anyone needs it. */
export const loadBalancer: Check = {
  id: "load-balancer",
  asks: "is the standby's load balancer active, with listeners, and its targets healthy once it serves",
  because:
    "creating a load balancer writes DNS records, which an incident may not allow (T36), and without a listener ECS starts no service (T1)",
  remedy: "apply the standby; for unhealthy targets read their reason",
  side: "standby",
  goesByPosture: true,
  async run({ subject, standby }) {
    const { names, name } = subject.standby;
    const found = await standby.loadBalancer(names.of("alb"));
    const apply = `npx cdktf deploy ${name}`;
    if (found === undefined) return fail(`no load balancer ${names.of("alb")} in ${standby.region}`, apply);
    const { state, listenerPorts, arn } = found;
    if (state !== "active")
      return fail(
        `is ${state}`,
        `aws elbv2 describe-load-balancers --region ${standby.region} --names ${names.of("alb")}`,
        { state },
      );
    if (listenerPorts.length === 0) return fail("has no listener", apply, { state });
    const ports = `listens on ${listenerPorts.join(" and ")}`;
    if (postureOf(subject) === "standby")
      return pass(`active, ${ports}`, { state, ports: listenerPorts.join(",") });
    const targets = await standby.targets(arn);
    const bad = targets.filter((target) => target.state !== "healthy");
    const facts = { state, targets: targets.length, unhealthy: bad.length };
    const remedy = `aws elbv2 describe-target-health --region ${standby.region} --target-group-arn $(aws elbv2 describe-target-groups --region ${standby.region} --load-balancer-arn ${arn} --query "TargetGroups[0].TargetGroupArn" --output text)`;
    const [first] = bad;
    if (targets.length === bad.length)
      return fail(
        `none of ${targets.length} targets is healthy${first === undefined ? "" : `: ${first.state}, ${first.reason ?? "no reason given"}`}`,
        remedy,
        facts,
      );
    if (first !== undefined)
      return warn(
        `${bad.length} of ${targets.length} targets are not healthy: ${first.state}, ${first.reason ?? "no reason given"}`,
        remedy,
        facts,
      );
    return pass(`active, ${ports}, ${targets.length} targets healthy`, facts);
  },
};
